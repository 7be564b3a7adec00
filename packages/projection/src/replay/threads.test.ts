import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Chunks } from "@portalstream/clickhouse";
import { type EventLog, openEventLog } from "@portalstream/event-log";
import { topics } from "@portalstream/events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appendAll, simulatedEvents } from "../../test/events.ts";
import { bothProjections } from "../../test/installation.ts";
import { readBlocks } from "../../test/read-blocks.ts";
import { planParts } from "./parts.ts";
import { replayHere } from "./replay.ts";
import { replayInThreads } from "./threads.ts";

let folder: string;
let log: EventLog;
const events = simulatedEvents(21, 3, 8);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portalstream-threads-"));
  log = await openEventLog({ kind: "embedded", path: folder, partitions: 2, role: "writer" });
  await appendAll(log, events);
});
afterAll(async () => {
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

const tables = Object.fromEntries(
  bothProjections.flatMap((projection) => projection.tables.map((table) => [table, `other_${table}`])),
);

async function allParts(size: number) {
  const found = await Promise.all(
    [topics.messages, topics.bots].map(async (topic) => ({ topic, at: await log.extents(topic) })),
  );
  const ranges = bothProjections.flatMap(({ name }) =>
    found.flatMap(({ topic, at }) =>
      at.map(({ partition, end }) => ({
        projection: name,
        topic,
        partition,
        from: 0,
        to: end,
        reread: true,
      })),
    ),
  );
  return planParts(ranges, size);
}

/** What is inserted, as sorted lines. */
function sink() {
  const lines = new Set<string>();
  const insert = async (table: string, rows: Chunks) => {
    // Of rows with a last time the greatest counts, which depends on what is replayed together.
    for (const row of readBlocks(rows))
      lines.add(`${table} ${JSON.stringify(table.includes("name_facts") ? row.slice(0, -1) : row)}`);
  };
  return { insert, lines: () => [...lines].sort() };
}

test("threads make the rows that one thread makes", async () => {
  const here = sink();
  const there = sink();
  const parts = await allParts(100_000);
  const reports = await replayHere({ log, insert: here.insert, projections: bothProjections })(
    parts,
    tables,
    () => {},
  );
  const module = new URL("../../test/replay-thread.ts", import.meta.url);
  const { replay, close } = replayInThreads({ module, workerData: folder, threads: 2, insert: there.insert });
  let told = 0;
  const other = await replay(await allParts(50), tables, (records) => {
    told += records;
  });
  await close();
  const total = reports.reduce((sum, { records }) => sum + records, 0);
  expect(total).toBeGreaterThan(200);
  expect([told, other.reduce((sum, { records }) => sum + records, 0)]).toEqual([total, total]);
  expect(there.lines()).toEqual(here.lines());
  expect(here.lines().every((line) => line.startsWith("other_"))).toBe(true);
});

test("what the database said is what the replay rejects with", async () => {
  const module = new URL("../../test/replay-thread.ts", import.meta.url);
  const full = new Error("disk full");
  const insert = () => Promise.reject(full);
  const { replay, close } = replayInThreads({ module, workerData: folder, threads: 2, insert });
  await expect(replay(await allParts(50), tables, () => {})).rejects.toBe(full);
  await close();
});

describe("a thread that fails", () => {
  const failing = (how: string) =>
    replayInThreads({
      module: new URL("../../test/failing-thread.ts", import.meta.url),
      workerData: how,
      threads: 1,
      insert: async () => {},
    });
  const gone = { code: "log_unavailable", retriable: true, message: "the log went away" };

  test.each([
    ["at its start", gone],
    ["when it reads", { ...gone, name: "EventLogError" }],
    ["by ending", { message: expect.stringContaining("ended by itself with 3") }],
  ])("%s is what the replay rejects with", async (how, error) => {
    const { replay, close } = failing(how);
    await expect(replay(await allParts(100_000), tables, () => {})).rejects.toMatchObject(error);
    await close();
  });

  test("between two parts is what the next part is rejected with", async () => {
    const started = new Promise<Worker>((resolve) => process.once("worker", resolve));
    const { replay, close } = failing("when it is told to");
    const [part] = await allParts(100_000);
    if (part === undefined) throw new Error("there is nothing to replay");
    await replay([part], tables, () => {});
    const thread = await started;
    const ended = new Promise((resolve) => thread.once("exit", resolve));
    thread.postMessage("fail");
    await ended;
    await expect(replay([part], tables, () => {})).rejects.toMatchObject(gone);
    await close();
  });
});
