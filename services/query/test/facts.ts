import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ClickHouse, migrate, openClickHouse, turns } from "@portalstream/clickhouse";
import type { Route } from "../src/http/route.ts";

const schemas = fileURLToPath(new URL("../../../schemas/clickhouse", import.meta.url));

export const portal = "portal-1";

const never = new AbortController().signal;
/** Of a work that runs alone and is not ended. */
export const ownPace = () => turns.of("test", never);

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

/** A row of a state table, in the order of its columns. The row of a key with the greatest version counts, unless it is `gone`. */
export type StateRow = { table: string; row: readonly unknown[] };
type Versioned = { version?: number; gone?: boolean };

const ms = (at: string): number => Date.parse(at);
const msOrNull = (at: string | null | undefined): number | null => (at == null ? null : Date.parse(at));

export type MessageState = Versioned & {
  id: string;
  at: string;
  chat: string;
  /** The name in the fact that its key is made of. */
  name?: string;
  connector?: string;
  line?: string;
  bitrixId?: string;
  externalIds?: readonly string[];
  direction?: "inbound" | "outbound";
  kind?: "customer" | "operator" | "bot" | "system";
  author?: string;
  authorName?: string;
  text?: string | null;
  files?: readonly object[];
  editedAt?: string;
  deletedAt?: string;
  session?: string;
  source?: "connector" | "bot";
  isRating?: boolean;
  counted?: boolean;
  eventIds?: readonly string[];
  portal?: string;
};

export function message(state: MessageState): StateRow {
  const row = [
    state.portal ?? portal,
    ms(state.at),
    state.id,
    state.name ?? state.chat,
    state.version ?? 1,
    Number(state.gone ?? false),
    state.id,
    state.chat,
    state.connector ?? "telegram",
    state.line ?? "1",
    state.bitrixId ?? "",
    state.externalIds ?? [],
    state.direction ?? "inbound",
    state.kind ?? "customer",
    state.author ?? "",
    state.authorName ?? "",
    state.text === undefined ? "Hello" : state.text,
    state.files === undefined ? "" : JSON.stringify(state.files),
    msOrNull(state.editedAt),
    msOrNull(state.deletedAt),
    state.session ?? "",
    state.source ?? "connector",
    Number(state.isRating ?? false),
    Number(state.counted ?? true),
    state.eventIds ?? [],
  ];
  return { table: "messages", row };
}

export type SessionState = Versioned & {
  openedAt: string;
  chat: string;
  opener?: string;
  place?: number;
  id?: string;
  parent?: string;
  connector?: string;
  line?: string;
  openedBy?: "dialog" | "session" | "bot" | "message" | "finish";
  closedAt?: string | null;
  firstInboundAt?: string;
  firstResponseAt?: string;
  firstResponseBy?: string;
  rating?: "none" | "like" | "dislike";
  ratedAt?: string;
  counts?: readonly [inbound: number, outbound: number, system: number];
  operators?: readonly string[];
};

/** From `place` on as the table sessions has them. */
const sessionColumns = (state: SessionState) => ({
  place: state.place ?? 0,
  chat_id: state.chat,
  session_id: state.id ?? "",
  parent_session_id: state.parent ?? "",
  connector: state.connector ?? "telegram",
  line: state.line ?? "1",
  opened_by: state.openedBy ?? "dialog",
  closed_at: msOrNull(state.closedAt),
  first_inbound_at: msOrNull(state.firstInboundAt),
  first_response_at: msOrNull(state.firstResponseAt),
  first_response_by: state.firstResponseBy ?? "",
  rating: state.rating ?? "none",
  rated_at: msOrNull(state.ratedAt),
  inbound: state.counts?.[0] ?? 0,
  outbound: state.counts?.[1] ?? 0,
  system: state.counts?.[2] ?? 0,
  operators: state.operators ?? [],
});

/** For lists and for figures. */
export function session(state: SessionState): StateRow[] {
  const row = [
    portal,
    ms(state.openedAt),
    state.chat,
    state.opener ?? "e1",
    state.version ?? 1,
    Number(state.gone ?? false),
    ...Object.values(sessionColumns(state)),
  ];
  return ["sessions", "figure_sessions"].map((table) => ({ table, row }));
}

export type ChatState = Versioned & {
  id: string;
  activeAt: string;
  bitrixChat?: string;
  external?: string;
  connector?: string;
  line?: string;
  state?: "none" | "open" | "closed";
  session?: SessionState;
  firstAt?: string;
  lastAt?: string;
  counts?: readonly [inbound: number, outbound: number, system: number, edited: number, deleted: number];
  operators?: readonly string[];
  bots?: readonly string[];
  crm?: readonly string[];
};

export function chat(state: ChatState): StateRow {
  const last = state.session;
  const session = last === undefined ? "" : { opened_at: ms(last.openedAt), ...sessionColumns(last) };
  const row = [
    portal,
    state.id,
    state.version ?? 1,
    Number(state.gone ?? false),
    1,
    state.bitrixChat ?? (state.id.startsWith("b") ? state.id.slice(1) : ""),
    state.external ?? "",
    state.connector ?? "telegram",
    state.line ?? "1",
    state.state ?? "none",
    session === "" ? "" : JSON.stringify(session),
    msOrNull(state.firstAt),
    msOrNull(state.lastAt),
    ms(state.activeAt),
    ...(state.counts ?? [0, 0, 0, 0, 0]),
    state.operators ?? [],
    state.bots ?? [],
    state.crm ?? [],
    [state.id],
  ];
  return { table: "chats", row };
}

export function alias(name: string, chatId: string, { version = 1, gone = false }: Versioned = {}): StateRow {
  return { table: "chat_aliases", row: [portal, name, version, Number(gone), chatId] };
}

export type FigureMessage = Versioned & {
  id: string;
  at: string;
  chat: string;
  connector?: string;
  line?: string;
  way?: "inbound" | "outbound" | "system";
  operator?: string | null;
  edited?: boolean;
  erased?: boolean;
};

/** operator null: not an operator's. */
export function figureMessage(state: FigureMessage): StateRow {
  const row = [
    portal,
    ms(state.at),
    state.id,
    state.chat,
    state.version ?? 1,
    Number(state.gone ?? false),
    state.chat,
    state.connector ?? "telegram",
    state.line ?? "1",
    state.way ?? "inbound",
    Number((state.operator ?? null) !== null),
    state.operator ?? "",
    Number(state.edited ?? false),
    Number(state.erased ?? false),
  ];
  return { table: "figure_messages", row };
}

/** Rows of one call are one part of their table. */
export async function insertState(db: ClickHouse, rows: readonly StateRow[]): Promise<void> {
  for (const [table, group] of Map.groupBy(rows, (one) => one.table))
    await db.insertJson(
      table,
      group.map(({ row }) => row),
    );
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
    return route.answer(db, {
      params: { ...params, portal },
      query,
      caller: { kind: "admin" },
      pace: ownPace(),
    });
  }
  throw new Error(`no route ${path}`);
}
