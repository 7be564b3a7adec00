import { mkdir } from "node:fs/promises";
import { createClient } from "@clickhouse/client";
import { runCommand, runQuery } from "../client.ts";
import { ClickHouseFailure, failureOf } from "../errors.ts";
import type { ClickHouse } from "../port.ts";
import { Lanes } from "./lanes.ts";

type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;
type ClientConnection = NonNullable<ClientOptions["connection"]>;

/** chdb implements the client's interface but is typed by another copy of the package that declares it. */
function isClientConnection(connection: unknown): connection is ClientConnection {
  const methods = ["query", "command", "insert", "exec", "ping", "close"];
  return methods.every((name) => typeof Reflect.get(Object(connection), name) === "function");
}

const writers = 2;
const readers = 2;

/** For a connection's whole life: settings given with a statement would stay on it. */
const settings = {
  output_format_json_quote_64bit_integers: 1,
  max_threads: 2,
  // Batches are built whole, so one block each: fewer parts to merge.
  input_format_parallel_parsing: 0,
  max_insert_block_size: 1_000_000,
} as const;

/** The ClickHouse engine in this process. Only one thread of a process may use it, and one process may own the folder. */
export async function openChdb(path: string): Promise<ClickHouse> {
  await mkdir(path, { recursive: true });
  // 543 MB and glibc only, hence optional: it is loaded where it is used.
  const { createChdbConnection } = await import("chdb/connection");
  const open = async () => {
    const connection = createChdbConnection({ path });
    const own: unknown = connection;
    if (!isClientConnection(own))
      throw new ClickHouseFailure("unreachable", "this version of chdb does not fit the client");
    const client = createClient({ connection: own });
    for (const [name, value] of Object.entries(settings))
      await client.command({ query: `SET ${name} = ${value}` });
    return { connection, client };
  };
  const openAll = (count: number) => Promise.all(Array.from({ length: count }, open));
  const writing = await openAll(writers);
  const reading = await openAll(readers);
  const write = new Lanes(writing);
  const read = new Lanes(reading);
  return {
    insert: (table, rows) =>
      write.run(async ({ connection }) => {
        const values = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
        try {
          await connection.chdb.rawInsert({ table, values, format: "JSONCompactEachRow" });
        } catch (error) {
          throw failureOf(error);
        }
      }),
    query: (sql, params = {}) => read.run(({ client }) => runQuery(client, sql, params)),
    command: (sql) => write.run(({ client }) => runCommand(client, sql)),
    close: async () => {
      for (const { client } of [...reading, ...writing]) await client.close();
    },
  };
}
