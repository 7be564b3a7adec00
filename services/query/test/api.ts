import { createMetrics, problemHandler } from "@portalstream/runtime";
import Fastify from "fastify";
import { buildQuery, type QueryOptions } from "../src/build-query.ts";
import { openTestAccess } from "./access.ts";
import { openTestDb } from "./facts.ts";

export const adminKey = "admin-key-of-tests";

export type Answered = { status: number; headers: Record<string, unknown>; body: unknown; text: string };

type Options = Partial<Pick<QueryOptions, "db" | "limits" | "otherRoutes">> & { maxAgeMs?: number };
const wide = { seconds: 600, memoryBytes: 2 ** 31 };

/** The query API on an empty database and log of its own. */
export async function openTestApi({ db: given, limits = wide, maxAgeMs, ...options }: Options = {}) {
  const db = given ?? (await openTestDb());
  const { access, keep, close } = await openTestAccess(maxAgeMs);
  const app = Fastify();
  const metrics = createMetrics();
  app.setErrorHandler(problemHandler.onError);
  app.setNotFoundHandler(problemHandler.onNotFound);
  await app.register(buildQuery({ db, access, limits, adminKey, metrics, ...options }));
  return {
    db,
    app,
    metrics,
    /** Rows in the order of the table's columns; keys and portals come from the log, too. */
    async insert(table: string, rows: readonly (readonly unknown[])[]): Promise<void> {
      await db.insertJson(table, rows);
      await keep(table, rows);
    },
    /** key null: none is sent. */
    async get(url: string, key: string | null = adminKey): Promise<Answered> {
      const headers = key === null ? {} : { authorization: `Bearer ${key}` };
      const { statusCode: status, headers: answered, payload: text } = await app.inject({ url, headers });
      const body: unknown = /json/.test(String(answered["content-type"])) ? JSON.parse(text) : null;
      return { status, headers: answered, body, text };
    },
    async close(): Promise<void> {
      await app.close();
      await db.close();
      await close();
    },
  };
}

export type TestApi = Awaited<ReturnType<typeof openTestApi>>;

/** A row of `portals`; version: the later change has the greater one. */
export const portalRow = (
  portal: string,
  more: { application?: string; domain?: string; version?: number } = {},
) => [
  portal,
  more.application ?? "default",
  more.domain ?? `${portal}.bitrix24.com`,
  "active",
  1767600000_000,
  1767600000_000 + (more.version ?? 1),
  more.version ?? 1,
];

/** Follows nextCursor from page to page. */
export async function allPages(api: TestApi, url: string): Promise<unknown[]> {
  const found: unknown[] = [];
  let next: unknown = null;
  do {
    const cursor = next === null ? "" : `${url.includes("?") ? "&" : "?"}cursor=${String(next)}`;
    const { status, body, text } = await api.get(`${url}${cursor}`);
    if (status !== 200) throw new Error(text);
    const { items, nextCursor } = Object(body);
    found.push(...items);
    next = nextCursor;
  } while (next !== null);
  return found;
}
