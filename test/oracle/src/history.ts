import fc from "fast-check";
import { type NotedEvent, type NotedMessage, recordOf } from "./notation.ts";
import type { LogRecord, TellingRecord } from "./records.ts";

type Chat = { connector: string; line: string; chat: string; bitrixChat: string };
const places: Chat[] = [
  { connector: "telegram", line: "1", chat: "c1", bitrixChat: "7" },
  { connector: "telegram", line: "2", chat: "c2", bitrixChat: "8" },
  { connector: "whatsapp", line: "2", chat: "c1", bitrixChat: "9" },
];
const operators = ["11", "12"];
const botId = "90";

/** What happens next in a chat, and how it is reported: by one event, by another, by both, late, or not at all. */
const step = fc.record({
  chat: fc.constantFrom(0, 0, 0, 1, 1, 2),
  gap: fc.constantFrom(0, 0, 1, 3, 5, 6, 20, 59, 60, 61, 600, 3600, 20_000),
  what: fc.constantFrom(
    "start",
    "customer",
    "customer",
    "customer",
    "operator",
    "operator",
    "botSays",
    "system",
    "edit",
    "delete",
    "finish",
    "botJoins",
    "relink",
    "botGoes",
  ),
  operator: fc.constantFrom(...operators),
  seen: fc.constantFrom("first", "second", "both", "both", "bot", "all"),
  lag: fc.constantFrom(0, 0, 1, 4, 30, 61),
  lost: fc.constantFrom(false, false, false, false, true),
  pick: fc.nat({ max: 30 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type Said = { chat: Chat; inbound: boolean; id: string; at: number };
type World = {
  clock: number;
  next: number;
  said: Said[];
  sessions: Map<Chat, { id: string; openedAt: string }>;
  events: NotedEvent[];
};

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

function say(
  world: World,
  chat: Chat,
  id: string,
  told: Step,
  how: Omit<NotedMessage, "at" | "kind" | "author">,
) {
  const { connector, line } = chat;
  const at = iso(world.clock);
  const base = { kind: "message" as const, connector, line, chat: chat.chat, ...how };
  const author = how.from === "operator" ? told.operator : how.from === "bot" ? botId : undefined;
  const outbound = { bitrixChat: chat.bitrixChat, bitrixMessage: id, ...(author && { author }) };
  const names = how.from === "customer" ? { message: `m${id}` } : outbound;
  // The bot's account of a customer's message has the Bitrix24 id and no external one.
  const session = world.sessions.get(chat);
  const asBot: NotedEvent = {
    ...base,
    at,
    origin: "bot",
    ...outbound,
    bots: [botId],
    ...(session && { session: session.id, sessionOpenedAt: session.openedAt }),
  };
  const first: NotedEvent = { ...base, at, ...names, origin: "openLine" };
  // An open line's own bot is, for the connector, just a user of the portal.
  if (first.kind === "message" && how.from === "bot") first.from = "operator";
  const second: NotedEvent = { ...first, at: iso(world.clock + told.lag), origin: "connector" };
  if (told.seen === "bot" || told.seen === "all") world.events.push(asBot);
  if (told.seen !== "bot" && told.seen !== "second") world.events.push(first);
  if (how.from !== "customer" && (told.seen === "second" || told.seen === "both")) world.events.push(second);
}

function change(world: World, told: Step, action: "edit" | "delete") {
  const target = world.said[told.pick % Math.max(world.said.length, 1)];
  if (target === undefined) return;
  const how = action === "edit" ? { action, text: `edited ${told.pick}` } : { action };
  // Reported with the time of its own, which may even be before the message's.
  const late = { ...world, clock: Math.max(target.at - 5, world.clock - told.lag) };
  say(
    late,
    target.chat,
    target.id,
    { ...told, seen: "first" },
    {
      ...how,
      from: target.inbound ? "customer" : "unknown",
    },
  );
}

function session(world: World, chat: Chat, told: Step, action: "start" | "finish") {
  const { connector, line, bitrixChat } = chat;
  if (action === "start") world.sessions.set(chat, { id: `${world.next}`, openedAt: iso(world.clock) });
  if (told.lost) return;
  const id = world.sessions.get(chat)?.id;
  const at = iso(world.clock);
  const later = iso(world.clock + told.lag);
  if (told.seen !== "second" && id !== undefined) {
    world.events.push({
      kind: "session",
      at,
      action,
      origin: "dialog",
      connector,
      line,
      bitrixChat,
      session: id,
    });
  }
  if (told.seen !== "first") {
    world.events.push({ kind: "session", at: later, action, origin: "session", connector, line, bitrixChat });
  }
}

function happen(world: World, told: Step) {
  world.clock += told.gap;
  world.next += 1;
  const chat = places[told.chat];
  if (chat === undefined) return;
  const id = `${100 + world.next}`;
  const { what } = told;
  if (what === "start" || what === "finish") session(world, chat, told, what);
  if (told.lost) return;
  if (what === "edit" || what === "delete") change(world, told, what);
  if (what === "botJoins") {
    const { connector, line, bitrixChat } = chat;
    world.events.push({
      kind: "bot",
      at: iso(world.clock),
      bots: [botId],
      connector,
      line,
      chat: chat.chat,
      bitrixChat,
    });
  }
  if (what === "botGoes") {
    world.events.push({ kind: "bot", at: iso(world.clock), action: "delete", bots: [told.operator] });
  }
  // The customer's messenger chat gets a new chat in Bitrix24, as when a line is set up anew.
  if (what === "relink" && chat.bitrixChat === "7") world.events.push(relinked(world, chat));
  const from = { customer: "customer", operator: "operator", botSays: "bot", system: "system" } as const;
  if (what === "customer" || what === "operator" || what === "botSays" || what === "system") {
    say(world, chat, id, told, { from: from[what], text: `text ${id}` });
    world.said.push({ chat, inbound: what === "customer", id, at: world.clock });
  }
}

function relinked(world: World, chat: Chat): NotedEvent {
  const { connector, line } = chat;
  return {
    kind: "bot",
    at: iso(world.clock),
    bots: [botId],
    connector,
    line,
    chat: chat.chat,
    bitrixChat: "70",
  };
}

const histories = (maxLength: number) =>
  fc.tuple(
    // Around a clock change of Berlin, New York or Lord Howe, and the turn of a year.
    fc.constantFrom(
      "2026-03-28T18:00:00Z",
      "2026-11-01T00:00:00Z",
      "2026-10-03T12:00:00Z",
      "2025-12-31T12:00:00Z",
    ),
    fc.array(step, { minLength: 1, maxLength, size: "max" }),
  );

/** A small plausible history in the notation of docs/metrics.md, in the order in which it happened. */
export function generateNotation(maxLength = 25): fc.Arbitrary<NotedEvent[]> {
  return histories(maxLength).map(([begin, steps]) => {
    const clock = Date.parse(begin) / 1000;
    const world: World = { clock, next: 0, said: [], sessions: new Map(), events: [] };
    for (const told of steps) happen(world, told);
    return world.events;
  });
}

/** The same as records of the log. */
export function generateHistory(portal = "p1", maxLength = 25): fc.Arbitrary<TellingRecord[]> {
  return generateNotation(maxLength).map((events) => events.map((event) => recordOf(event, portal)));
}

/** A range to ask about: from just before the first record to just after the last one, some days at most. */
export function rangeOf(records: readonly LogRecord[], days = 3): { from: string; to: string } {
  const times = records.map((record) => record.envelope.occurredAt);
  if (times.length === 0) return { from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z" };
  const from = Math.min(...times) - 1000;
  const to = Math.min(Math.max(...times) + 1000, from + days * 86_400_000);
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** A history, and the same as it may be delivered: in any order, some of it more than once. */
export function generateDeliveries(
  portal = "p1",
  maxLength = 25,
): fc.Arbitrary<{ history: TellingRecord[]; delivered: TellingRecord[] }> {
  return generateHistory(portal, maxLength).chain((history) =>
    fc
      .subarray(history)
      .chain((again) => {
        const all = [...history, ...again];
        return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      })
      .map((delivered) => ({ history, delivered })),
  );
}
