import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ClickHouseClient } from "@clickhouse/client";
import { type ClientOptions, quietClient, runCommand, statementSettings } from "../client.ts";
import { ClickHouseFailure, failureOf } from "../errors.ts";
import { killMarked } from "../stoppable.ts";
import { Lanes } from "./lanes.ts";
import { Spool } from "./spool.ts";
import { noLimits } from "./statements.ts";

type ClientConnection = NonNullable<ClientOptions["connection"]>;

/** chdb implements the client's interface but is typed by another copy of the package that declares it. */
function isClientConnection(connection: unknown): connection is ClientConnection {
  const methods = ["query", "command", "insert", "exec", "ping", "close"];
  return methods.every((name) => typeof Reflect.get(Object(connection), name) === "function");
}

/** For a connection's whole life: settings given with a statement would stay on it. */
export const laneSettings: Readonly<Record<string, number>> = {
  ...statementSettings,
  max_threads: 2,
  input_format_parallel_parsing: 0,
  // Rows that are written as JSON come in one block, too.
  max_insert_block_size: 1_000_000,
  // Parameters are set by a statement, and may be long.
  max_query_size: 268_435_456,
  // Webhooks come first. Without the right to set priorities the engine leaves them alone.
  os_threads_nice_value_query: 15,
};

/** What callers ask comes after the product's own statements. */
const boundedSettings: Readonly<Record<string, number>> = {
  os_threads_nice_value_query: 19,
  // They only read. Last: 2 still lets limits be set, and 1 would not.
  readonly: 2,
};

const engineConfig = fileURLToPath(new URL("engine.xml", import.meta.url));

export type Writer = { client: ClickHouseClient; spool: Spool };
export type EngineLanes = {
  write: Lanes<Writer>;
  read: Lanes<ClickHouseClient>;
  /** For statements with limits, which are set with each of them. */
  bounded: Lanes<ClickHouseClient>;
  /** For what ends other statements, and nothing else. */
  control: Lanes<ClickHouseClient>;
  close(): Promise<void>;
};
export type LaneCounts = { writers: number; readers: number; bounded: number };
export type Engine = {
  /** Connections of one user of the engine, so that users do not wait for each other. `name` is unique in the process. */
  lanes(name: string, counts: LaneCounts): Promise<EngineLanes>;
  /** Stops the statements that bear this mark, over a connection that nothing else uses. */
  kill(mark: string): Promise<void>;
  close(): Promise<void>;
};

/** Starts the ClickHouse engine in this process. Only one thread of a process may use it, and one process may own the folder. */
export async function startEngine(path: string): Promise<Engine> {
  const inserts = resolve(path, "inserts");
  // The engine reads such a path as a pattern: it would find no rows, and say that all went well.
  if (/[*?{}]|::/.test(inserts))
    throw new ClickHouseFailure("481", `the folder's path must not contain * ? { } or :: (${inserts})`);
  await mkdir(inserts, { recursive: true });
  // 543 MB and glibc only, hence optional: it is loaded where it is used.
  const { Session } = await import("chdb");
  const { createChdbConnection } = await import("chdb/connection");
  // The first connection starts the engine and is the only one that can configure it.
  const start = () => new Session(path, { connectionArgs: [`--config-file=${engineConfig}`] });
  const engine = ownFolder(start);
  const open = async (settings: Readonly<Record<string, number>>) => {
    const connection: unknown = createChdbConnection({ path });
    if (!isClientConnection(connection))
      throw new ClickHouseFailure("unreachable", "this version of chdb does not fit the client");
    const client = quietClient({ connection });
    const set = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
    await client.command({ query: `SET ${set.join(", ")}` });
    return client;
  };
  const openLane = () => open(laneSettings);
  const openBounded = () => open({ ...laneSettings, ...boundedSettings });
  const control = await openLane();
  const controls = new Lanes([control], takeLeftovers);
  return {
    lanes: async (name, counts) => {
      const writing = await openAll(counts.writers, async (at) => ({
        client: await openLane(),
        spool: await Spool.open(join(inserts, `${name}${at}.rows`)),
      }));
      const reading = await openAll(counts.readers, openLane);
      const limited = await openAll(counts.bounded, openBounded);
      const close = async () => {
        for (const client of [...reading, ...limited, ...writing.map((one) => one.client)])
          await client.close();
        for (const { spool } of writing) await spool.close();
      };
      return {
        write: new Lanes(writing, ({ client }) => takeLeftovers(client)),
        read: new Lanes(reading, takeLeftovers),
        bounded: new Lanes(limited, takeLeftoversOfBounded),
        control: controls,
        close,
      };
    },
    kill: (mark) => controls.run((client) => runCommand(client, killMarked(mark))),
    close: async () => {
      await control.close();
      engine.close();
    },
  };
}

/** What a statement had answered before it failed would come with the next one's answer, whoever asks for that. */
const takeLeftovers = (client: ClickHouseClient) => runCommand(client, "SELECT 1");

/** The limits of the statement that failed would hold for this one. */
const takeLeftoversOfBounded = (client: ClickHouseClient) => runCommand(client, `${noLimits}; SELECT 1`);

const openAll = <T>(count: number, one: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, at) => one(at)));

/** Fails where another process owns the folder. */
function ownFolder<Session>(start: () => Session): Session {
  try {
    return start();
  } catch (error) {
    throw failureOf(error);
  }
}
