import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { EventLog, LogRecord } from "../src/index.ts";
import type { Order } from "./child.ts";

const script = fileURLToPath(new URL("./child.ts", import.meta.url));

/** Runs the order in a process of its own, kills it once it has said enough, and returns what it had said. */
export const runAndKill = <Line>(order: Order, enough: (lines: Line[]) => boolean): Promise<Line[]> =>
  killWhen(script, order, enough);

/** The same of any script that is told what to do by its argument; it is killed `afterMs` after it has said enough. */
export async function killWhen<Line>(
  script: string,
  order: object,
  enough: (lines: Line[]) => boolean,
  afterMs = 0,
): Promise<Line[]> {
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: Line[] = [];
  const exited = once(child, "exit");
  const read = createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
  const closed = once(read, "close");
  try {
    await until(() => enough(lines) || child.exitCode !== null);
    await sleep(afterMs);
  } finally {
    child.kill("SIGKILL");
  }
  await Promise.all([exited, closed]);
  if (child.signalCode !== "SIGKILL") throw new Error(`the child ended by itself: ${child.exitCode}`);
  return lines;
}

export async function until(condition: () => boolean | Promise<boolean>, patienceMs = 60_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("waited in vain");
    await sleep(5);
  }
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function readAll(log: EventLog, topic: string): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (const { partition, first, end } of await log.extents(topic)) {
    records.push(...(await collect(log.read(topic, partition, first, end))));
  }
  return records;
}

export const text = (record: LogRecord): string => Buffer.from(record.value).toString();
export const entry = (key: string, value: string) => ({ key, value: Buffer.from(value) });
export const entries = (count: number, key = (index: number) => `key ${index % 20}`) =>
  Array.from({ length: count }, (_, index) => entry(key(index), `value ${index}`));
