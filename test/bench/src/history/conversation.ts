import type { Random } from "../../../simulator/src/random.ts";
import type { BenchPortal } from "./portals.ts";
import type { Texts } from "./texts.ts";
import * as wire from "./wire.ts";

/** One webhook's body; `at` is its ts in seconds. */
export type Sent = { at: number; portal: string; body: string };

/** A chat as its portal knows it: what it is called, and until when its last session lasts. */
export type Chat = wire.WireChat & { endsAt: number; bot: boolean };

export type Teller = {
  portal: BenchPortal;
  random: Random;
  texts: Texts;
  tokens: readonly string[];
  nextId: { message: number; session: number };
  tell: (sent: Sent) => void;
};

const rateUs = "Rate+us:+1+%3D+good,+0+%3D+bad";
const welcome = "Welcome%21+An+operator+will+be+with+you+shortly.";

/** One session of a chat from its start to its finish, in at most `budget` messages; answers how many there were. */
export function converse(teller: Teller, chat: Chat, startsAt: number, budget: number): number {
  const { portal, random, texts, tokens } = teller;
  const sessionId = String(teller.nextId.session++);
  const operator = random.pick(portal.operators);
  const answered = random.chance(0.95);
  const rated = answered && random.chance(0.25);
  let at = startsAt;
  let said = 0;
  const by = (userId: string): wire.Delivery => ({ portal, at, userId, token: tokenFor(at) });
  // Not drawn by chance: it only has to differ from one event to the next.
  const tokenFor = (ts: number) => tokens[(ts * 31 + said) % tokens.length] ?? "";
  const tell = (body: string) => teller.tell({ at, portal: portal.memberId, body });
  const left = () => budget - said;

  const customer = (text: string) => {
    const id = String(teller.nextId.message++);
    const fileId = random.chance(0.02) ? id : null;
    tell(wire.fromCustomer(chat, { id: `m${id}`, text, fileId }, by(chat.userId)));
    if (chat.bot && chat.line.botId !== null)
      tell(wire.heardByBot(chat, chat.line.botId, { id, text, sessionId }, by(chat.userId)));
    said += 1;
  };
  const answer = (text: string) => {
    const id = String(teller.nextId.message++);
    const file = random.chance(0.02);
    const words = { id, text: operator.signature + text, authorId: operator.id, file };
    tell(wire.fromPortal(chat, words, by(operator.id)));
    said += 1;
    if (!random.chance(0.01)) return;
    at += 5;
    tell(
      wire.editedByOperator(
        chat,
        { id, externalId: `e${id}`, text: `${text}+%28edited%29` },
        by(operator.id),
      ),
    );
  };
  const system = (text: string) => {
    const id = String(teller.nextId.message++);
    tell(wire.fromPortal(chat, { id, text, authorId: "0", file: false }, by("0")));
    said += 1;
  };
  const turn = (closed: boolean) =>
    tell(
      chat.line.dialogs
        ? wire.dialog(chat, sessionId, closed, by(chat.userId))
        : wire.session(chat, closed, by(chat.userId)),
    );

  turn(false);
  if (chat.bot && chat.endsAt === 0 && chat.line.botId !== null)
    tell(wire.botJoins(chat, chat.line.botId, sessionId, by("0")));
  customer(texts.next(random, "ask"));
  at += 1;
  if (left() > 0 && random.chance(0.3)) system(welcome);
  for (let turns = random.int(2, 7); turns > 0 && left() > 1 && answered; turns -= 1) {
    at += Math.ceil(random.spread(50, 1));
    answer(texts.next(random, "answer"));
    if (left() < 2 || turns === 1) break;
    at += Math.ceil(random.spread(40, 1));
    customer(texts.next(random, "ask"));
  }
  at += random.int(20, 300);
  const voteFollows = rated && left() > 1;
  if (voteFollows) system(rateUs);
  if (!random.chance(0.03)) turn(true);
  if (voteFollows) {
    at += random.int(5, 60);
    customer(random.chance(0.8) ? "1" : "0");
  }
  chat.endsAt = at;
  return said;
}
