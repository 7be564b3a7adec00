import type { ClickHouseClient } from "@clickhouse/client";
import { failureOf } from "./errors.ts";
import type { Params } from "./port.ts";

/** What both adapters do alike through the official client. */
export async function runQuery<Row>(client: ClickHouseClient, sql: string, params: Params): Promise<Row[]> {
  try {
    const answer = await client.query({ query: sql, query_params: { ...params }, format: "JSONEachRow" });
    return await answer.json<Row>();
  } catch (error) {
    throw failureOf(error);
  }
}

export async function runCommand(client: ClickHouseClient, sql: string): Promise<void> {
  try {
    await client.command({ query: sql });
  } catch (error) {
    throw failureOf(error);
  }
}
