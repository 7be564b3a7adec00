import fc from "fast-check";
import type { NotedEvent, NotedFile, NotedMessage } from "./notation.ts";
import type { CrmEntity } from "./records.ts";

/** An external chat, who writes in it, and the Bitrix24 chats: one for each of them, one for all, or both. */
type Place = {
  connector: string;
  line: string;
  chat: string;
  people: { user: string; bitrixChat: string }[];
  group: string | null;
};
const one = (user: string, bitrixChat: string) => [{ user, bitrixChat }];
const places: Place[] = [
  { connector: "telegram", line: "1", chat: "c1", people: one("71", "7"), group: null },
  {
    connector: "telegram",
    line: "2",
    chat: "c2",
    people: [...one("72", "8"), ...one("73", "81")],
    group: null,
  },
  {
    connector: "whatsapp",
    line: "2",
    chat: "c1",
    people: [...one("74", "9"), ...one("75", "91")],
    group: "9",
  },
  // Its external id is the Bitrix24 id of another chat.
  { connector: "telegram", line: "1", chat: "8", people: one("76", "10"), group: null },
  { connector: "livechat", line: "3", chat: "c4", people: one("77", "11"), group: "12" },
];
const operators = ["11", "12"];
const botId = "90";
const deal: CrmEntity = { type: "deal", id: "3" };

/** What happens next in a chat, and how it is reported: by one event, by another, by both, late, or not at all. */
export const step = fc.record({
  place: fc.constantFrom(0, 0, 0, 1, 1, 2, 2, 3, 4),
  person: fc.nat({ max: 1 }),
  grouped: fc.constantFrom(true, true, true, false),
  gap: fc.constantFrom(0, 0, 1, 3, 5, 6, 20, 59, 60, 61, 600, 3600, 20_000, 86_400),
  what: fc.constantFrom(
    "start",
    "customer",
    "customer",
    "customer",
    "customer",
    "operator",
    "operator",
    "operator",
    "echo",
    "botSays",
    "system",
    "system",
    "edit",
    "delete",
    "finish",
    "finish",
    "botJoins",
    "relink",
    "botGoes",
    "private",
  ),
  operator: fc.constantFrom(...operators),
  seen: fc.constantFrom("first", "second", "both", "both", "bot", "all"),
  lag: fc.constantFrom(0, 0, 1, 4, 30, 61),
  lost: fc.constantFrom(false, false, false, false, true),
  pick: fc.nat({ max: 30 }),
  words: fc.constantFrom("plain", "plain", "1", "0 slow", "[like]", "10", "", null),
  files: fc.constantFrom<NotedFile[] | null>(
    null,
    null,
    null,
    ["a.jpg"],
    [{ id: "4321" }, { id: "4322", name: "b.pdf" }],
  ),
  /** What the event leaves out. */
  without: fc.constantFrom("nothing", "nothing", "nothing", "user", "user", "bitrixChat", "author"),
});
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A chat as Bitrix24 has it: `code` is the user of its USER_CODE, "0" in a group chat. */
type Chat = { place: Place; user: string; code: string; bitrixChat: string };
type Said = { chat: Chat; inbound: boolean; id: string; at: number };
export type World = {
  clock: number;
  next: number;
  said: Said[];
  sessions: Map<string, { id: string; openedAt: string }>;
  events: NotedEvent[];
};

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

function chatOf(told: Step): Chat | null {
  const place = places[told.place];
  const person = place?.people[told.person % place.people.length];
  if (place === undefined || person === undefined) return null;
  return place.group !== null && told.grouped
    ? { place, user: person.user, code: "0", bitrixChat: place.group }
    : { place, user: person.user, code: person.user, bitrixChat: person.bitrixChat };
}

const placed = ({ place: { connector, line, chat } }: Chat) => ({ connector, line, chat });
const coded = (chat: Chat, told: Step) => (told.without === "user" ? {} : { user: chat.code });
const linked = (chat: Chat, told: Step) =>
  told.without === "bitrixChat" ? {} : { bitrixChat: chat.bitrixChat };

function say(
  world: World,
  chat: Chat,
  id: string,
  told: Step,
  how: Omit<NotedMessage, "at" | "kind" | "author">,
) {
  const at = iso(world.clock);
  const base = { kind: "message" as const, ...placed(chat), ...how };
  const author = how.from === "operator" ? told.operator : how.from === "bot" ? botId : undefined;
  const authored = author === undefined || told.without === "author" ? {} : { author };
  const outbound = { ...linked(chat, told), bitrixMessage: id, ...authored };
  // The bot's account of a customer's message has the Bitrix24 id and no external one.
  const session = world.sessions.get(chat.bitrixChat);
  const asBot: NotedEvent = {
    ...base,
    ...coded(chat, told),
    at,
    origin: "bot",
    ...outbound,
    bots: [botId],
    ...(session && { session: session.id, sessionOpenedAt: session.openedAt }),
    ...(told.pick % 3 === 0 && { crm: [deal] }),
  };
  const asCustomer = { message: `m${id}`, ...(told.without === "user" ? {} : { user: chat.user }) };
  const first: NotedMessage = {
    ...base,
    at,
    ...(how.from === "customer" ? asCustomer : { ...outbound, ...coded(chat, told) }),
    origin: "openLine",
  };
  // An open line's own bot is, for the connector, just a user of the portal.
  if (how.from === "bot") first.from = "operator";
  // The connector's event does not tell the user.
  const { user: _, ...second }: NotedMessage = {
    ...first,
    at: iso(world.clock + told.lag),
    origin: "connector",
  };
  if (told.seen === "bot" || told.seen === "all") world.events.push(asBot);
  if (told.seen !== "bot" && told.seen !== "second") world.events.push(first);
  if (how.from !== "customer" && (told.seen === "second" || told.seen === "both")) world.events.push(second);
}

