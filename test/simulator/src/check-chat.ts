import { at, type Json, listAt } from "./api.ts";
import { type Comparison, compare, iso, pick, sorted, timeAt } from "./compare.ts";
import { countMessages } from "./figures.ts";
import type { TruthChat, TruthMessage, TruthSession } from "./truth.ts";

/** What the API must say of one chat; the keys of both sides are written in one order, so that sets can be sorted. */
export const compareChat = (name: string, chat: TruthChat, got: Json): Comparison =>
  compare(
    name,
    {
      connector: chat.connector,
      line: chat.line,
      externalChatId: chat.externalChatId,
      bitrixChatId: chat.bitrixChatId,
      state: stateOf(chat),
      messages: countMessages(chat.messages),
      crm: chat.crm,
      bots: chat.bots,
    },
    {
      ...pick(got, ["connector", "line", "externalChatId", "bitrixChatId", "state"]),
      messages: pick(at(got, "messages"), ["inbound", "outbound", "system", "edited", "deleted"]),
      crm: listAt(got, "crm").map((entity) => `${at(entity, "type")}:${at(entity, "id")}`),
      bots: listAt(got, "bots"),
    },
  );

function stateOf({ sessions }: TruthChat): "open" | "closed" | "none" {
  const last = sessions.at(-1);
  if (last === undefined) return "none";
  return last.closedAt === null ? "open" : "closed";
}

export const compareMessages = (
  name: string,
  messages: readonly TruthMessage[],
  got: readonly Json[],
): Comparison => compare(name, sorted(messages.map(expectedMessage)), sorted(got.map(seenMessage)));

const timeOf = (seconds: number | null): string | null => (seconds === null ? null : iso(seconds));

const expectedMessage = (message: TruthMessage): Json => ({
  sentAt: iso(message.sentAt),
  bitrixMessageId: message.bitrixMessageId,
  source: message.source,
  direction: message.direction,
  text: message.text,
  externalMessageIds: message.externalMessageIds.toSorted(),
  author: { kind: message.author.kind, id: message.author.id, name: message.author.name },
  files: message.files,
  editedAt: timeOf(message.editedAt),
  deletedAt: timeOf(message.deletedAt),
  sessionId: message.session?.sessionId ?? null,
  isRating: message.isRating,
  counted: message.counted,
});

const seenMessage = (message: Json): Json => ({
  sentAt: timeAt(message, "sentAt"),
  ...pick(message, ["bitrixMessageId", "source", "direction", "text"]),
  externalMessageIds: listAt(message, "externalMessageIds").toSorted(),
  author: pick(at(message, "author"), ["kind", "id", "name"]),
  files: listAt(message, "files").map((file) => at(file, "name") ?? at(file, "id")),
  editedAt: timeAt(message, "editedAt"),
  deletedAt: timeAt(message, "deletedAt"),
  sessionId: at(message, "sessionId"),
  isRating: at(message, "isRating"),
  counted: at(message, "counted"),
});

export function compareSessions(
  name: string,
  sessions: readonly TruthSession[],
  got: readonly Json[],
): Comparison {
  const seen = sorted(got.map(seenSession));
  const expected = sessions
    .toSorted((left, right) => left.openedAt - right.openedAt)
    .map((session, index) => expectedSession(session, at(seen, index, "openedBy")));
  return compare(name, expected, seen);
}

/** Of several events that told of the start in one second any may be named. */
const expectedSession = (session: TruthSession, seen: Json): Json => ({
  openedAt: iso(session.openedAt),
  closedAt: timeOf(session.closedAt),
  sessionId: session.sessionId,
  openedBy: session.openedBy.find((by) => by === seen) ?? session.openedBy.join(" or "),
  firstInboundAt: timeOf(session.firstInboundAt),
  firstResponseAt: timeOf(session.firstResponseAt),
  firstResponseSeconds:
    session.firstResponseAt === null || session.firstInboundAt === null
      ? null
      : session.firstResponseAt - session.firstInboundAt,
  firstResponseBy: session.responder,
  rating: session.rating === null ? null : { ...session.rating, ratedAt: iso(session.rating.ratedAt) },
});

const seenSession = (session: Json): Json => ({
  openedAt: timeAt(session, "openedAt"),
  closedAt: timeAt(session, "closedAt"),
  ...pick(session, ["sessionId", "openedBy"]),
  firstInboundAt: timeAt(session, "firstInboundAt"),
  firstResponseAt: timeAt(session, "firstResponseAt"),
  firstResponseSeconds: at(session, "firstResponseSeconds"),
  firstResponseBy: at(session, "firstResponseBy"),
  rating:
    at(session, "rating") === null
      ? null
      : { value: at(session, "rating", "value"), ratedAt: timeAt(at(session, "rating"), "ratedAt") },
});
