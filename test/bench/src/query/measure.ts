import type { ClickHouse } from "@portalstream/clickhouse";
import { percentile } from "../report.ts";
import type { Case } from "./cases.ts";
import type { QueryClient } from "./client.ts";
import { type Read, readsOf } from "./read-counters.ts";

export type Measured =
  | { kind: "answered"; p50: number; p95: number; rounds: number; bytes: number; read: Read }
  | { kind: "refused"; status: number };

const warmUps = 2;
const fewest = 5;

/** Asks again and again, one after the other, for at most `seconds`. */
export async function measure(
  client: QueryClient,
  db: ClickHouse,
  { path }: Pick<Case, "path">,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Measured> {
  const started = performance.now();
  for (let round = 0; round < warmUps; round += 1) {
    const { status } = await client.time(path(round));
    if (status !== 200) return { kind: "refused", status };
  }
  const read = await readsOf(db, () => client.time(path(0)));
  const waits: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    if (round >= fewest && performance.now() - started > seconds * 1000) break;
    const answer = await client.time(path(round));
    if (answer.status !== 200) return { kind: "refused", status: answer.status };
    waits.push(answer.ms);
    bytes = Math.max(bytes, answer.bytes);
  }
  waits.sort((a, b) => a - b);
  return {
    kind: "answered",
    p50: percentile(waits, 0.5),
    p95: percentile(waits, 0.95),
    rounds: waits.length,
    bytes,
    read,
  };
}

export const amount = (value: number): string =>
  value >= 1e6
    ? `${(value / 1e6).toFixed(1)} M`
    : value >= 1e4
      ? `${Math.round(value / 1e3)} k`
      : `${value} `;
