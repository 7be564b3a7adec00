import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ClickHouse, migrate, openClickHouse } from "@portalstream/clickhouse";
import type { Route } from "../src/http/route.ts";

const schemas = fileURLToPath(new URL("../../../schemas/clickhouse", import.meta.url));

export const portal = "portal-1";

/** An empty database of its own. */
export async function openTestDb(): Promise<ClickHouse> {
  const path = await mkdtemp(join(tmpdir(), "query-test-"));
  const db = await openClickHouse({ kind: "chdb", path });
  await migrate(db, schemas);
  const close = async () => {
    await db.close();
    await rm(path, { recursive: true, force: true });
  };
  return {
    insert: (table, rows) => db.insert(table, rows),
    insertJson: (table, rows) => db.insertJson(table, rows),
    query: (sql, params, limits) => db.query(sql, params, limits),
    lines: (sql, params) => db.lines(sql, params),
    command: (sql) => db.command(sql),
    close,
  };
}

type Fact = { table: string; row: Record<string, unknown> };

export type MessageFact = {
  key: string;
  eventId: string;
  at: string;
  action?: "add" | "edit" | "delete";
  origin?: "connector" | "bot";
  connector?: string;
  line?: string;
  external?: string;
  bitrixChat?: string;
  direction?: "inbound" | "outbound";
  kind?: "unknown" | "customer" | "operator" | "bot" | "system";
  author?: string;
  name?: string;
  text?: string | null;
  files?: string;
  bitrixId?: string;
  externalIds?: string[];
  portal?: string;
};

/** What an event says of a message, with its chat's names, for both sets of tables. */
export function message(fact: MessageFact): Fact[] {
  const of = fact.portal ?? portal;
  const connector = fact.connector ?? "telegram";
  const line = fact.line ?? "1";
  const external = fact.external ?? "";
  const externalChat = external === "" ? "" : `x${external}`;
  const figures = {
    portal: of,
    message_key: fact.key,
    event_id: fact.eventId,
    action: fact.action ?? "add",
    origin: fact.origin ?? "connector",
    at: secondsOf(fact.at),
    connector,
    line,
    external_chat_id: external,
    external_chat: externalChat,
    bitrix_chat: fact.bitrixChat ?? "",
    direction: fact.direction ?? "inbound",
    author_kind: fact.kind ?? "customer",
    author_id: fact.author ?? "",
  };
  const words = {
    bitrix_message_id: fact.bitrixId ?? "",
    external_message_ids: fact.externalIds ?? [],
    author_name: fact.name ?? "",
    text: fact.text === undefined ? "Hello" : fact.text,
    files: fact.files ?? "[]",
  };
  const position = { topic: "bitrix24.messages", partition: 0, offset: "0" };
  return [
    { table: "message_facts", row: { ...figures, ...words, ...position } },
    { table: "analytics_messages", row: figures },
    ...chatName({ at: fact.at, external, bitrixChat: fact.bitrixChat ?? "", connector, line, portal: of }),
  ];
}

export function chatName(fact: {
  at: string;
  external?: string;
  bitrixChat?: string;
  connector?: string;
  line?: string;
  portal?: string;
}): Fact[] {
  const external = fact.external ?? "";
  const row = {
    portal: fact.portal ?? portal,
    external_chat: external === "" ? "" : `x${external}`,
    bitrix_chat: fact.bitrixChat ?? "",
    connector: fact.connector ?? "",
    line: fact.line ?? "",
    external_chat_id: external,
    last: secondsOf(fact.at),
  };
  return ["chat_names", "analytics_chat_names"].map((table) => ({ table, row }));
}

export function session(fact: {
  action: "start" | "finish";
  at: string;
  bitrixChat: string;
  id?: string;
  origin?: "dialog" | "session" | "bot";
  parent?: string;
  connector?: string;
  line?: string;
}): Fact[] {
  const { at, bitrixChat, connector = "", line = "" } = fact;
  const row = {
    portal,
    bitrix_chat: bitrixChat,
    at: secondsOf(at),
    action: fact.action,
    origin: fact.origin ?? "dialog",
    session_id: fact.id ?? "",
    parent_session_id: fact.parent ?? "",
    connector,
    line,
  };
  return [
    ...["session_facts", "analytics_sessions"].map((table) => ({ table, row })),
    ...chatName({ at, bitrixChat, connector, line }),
  ];
}

export function bot(botId: string, bitrixChat: string): Fact[] {
  const join = {
    dialog_id: "",
    bitrix_chat: bitrixChat,
    chat_type: "openLine",
    at: "1767600000.000",
    event_id: "e",
  };
  return [
    { table: "bot_facts", row: { portal, bot_id: botId, action: "join", ...join, code: "", user_id: "" } },
    { table: "analytics_bots", row: { portal, bot_id: botId } },
  ];
}

export function crm(bitrixChat: string, type: string, id: string): Fact[] {
  return [{ table: "crm_facts", row: { portal, bitrix_chat: bitrixChat, type, id } }];
}

export async function insertFacts(db: ClickHouse, facts: readonly Fact[]): Promise<void> {
  for (const [table, group] of Map.groupBy(facts, (fact) => fact.table)) {
    await db.insertJson(
      table,
      group.map(({ row }) => Object.values(row)),
    );
  }
}

/** The answer of the route with this path under /v1/portals/{portal}/. */
export async function ask(
  db: ClickHouse,
  routes: readonly Route[],
  path: string,
  query: Record<string, string> = {},
): Promise<unknown> {
  const wanted = path.split("/");
  for (const route of routes) {
    const names = route.path.split("/").slice(4);
    if (names.length !== wanted.length) continue;
    if (!names.every((name, i) => name.startsWith(":") || name === wanted[i])) continue;
    const params = Object.fromEntries(
      names.map((name, i) => [name.slice(1), wanted[i]]).filter((_, i) => names[i]?.startsWith(":")),
    );
    return route.answer(db, { params: { ...params, portal }, query, caller: { kind: "admin" } });
  }
  throw new Error(`no route ${path}`);
}

/** ISO 8601 → seconds with milliseconds, as the tables take them. */
function secondsOf(at: string): string {
  return (Date.parse(at) / 1000).toFixed(3);
}
