import { Readable } from "node:stream";
import { createClient } from "@clickhouse/client";
import { runCommand, runQuery } from "../client.ts";
import { failureOf } from "../errors.ts";
import type { ClickHouse } from "../port.ts";

/** A ClickHouse server. The URL may carry user, password and database. */
export function openHttp(url: string): ClickHouse {
  const client = createClient({
    url,
    compression: { request: true, response: true },
    clickhouse_settings: {
      output_format_json_quote_64bit_integers: 1,
      optimize_on_insert: 0,
      async_insert: 0,
    },
  });
  return {
    insert: async (table, rows) => {
      try {
        const values = Readable.from([Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)], {
          objectMode: false,
        });
        await client.insert({ table, values, format: "JSONCompactEachRow" });
      } catch (error) {
        throw failureOf(error);
      }
    },
    query: (sql, params = {}) => runQuery(client, sql, params),
    command: (sql) => runCommand(client, sql),
    close: () => client.close(),
  };
}
