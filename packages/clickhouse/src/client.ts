import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { failureOf } from "./errors.ts";
import type { Params } from "./port.ts";
import { linesOf, type RowTexts, readRows } from "./read-rows.ts";
import type { Pace } from "./turns.ts";

export type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;

/** What every statement of ours counts on, whichever engine runs it. */
export const statementSettings = {
  output_format_json_quote_64bit_integers: 1,
  // Looking for duplicates within a batch costs a seventh of an insert; readers expect them anyway.
  optimize_on_insert: 0,
  // An insert that resolved is on disk, not in a server's memory.
  async_insert: 0,
  // Replicated tables drop a block that they have seen before, with rows that are truly twice in the log.
  insert_deduplicate: 0,
  // A column that the table does not have is an error, and not dropped.
  input_format_skip_unknown_fields: 0,
  // What hands rows on from one table to another selects the columns that can be inserted.
  asterisk_include_materialized_columns: 0,
} as const;

/** The client logs errors with the server's words, which may quote a row, so it is told not to log. */
export function quietClient(options: ClientOptions): ClickHouseClient {
  return createClient({ ...options, log: { level: ClickHouseLogLevel.OFF } });
}

type QueryOptions = Omit<Parameters<ClickHouseClient["query"]>[0], "query" | "query_params" | "format">;

/** Of a server, which answers in pieces. */
export async function runQuery<Row>(
  client: ClickHouseClient,
  sql: string,
  params: Params,
  pace: Pace,
  options: QueryOptions = {},
): Promise<Row[]> {
  try {
    const asked = { ...options, query: sql, query_params: { ...params }, format: "JSONEachRow" } as const;
    const answer = await client.query(asked);
    return await readRows<Row>(textsOf(answer.stream()), pace);
  } catch (error) {
    throw failureOf(error);
  }
}

async function* textsOf(answer: AsyncIterable<readonly { text: string }[]>): RowTexts {
  for await (const rows of answer) yield rows.map(({ text }) => text);
}

/** Of an engine that answers in one piece, which the client's `query` would decode at once. */
export async function runWholeQuery<Row>(client: ClickHouseClient, sql: string, pace: Pace): Promise<Row[]> {
  try {
    const { stream } = await client.exec({ query: `${sql}\nFORMAT JSONEachRow` });
    return await readRows<Row>(linesIn(stream), pace);
  } catch (error) {
    throw failureOf(error);
  }
}

async function* linesIn(pieces: AsyncIterable<Buffer>): RowTexts {
  for await (const piece of pieces) yield linesOf(piece);
}

export async function runLines(client: ClickHouseClient, sql: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { stream } = await client.exec({ query: `${sql}\nFORMAT JSONCompactEachRow` });
    const pieces: Uint8Array[] = [];
    for await (const piece of stream) pieces.push(piece);
    const [only = new Uint8Array(), ...others] = pieces;
    // An engine answers in one piece, and to copy a long one takes long.
    const bytes = others.length === 0 ? only : Buffer.concat(pieces);
    return isTransferable(bytes) ? bytes : new Uint8Array(bytes);
  } catch (error) {
    throw failureOf(error);
  }
}

/** Whether it has its memory for itself. */
const isTransferable = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength;

export async function runCommand(client: ClickHouseClient, sql: string): Promise<void> {
  try {
    await client.command({ query: sql });
  } catch (error) {
    throw failureOf(error);
  }
}
