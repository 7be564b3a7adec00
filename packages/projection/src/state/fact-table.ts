import { type RowOf, table, text, textList, textOrNull, time } from "@portalstream/clickhouse";
import { type Fact, type MessageFact, voteOf } from "@portalstream/conversations";
import type { Rows } from "../rows.ts";
import { namesOf, RowReader } from "./row-reader.ts";

/** Facts as they are stored and read. `read`: of a row of `select`, each value as JSON has it. */
export type FactTable = {
  name: string;
  select: string;
  add(rows: Rows, portal: string, fact: Fact): void;
  read(row: readonly unknown[]): { portal: string; fact: Fact };
};

const coreColumns = [
  text("portal"),
  text("name"),
  text("message_key"),
  time("at"),
  text("event_id"),
  text("kind"),
  text("action"),
  text("origin"),
  text("connector"),
  text("line"),
  text("place"),
  text("user"),
  text("direction"),
  text("author_kind"),
  text("author_id"),
  text("session_id"),
  text("parent_session_id"),
  time("session_opened_at"),
] as const;

const wordColumns = [
  text("bitrix_message_id"),
  textList("external_message_ids"),
  text("author_name"),
  textOrNull("text"),
  text("files"),
  textList("bots"),
  textList("crm"),
] as const;

type CoreRow = RowOf<typeof coreColumns>;
type WordRow = RowOf<typeof wordColumns>;

/** What is not of a fact's kind is empty. */
function coreRow(portal: string, fact: Fact): CoreRow {
  const { name, at, eventId, kind, connector, line, place } = fact;
  const message = kind === "message" ? fact : null;
  const session = kind === "session" ? fact : null;
  return [
    portal,
    name,
    message?.key ?? "",
    at,
    eventId,
    kind,
    kind === "bot" ? "seen" : fact.action,
    kind === "bot" ? "bot" : fact.origin,
    connector,
    line,
    place,
    message?.user ?? "",
    message?.direction ?? "inbound",
    message?.authorKind ?? "unknown",
    message?.authorId ?? "",
    fact.sessionId,
    session?.parentSessionId ?? "",
    kind === "session" ? 0 : fact.openedAt,
  ];
}

function wordRow(fact: Fact): WordRow {
  if (fact.kind === "session") return ["", [], "", null, "", [], []];
  const words = fact.kind === "message" ? fact.content : null;
  const { bots, crm } = fact;
  if (words === null) return ["", [], "", null, "", bots, crm];
  return [
    words.bitrixMessageId,
    words.externalMessageIds,
    words.authorName,
    words.text,
    words.files,
    bots,
    crm,
  ];
}

/** With all that messages say. */
export function factsWithWords(name: string): FactTable {
  const stored = table(name, [...coreColumns, ...wordColumns]);
  return {
    name,
    select: selectOf(stored.columns),
    add: (rows, portal, fact) => rows.add(stored, [...coreRow(portal, fact), ...wordRow(fact)]),
    read: (row) => {
      const values = new RowReader(row);
      const core = readCore(values);
      const [bitrixMessageId, externalMessageIds] = [values.text(), values.texts()];
      const [authorName, text, files] = [values.text(), values.textOrNull(), values.text()];
      const [bots, crm] = [values.texts(), values.texts()];
      const content = { bitrixMessageId, externalMessageIds, authorName, text, files };
      return factOf(core, { content, vote: voteOf(text), bots, crm });
    },
  };
}

/** With the ratings that texts may be, and without the texts. */
export function factsWithVotes(name: string): FactTable {
  const stored = table(name, [...coreColumns, text("vote")]);
  return {
    name,
    select: selectOf(stored.columns),
    add: (rows, portal, fact) =>
      rows.add(stored, [...coreRow(portal, fact), fact.kind === "message" ? fact.vote : "unknown"]),
    read: (row) => {
      const values = new RowReader(row);
      return factOf(readCore(values), { content: null, vote: values.name(votes), bots: [], crm: [] });
    },
  };
}

const selectOf = (columns: readonly { name: string; type: string }[]): string =>
  columns
    .map(({ name, type }) =>
      type.startsWith("DateTime64") ? `toFloat64(toUnixTimestamp64Milli(${name}))` : `${name}`,
    )
    .join(", ");

const kinds = namesOf("message", "session", "bot");
const actions = namesOf("add", "edit", "delete", "start", "finish", "seen");
const origins = namesOf("connector", "bot", "dialog", "session");
const directions = namesOf("inbound", "outbound");
const authorKinds = namesOf("unknown", "customer", "operator", "bot", "system");
const votes = namesOf("unknown", "none", "like", "dislike");

const readCore = (values: RowReader) => ({
  portal: values.text(),
  name: values.text(),
  key: values.text(),
  at: values.number(),
  eventId: values.text(),
  kind: values.name(kinds),
  action: values.name(actions),
  origin: values.name(origins),
  connector: values.text(),
  line: values.text(),
  place: values.text(),
  user: values.text(),
  direction: values.name(directions),
  authorKind: values.name(authorKinds),
  authorId: values.text(),
  sessionId: values.text(),
  parentSessionId: values.text(),
  openedAt: values.number(),
});

type More = Pick<MessageFact, "content" | "vote" | "bots" | "crm">;

function factOf(core: ReturnType<typeof readCore>, more: More): { portal: string; fact: Fact } {
  const { portal, name, at, eventId, connector, line, place, sessionId, openedAt, ...others } = core;
  const named = { name, at, eventId, connector, line, place };
  const { key, action, origin, user, direction, authorKind, authorId, parentSessionId } = others;
  if (action === "start" || action === "finish") {
    const from = origin === "dialog" ? "dialog" : "session";
    return { portal, fact: { ...named, kind: "session", action, origin: from, sessionId, parentSessionId } };
  }
  const { bots, crm } = more;
  if (action === "seen") return { portal, fact: { ...named, kind: "bot", sessionId, openedAt, bots, crm } };
  const author = { direction, authorKind, authorId };
  const from = origin === "bot" ? "bot" : "connector";
  const message = {
    ...named,
    key,
    action,
    origin: from,
    user,
    ...author,
    sessionId,
    openedAt,
    ...more,
  } as const;
  return { portal, fact: { kind: "message", ...message } };
}
