import { randomUUID } from "node:crypto";
import { runCommand, runLines, runWholeQuery } from "../client.ts";
import { failureOf } from "../errors.ts";
import { boundedAtOnce, ownPace, unlimited } from "../limits.ts";
import type { ClickHouse, Params } from "../port.ts";
import type { Chunks } from "../rows/chunks.ts";
import { jsonLines, type RowFormat } from "../rows/row-format.ts";
import { stoppable } from "../stoppable.ts";
import { startEngine } from "./engine.ts";
import { type Access, type Listen, type Served, serveEngine } from "./serve/serve.ts";
import { insertFrom, parameterText, withLimits, withParameters } from "./statements.ts";

/** One process owns a folder: others work with its tables through what it serves. */
export type Chdb = ClickHouse & {
  /** Serves ClickHouse's HTTP interface to the same tables, over connections of its own. Closed before this is. */
  serve(listen: Listen, access: Access): Promise<Served>;
};

/** The ClickHouse engine in this process. Only one thread of a process may use it, and one process may own the folder. */
export async function openChdb(path: string): Promise<Chdb> {
  const engine = await startEngine(path);
  // An insert mostly waits for the disk: the tables of a batch are written side by side.
  const { write, read, bounded, close } = await engine.lanes("", {
    writers: 6,
    readers: 4,
    bounded: boundedAtOnce,
  });
  const served: Served[] = [];
  const insert = (table: string, rows: Chunks, format: RowFormat) =>
    write.run(async ({ client, spool }) => {
      try {
        await spool.fill(rows);
      } catch (error) {
        throw failureOf(error);
      }
      await runCommand(client, insertFrom(spool.path, `\`${table}\``, format));
    });
  return {
    insert: (table, rows) => insert(table, rows, "Native"),
    insertJson: (table, rows) => insert(table, jsonLines(rows), "JSONCompactEachRow"),
    query: (sql, params = {}, limits = unlimited) => {
      const statement = () => withParameters(sql, textsOf(params));
      if (limits.kind === "none") return read.run((client) => runWholeQuery(client, statement(), ownPace()));
      const mark = randomUUID();
      return bounded.run((client) =>
        stoppable(
          limits.signal,
          () => runWholeQuery(client, withLimits(statement(), limits, mark), limits.pace),
          () => engine.kill(mark),
        ),
      );
    },
    lines: (sql, params = {}) => read.run((client) => runLines(client, withParameters(sql, textsOf(params)))),
    command: (sql) => write.run(({ client }) => runCommand(client, sql)),
    serve: async (listen, access) => {
      const one = await serveEngine(engine, listen, access);
      served.push(one);
      return one;
    },
    close: async () => {
      for (const one of served) await one.close();
      await close();
      await engine.close();
    },
  };
}

const textsOf = (params: Params) =>
  new Map(Object.entries(params).map(([name, value]) => [name, parameterText(value)]));