/** An answer that the company gave outside Bitrix24 has, like the customer's messages, the connector's id alone. */
function echo(world: World, chat: Chat, id: string, told: Step) {
  world.events.push({
    kind: "message",
    at: iso(world.clock),
    ...placed(chat),
    from: "operator",
    ...(told.pick % 2 === 0 && { author: told.operator }),
    user: chat.user,
    message: `m${id}`,
    text: `text ${id}`,
  });
}

function change(world: World, told: Step, action: "edit" | "delete") {
  const target = world.said[told.pick % Math.max(world.said.length, 1)];
  if (target === undefined) return;
  const text = told.words === "plain" ? `edited ${told.pick}` : told.words;
  const files = told.pick % 4 === 0 && told.files !== null ? { files: told.files } : {};
  const how = action === "edit" ? { action, ...files, ...(text !== null && { text }) } : { action };
  // Reported with the time of its own, which may even be before the message's.
  const late = { ...world, clock: Math.max(target.at - 5, world.clock - told.lag) };
  const from = target.inbound ? "customer" : "unknown";
  say(late, target.chat, target.id, { ...told, seen: "first" }, { ...how, from });
}

function session(world: World, chat: Chat, told: Step, action: "start" | "finish") {
  const { bitrixChat } = chat;
  if (action === "start") world.sessions.set(bitrixChat, { id: `${world.next}`, openedAt: iso(world.clock) });
  if (told.lost) return;
  const id = world.sessions.get(bitrixChat)?.id;
  const kind = "session";
  if (told.seen !== "second" && id !== undefined) {
    const at = iso(world.clock);
    const named = { ...placed(chat), ...coded(chat, told) };
    world.events.push({ kind, action, at, origin: "dialog", ...named, session: id });
  }
  if (told.seen !== "first") {
    const { connector, line } = chat.place;
    const at = iso(world.clock + told.lag);
    world.events.push({ kind, action, at, origin: "session", connector, line, bitrixChat });
  }
}

/** What somebody says to a bot in private; of some such messages not even the dialog is told. */
function sayInPrivate(world: World, id: string, told: Step) {
  world.events.push({
    kind: "message",
    at: iso(world.clock),
    origin: "bot",
    connector: null,
    line: null,
    chat: null,
    from: "operator",
    direction: "inbound",
    author: told.operator,
    bitrixMessage: id,
    bots: [botId],
    ...(told.without === "nothing" && { dialog: told.operator }),
  });
}

function joins(world: World, chat: Chat, told: Step, bitrixChat: string): NotedEvent {
  const at = iso(world.clock);
  return { kind: "bot", at, bots: [botId], ...placed(chat), ...coded(chat, told), bitrixChat };
}

/** One step of a history, and the events that it sends. */
export function happen(world: World, told: Step) {
  world.clock += told.gap;
  world.next += 1;
  const chat = chatOf(told);
  if (chat === null) return;
  const id = `${100 + world.next}`;
  const { what } = told;
  if (what === "start" || what === "finish") session(world, chat, told, what);
  if (told.lost) return;
  if (what === "edit" || what === "delete") change(world, told, what);
  if (what === "echo") echo(world, chat, id, told);
  if (what === "private") sayInPrivate(world, id, told);
  if (what === "botJoins") world.events.push(joins(world, chat, told, chat.bitrixChat));
  if (what === "botGoes") {
    world.events.push({ kind: "bot", at: iso(world.clock), action: "delete", bots: [told.operator] });
  }
  // The customer's messenger chat gets a new chat in Bitrix24, as when a line is set up anew.
  if (what === "relink" && chat.bitrixChat === "7") world.events.push(joins(world, chat, told, "70"));
  const from = { customer: "customer", operator: "operator", botSays: "bot", system: "system" } as const;
  if (what === "customer" || what === "operator" || what === "botSays" || what === "system") {
    const text = told.words === "plain" || what === "system" ? `text ${id}` : told.words;
    const content = { ...(text !== null && { text }), ...(told.files !== null && { files: told.files }) };
    say(world, chat, id, told, { from: from[what], ...content });
    world.said.push({ chat, inbound: what === "customer", id, at: world.clock });
  }
}
