import { say } from "./say.ts";
import { tellsFinishes } from "./session-events.ts";
import type { Current, Talk } from "./talk.ts";

const votes = [
  { text: "1", value: "like" },
  { text: "1 спасибо", value: "like" },
  { text: "[like]", value: "like" },
  { text: "0", value: "dislike" },
  { text: "0 zu langsam", value: "dislike" },
] as const;

/** Only where nobody can doubt that a vote was asked for: an operator wrote in the session, and its end is told. */
export function mayBeRated(talk: Talk, { told }: Current): boolean {
  const answered = talk.messages.some(
    ({ session, author, direction, sentAt }) =>
      session === told && author.kind === "operator" && direction === "outbound" && sentAt >= told.openedAt,
  );
  return answered && talk.linked && tellsFinishes(talk) && talk.chat.line.kind !== "livechat";
}

/** The customer rates the session, before or after its finish. */
export function rate(talk: Talk, current: Current, at: number): void {
  const { text, value } = talk.random.pick(votes);
  const { told } = current;
  const { known } = say(talk, current, at, { kind: "customer" }, text, []);
  for (const message of known) {
    if (message.source === "connector") Object.assign(message, { isRating: true, counted: false });
    // What a bot hears of it is an ordinary message of its time.
    else if (told.closedAt !== null) message.session = null;
  }
  told.rating = { value, ratedAt: at };
  talk.rated = true;
}
