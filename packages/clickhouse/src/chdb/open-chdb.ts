import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@clickhouse/client";
import { runCommand, runQuery } from "../client.ts";
import { ClickHouseFailure, failureOf } from "../errors.ts";
import type { ClickHouse } from "../port.ts";
import { Lanes } from "./lanes.ts";
import { Spool } from "./spool.ts";
import { insertFrom, withParameters } from "./statements.ts";

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
  // Looking for duplicates within a batch costs a seventh of an insert; readers expect them anyway.
  optimize_on_insert: 0,
} as const;

const engineConfig = fileURLToPath(new URL("engine.xml", import.meta.url));

/** Fails where another process owns the folder. */
function startEngine<Engine>(start: () => Engine): Engine {
  try {
    return start();
  } catch (error) {
    throw failureOf(error);
  }
}

/** The ClickHouse engine in this process. Only one thread of a process may use it, and one process may own the folder. */
export async function openChdb(path: string): Promise<ClickHouse> {
  const inserts = resolve(path, "inserts");
  // The engine reads such a path as a pattern: it would find no rows, and say that all went well.
  if (/[*?{}]|::/.test(inserts))
    throw new ClickHouseFailure("481", `the folder's path must not contain * ? { } or :: (${inserts})`);
  await mkdir(inserts, { recursive: true });
  // 543 MB and glibc only, hence optional: it is loaded where it is used.
  const { Session } = await import("chdb");
  const { createChdbConnection } = await import("chdb/connection");
  // The first connection starts the engine and is the only one that can configure it.
  const engine = startEngine(() => new Session(path, { connectionArgs: [`--config-file=${engineConfig}`] }));
  const open = async () => {
    const connection: unknown = createChdbConnection({ path });
    if (!isClientConnection(connection))
      throw new ClickHouseFailure("unreachable", "this version of chdb does not fit the client");
    const client = createClient({ connection });
    for (const [name, value] of Object.entries(settings))
      await client.command({ query: `SET ${name} = ${value}` });
    return client;
  };
  const openAll = <T>(count: number, one: (at: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, at) => one(at)));
  const writing = await openAll(writers, async (at) => ({
    client: await open(),
    spool: await Spool.open(join(inserts, `${at}.rows`)),
  }));
  const reading = await openAll(readers, open);
  const write = new Lanes(writing);
  const read = new Lanes(reading);
  return {
    insert: (table, rows) =>
      write.run(async ({ client, spool }) => {
        try {
          await spool.fill(rows);
        } catch (error) {
          throw failureOf(error);
        }
        await runCommand(client, insertFrom(spool.path, table));
      }),
    query: (sql, params = {}) => read.run((client) => runQuery(client, withParameters(sql, params), {})),
    command: (sql) => write.run(({ client }) => runCommand(client, sql)),
    close: async () => {
      for (const client of [...reading, ...writing.map(({ client }) => client)]) await client.close();
      for (const { spool } of writing) await spool.close();
      engine.close();
    },
  };
}
