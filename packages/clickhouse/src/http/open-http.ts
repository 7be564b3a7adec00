import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { ClickHouseClient } from "@clickhouse/client";
import { type ClientOptions, quietClient, runCommand, runQuery, statementSettings } from "../client.ts";
import { ClickHouseFailure, failureOf } from "../errors.ts";
import { forCluster } from "../for-cluster.ts";
import { type Bounded, ownPace, unlimited } from "../limits.ts";
import type { ClickHouse, Params } from "../port.ts";
import { asBuffer } from "../rows/bytes.ts";
import type { Chunks } from "../rows/chunks.ts";
import { jsonLines, type RowFormat } from "../rows/row-format.ts";
import { killMarked, markSetting, stoppable } from "../stoppable.ts";
import { SocketAgent } from "./socket-agent.ts";

export type HttpConfig =
  | { kind: "http"; url: string; cluster: string | null }
  | { kind: "socket"; path: string };

const connections = 100;

const options = {
  // So many that a call does not wait behind others that wait for a server that hangs: each has a timeout of its own.
  max_open_connections: connections,
  // Sockets are given up before a server closes them (after 3 s or more): a request must not meet one that is closing.
  keep_alive: { enabled: true, idle_socket_ttl: 2_500, eagerly_destroy_stale_sockets: true },
  // Long parameters go in the body.
  use_multipart_params_auto: true,
  // Room for the headers that tell of progress.
  max_response_headers_size: 1_048_576,
} satisfies ClientOptions;

const settings = {
  ...statementSettings,
  // An answer is sent when it is whole, so an error in the middle is an error and not a short answer.
  wait_end_of_query: 1,
  // A server at work says so, and one that says nothing for the client's request_timeout (30 s) is taken for hung. Not more often:
  // past Node's limit of 2,000 headers the one that tells of an error would be lost.
  send_progress_in_http_headers: 1,
  http_headers_progress_interval_ms: "10000",
} as const;

/**
 * With replicas an insert resolves when most of them have it. Readers do not ask for select_sequential_consistency: it works only
 * when inserts come one after the other, and an answer may well be a moment old.
 */
const clusterSettings = { insert_quorum: "auto", insert_quorum_parallel: 1 } as const;

/** A ClickHouse server. The URL may carry user, password and database, and the client's own parameters, e.g. request_timeout. */
export function openHttp(config: HttpConfig): ClickHouse {
  const cluster = config.kind === "http" ? config.cluster : null;
  const client = clientOf(config);
  const insert = async (table: string, rows: Chunks, format: RowFormat) => {
    if (rows.length === 0) return;
    try {
      // The client's insert takes rows as objects only.
      const query = `INSERT INTO \`${table}\` FORMAT ${format}`;
      const values = Readable.from(rows.map(asBuffer), { objectMode: false });
      const { stream } = await client.exec({ query, values });
      for await (const _ of stream);
    } catch (error) {
      throw failureOf(error);
    }
  };
  return {
    insert: (table, rows) => insert(table, rows, "Native"),
    insertJson: (table, rows) => insert(table, jsonLines(rows), "JSONCompactEachRow"),
    query: (sql, params = {}, limits = unlimited) =>
      limits.kind === "none"
        ? runQuery(client, sql, params, ownPace())
        : runBounded(client, sql, params, limits),
    lines: async (sql, params = {}) => {
      try {
        // The client moves long parameters into the body of a query, but not of an exec.
        const asked = { query: sql, query_params: { ...params }, format: "JSONCompactEachRow" } as const;
        return new TextEncoder().encode(await (await client.query(asked)).text());
      } catch (error) {
        throw failureOf(error);
      }
    },
    command: (sql) => runCommand(client, cluster === null ? sql : forCluster(sql, cluster)),
    close: () => client.close(),
  };
}

/** How long a server has to end a statement that was killed before the connection is closed. */
const killedMs = 2_000;

/**
 * Killed by another request, since a server may not notice soon that a client has gone. Behind a balancer that request may meet
 * another replica: a server ends a read-only statement with its connection, too.
 */
async function runBounded<Row>(
  client: ClickHouseClient,
  sql: string,
  params: Params,
  { signal, seconds, memoryBytes, pace }: Bounded,
): Promise<Row[]> {
  const mark = randomUUID();
  const connection = new AbortController();
  let late: NodeJS.Timeout | undefined;
  const kill = () => {
    late ??= setTimeout(() => connection.abort(), killedMs);
    return client.command({ query: killMarked(mark), abort_signal: connection.signal });
  };
  const run = () =>
    runQuery<Row>(client, sql, params, pace, {
      query_id: mark,
      abort_signal: connection.signal,
      clickhouse_settings: {
        max_execution_time: seconds,
        max_memory_usage: String(memoryBytes),
        [markSetting]: mark,
        readonly: "2",
        cancel_http_readonly_queries_on_client_close: 1,
      },
    });
  try {
    return await stoppable(signal, run, kill);
  } finally {
    clearTimeout(late);
  }
}

function clientOf(config: HttpConfig): ClickHouseClient {
  if (config.kind === "socket")
    return quietClient({
      ...options,
      clickhouse_settings: settings,
      http_agent: new SocketAgent(config.path, { keepAlive: true, maxSockets: connections }),
    });
  try {
    return quietClient({
      ...options,
      url: config.url,
      compression: compressionFor(new URL(config.url)),
      clickhouse_settings: { ...settings, ...(config.cluster === null ? {} : clusterSettings) },
    });
  } catch {
    // The client's error repeats the URL, password and all.
    throw new ClickHouseFailure("36", "the ClickHouse URL is not http://user:password@host:8123/database");
  }
}

/** Within a machine bytes cost less than packing them. */
function compressionFor(url: URL): NonNullable<ClientOptions["compression"]> {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return local ? {} : { request: { codec: "gzip", level: 1 }, response: true };
}
