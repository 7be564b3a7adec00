import { writeSync } from "node:fs";
import { openTestLog, type TestLogConfig } from "./open-test-log.ts";

// A process to be killed. It tells what it did in lines of JSON, each written before it goes on.

export type Job =
  | { kind: "append"; topic: string; callers: number }
  | { kind: "consume"; topic: string; group: string; hangAt: number };
export type Order = { config: TestLogConfig; job: Job; run: string };

const order: Order = JSON.parse(process.argv[2] ?? "");
const log = await openTestLog(order.config);
const tell = (what: unknown) => writeSync(1, `${JSON.stringify(what)}\n`);

async function append({ topic, callers }: Job & { kind: "append" }): Promise<void> {
  const caller = async (_: unknown, number: number): Promise<void> => {
    for (let count = 0; ; count++) {
      const text = `${order.run}/${number}/${count}`;
      const [position] = await log.append(topic, [{ key: `key ${number}`, value: Buffer.from(text) }]);
      tell({ ...position, text });
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

async function consume({ topic, group, hangAt }: Job & { kind: "consume" }): Promise<void> {
  let batches = 0;
  await log.consume(
    { group, topics: [topic], maxRecords: 5, lingerMs: 0 },
    async ({ partition, records }) => {
      tell({ partition, first: records[0]?.offset, last: records.at(-1)?.offset });
      batches++;
      if (batches >= hangAt) await new Promise(() => {});
    },
  );
}

await (order.job.kind === "append" ? append(order.job) : consume(order.job));
