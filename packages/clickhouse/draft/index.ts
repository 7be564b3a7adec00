import { globSync, mkdirSync, readFileSync } from "node:fs";
import { createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
export interface ClickHouse {
  insert(table: string, rows: Uint8Array): Promise<void>;
  query<Row>(sql: string, params?: Record<string, string | number | boolean | readonly string[]>): Promise<Row[]>;
  command(sql: string): Promise<void>;
  close(): Promise<void>;
}
export async function openClickHouse({ path }: { kind: "chdb"; path: string }): Promise<ClickHouse> {
  mkdirSync(path, { recursive: true });
  const w = createChdbConnection({ path });
  const writer = createClient({ connection: w } as never);
  const reader = createClient({ connection: createChdbConnection({ path }) } as never);
  return {
    async insert(table, rows) { await (w as never as { chdb: { rawInsert(p: object): Promise<void> } }).chdb.rawInsert({ table, format: "JSONCompactEachRow", values: Buffer.from(rows) }); },
    async query(sql, params) { const r = await reader.query({ query: `${sql}\nSETTINGS output_format_json_quote_64bit_integers=1`, query_params: params, format: "JSONEachRow" } as never); return await r.json() as never; },
    async command(sql) { await writer.command({ query: sql }); },
    async close() { await writer.close(); await reader.close(); },
  };
}
export async function migrate(db: ClickHouse, folder: string) { const files = globSync(`${folder}/*.sql`).sort(); for (const f of files) await db.command(readFileSync(f, "utf8")); return files; }
