import type { PhpMap } from "./encode-php.ts";
import type { Current, Speaker, Spoken, Talk } from "./talk.ts";
import { type Actor, giveId, knowBot, tell } from "./tape.ts";
import type { TruthMessage } from "./truth.ts";
import * as botV1 from "./wire/bot-v1.ts";
import * as botV2 from "./wire/bot-v2.ts";
import * as connector from "./wire/connector.ts";
import * as openLine from "./wire/open-line.ts";
import type { Said } from "./wire/said.ts";
import type { Person } from "./world.ts";

/** Somebody says something: all events that Bitrix24 sends of it, with one and the same ts, and what they tell. */
export function say(
  talk: Talk,
  current: Current,
  at: number,
  speaker: Speaker,
  text: string,
  fileNames: string[],
): Spoken {
  const { tape, chat } = talk;
  const author = authorOf(talk, speaker);
  const said: Said = {
    at,
    bitrixMessageId: giveId(tape, "message"),
    externalIds: externalIdsFor(talk, speaker),
    author,
    system: speaker.kind === "system",
    text,
    signature: signatureOf(talk, speaker),
    files: fileNames.map((name) => ({ id: giveId(tape, "file"), name })),
  };
  const byConnector = chat.line.kind !== "livechat";
  const byBot = heardByBot(talk, speaker);
  if (byConnector) tellConnector(talk, said, speaker);
  if (byBot) tellBot(talk, current, said, speaker);
  if (byBot || (byConnector && !isExternal(speaker))) talk.linked = true;

  const known: TruthMessage[] = [];
  if (byConnector) known.push(messageOf(said, speaker, current, "connector", true, byBot));
  if (byBot && (!byConnector || speaker.kind === "customer"))
    known.push(messageOf(said, speaker, current, "bot", !byConnector, byBot));
  talk.messages.push(...known);
  return { said, speaker, current, known };
}

export const heardByBot = (talk: Talk, speaker: Speaker): boolean => {
  const { bot } = talk.chat.line;
  if (bot === null || speaker.kind === "outside") return false;
  return speaker.kind === "customer" || (bot.seesAll && speaker.kind !== "bot");
};

/** What comes in through the connector has the connector's ids alone. */
const isExternal = (speaker: Speaker): boolean => speaker.kind === "customer" || speaker.kind === "outside";

/** Bots' messages and the system's are sent with nobody's tokens. */
export const actorOf = (said: Said, speaker: Speaker): Actor =>
  speaker.kind === "customer" || speaker.kind === "operator"
    ? { kind: "user", id: said.author.id, refresh: false }
    : { kind: "system" };

/** Older portals send DATA as a list of one. */
export const dataOf = (talk: Talk, item: PhpMap): PhpMap | PhpMap[] =>
  talk.tape.portal.lists ? [item] : item;

export const sentFrom = (talk: Talk, data: PhpMap | PhpMap[]): PhpMap => ({
  CONNECTOR: talk.chat.line.connector,
  LINE: talk.chat.line.id,
  DATA: data,
});

function externalIdsFor(talk: Talk, speaker: Speaker): string[] {
  if (isExternal(speaker)) return [`${talk.chat.externalChatId}-m${talk.tape.nextId.message}`];
  return Array.from({ length: talk.random.chance(0.15) ? 2 : 1 }, () => `ext-${talk.random.hex(10)}`);
}

function authorOf(talk: Talk, speaker: Speaker): Person {
  if (speaker.kind === "customer") return talk.random.pick(talk.chat.members);
  if (speaker.kind === "operator") return speaker.who;
  if (speaker.kind === "outside" && speaker.who !== null) return speaker.who;
  const [id, name] = speaker.kind === "bot" ? [speaker.who.id, speaker.who.code] : ["0", ""];
  return { id, name, firstName: name, lastName: "" };
}

function signatureOf(talk: Talk, speaker: Speaker): string | null {
  if (!talk.chat.line.signatures || isExternal(speaker) || speaker.kind === "system") return null;
  if (speaker.kind === "bot") return speaker.who.code;
  return speaker.kind === "operator" ? speaker.who.name : null;
}

function messageOf(
  said: Said,
  speaker: Speaker,
  current: Current,
  source: TruthMessage["source"],
  counted: boolean,
  byBot: boolean,
): TruthMessage {
  const customer = speaker.kind === "customer";
  const outside = speaker.kind === "outside";
  const external = isExternal(speaker) && source === "connector";
  const name = customer || (byBot && speaker.kind === "operator") ? said.author.name : said.signature;
  return {
    source,
    counted,
    isRating: false,
    bitrixMessageId: external ? null : said.bitrixMessageId,
    externalMessageIds: external ? [...said.externalIds] : [],
    direction: customer ? "inbound" : "outbound",
    author: {
      kind: outside ? "operator" : speaker.kind,
      id: outside && speaker.who === null ? null : said.author.id,
      name,
    },
    text: said.text,
    files: said.files.map(({ id, name }) => (external ? id : name)),
    sentAt: said.at,
    editedAt: null,
    deletedAt: null,
    session: current.told,
  };
}

function tellConnector(talk: Talk, said: Said, speaker: Speaker): void {
  const { tape, chat } = talk;
  const { domain } = tape.portal;
  const actor = actorOf(said, speaker);
  const customer = speaker.kind === "customer" ? said.author : chat.customer;
  const data = isExternal(speaker)
    ? { DATA: dataOf(talk, openLine.fromConnector(chat, customer, said)) }
    : sentFrom(talk, dataOf(talk, openLine.fromPortal(chat, said, domain)));
  tell(tape, said.at, "ONOPENLINEMESSAGEADD", data, `${speaker.kind} writes`, actor);
  if (chat.line.kind === "own" && !isExternal(speaker))
    tell(
      tape,
      said.at,
      "ONIMCONNECTORMESSAGEADD",
      connector.added(chat, said, domain),
      `${speaker.kind} writes`,
      actor,
    );
}

function tellBot(talk: Talk, current: Current, said: Said, speaker: Speaker): void {
  const { tape, chat } = talk;
  const { bot } = chat.line;
  if (bot === null) return;
  knowBot(tape, bot);
  const data = {
    BOT: botV1.botMap(tape.portal, tape.random, bot, said.at),
    PARAMS: { ...botV1.messageParams(said, tape.portal.domain), ...botV1.openLineParams(chat, current.real) },
    USER: said.system ? {} : botV1.user(said.author, speaker.kind === "customer" ? "customer" : "operator"),
  };
  const actor: Actor = { kind: "user", id: said.author.id, refresh: true };
  tell(tape, said.at, "ONIMBOTMESSAGEADD", data, `bot hears ${speaker.kind}`, actor);
  if (!bot.newer) return;
  const newer = {
    bot: botV2.bot(tape.portal, tape.random, bot, said.at),
    message: botV2.message(said, chat.bitrixChatId),
    chat: botV2.openLineChat(chat),
    user: said.system ? {} : botV2.user(said.author, speaker.kind === "customer"),
    language: "en",
  };
  tell(tape, said.at, "ONIMBOTV2MESSAGEADD", newer, `newer bot hears ${speaker.kind}`, actor);
}
