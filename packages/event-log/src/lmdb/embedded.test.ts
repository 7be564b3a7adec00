import { spawnSync } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Order } from "../../test/child.ts";
import { entries, entry, readAll, runAndKill, text, until } from "../../test/support.ts";
import { type EventLog, type EventLogConfig, openEventLog } from "../index.ts";
import type { EmbeddedConfig } from "./open-embedded-log.ts";

let path: string;
let writer: EmbeddedConfig;
const opened: EventLog[] = [];
const topic = "contract.thread";

async function opens(config: EventLogConfig): Promise<EventLog> {
  const log = await openEventLog(config);
  opened.push(log);
  return log;
}

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "portalstream-log-"));
  writer = { kind: "embedded", path, partitions: 3, role: "writer" };
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await rm(path, { recursive: true });
});

describe("one writer a folder", () => {
  const refusal = {
    code: "log_unavailable",
    retriable: true,
    message: expect.stringContaining("another writer"),
  };

  test("a second writer of the same process is refused until the first has closed", async () => {
    const first = await opens(writer);
    await expect(openEventLog(writer)).rejects.toMatchObject(refusal);
    await first.append(topic, entries(1));
    await first.close();
    await (await opens(writer)).append(topic, entries(1));
  });

  test("a writer of another process is refused", async () => {
    await opens(writer);
    const order: Order = { config: writer, run: "", job: { kind: "append", topic, callers: 1 } };
    const child = fileURLToPath(new URL("../../test/child.ts", import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [child, JSON.stringify(order)], {
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toContain("another writer");
  });

  test("the lock of a killed writer does not stay", async () => {
    for (let round = 0; round < 3; round++) {
      const job = { kind: "append" as const, topic, callers: 4 };
      await runAndKill({ config: writer, run: `${round}`, job }, (lines) => lines.length > 0);
      const log = await openEventLog(writer);
      await log.append(topic, entries(1));
      await log.close();
    }
  });
});

describe("a log opens only as what it is", () => {
  test("another number of partitions is refused", async () => {
    await (await opens(writer)).close();
    const wrong = openEventLog({ ...writer, partitions: 4 });
    await expect(wrong).rejects.toMatchObject({
      code: "log_unavailable",
      retriable: false,
      message: expect.stringMatching(/3.*4/),
    });
    await (await opens(writer)).ready();
  });

  test("a reader does not create a log", async () => {
    await expect(openEventLog({ ...writer, role: "reader" })).rejects.toMatchObject({
      code: "log_unavailable",
      retriable: true,
    });
  });
});

describe("a reader in another thread", () => {
  test("meets new records within 50 ms, cannot append, and may end in any way", async () => {
    const log = await opens(writer);
    await log.append(topic, [entry("k", "before")]);
    const worker = new Worker(new URL("../../test/reader-thread.ts", import.meta.url), { workerData: path });
    type Message = { kind: string; refusal: string; text: string; at: number };
    const messages: Message[] = [];
    worker.on("message", (message: Message) => messages.push(message));
    const arrived = (what: string) => messages.find((message) => message.text === what);
    await until(() => arrived("before") !== undefined && messages.some(({ kind }) => kind === "running"));
    expect(messages.find(({ kind }) => kind === "running")?.refusal).toContain("opened to be read");

    const delays: number[] = [];
    const ofLast20 = () => delays.slice(-20).sort((a, b) => a - b)[10] ?? Number.POSITIVE_INFINITY;
    // The machine may be slow for a while. A reader that only looks from time to time never gets there: its thread looks rarely.
    let round = 0;
    for (; round < 20 || (ofLast20() >= 50 && round < 400); round++) {
      await log.append(topic, [entry(`key ${round}`, `round ${round}`)]);
      const appended = performance.timeOrigin + performance.now();
      await until(() => arrived(`round ${round}`) !== undefined);
      delays.push((arrived(`round ${round}`)?.at ?? 0) - appended);
      await sleep(Math.random() * 60);
    }
    expect(ofLast20()).toBeLessThan(50);
    const finished = async () =>
      (await log.progress("thread", topic)).reduce((sum, { next }) => sum + next, 0);
    await until(async () => (await finished()) === round + 1);

    worker.postMessage("close");
    await until(() => messages.some(({ kind }) => kind === "closed"));
    await worker.terminate();
    const second = new Worker(new URL("../../test/reader-thread.ts", import.meta.url), { workerData: path });
    await new Promise((resolve) => second.once("message", resolve));
    await second.terminate();
    await log.append(topic, entries(5));
    expect(await readAll(log, topic)).toHaveLength(round + 6);
  });
});

describe("a reader in another process", () => {
  test("meets new records, and may be killed", async () => {
    const log = await opens(writer);
    const job = { kind: "consume" as const, topic, group: "g", hangAt: 1_000 };
    const reading = runAndKill(
      { config: { ...writer, role: "reader" }, run: "", job },
      (lines) => lines.length >= 3,
    );
    let running = true;
    const read = reading.finally(() => {
      running = false;
    });
    while (running) {
      await log.append(topic, entries(1));
      await sleep(50);
    }
    expect((await read).length).toBeGreaterThanOrEqual(3);
    const before = (await readAll(log, topic)).length;
    await log.append(topic, entries(5));
    expect(await readAll(log, topic)).toHaveLength(before + 5);
  });
});

describe("a full log", () => {
  test("refuses appends and readiness, keeps what it has, and goes on with more room", async () => {
    const log = await opens({ ...writer, maxBytes: 2 ** 21 });
    const value = Buffer.alloc(100_000);
    let kept = 0;
    const full = { code: "log_full", retriable: true };
    const fill = async () => {
      for (;;) kept += (await log.append(topic, [{ key: "k", value }])).length;
    };
    await expect(fill()).rejects.toMatchObject(full);
    await expect(log.append(topic, [{ key: "k", value }])).rejects.toMatchObject(full);
    await expect(log.ready()).rejects.toMatchObject(full);
    expect(kept).toBeGreaterThan(5);
    expect(await readAll(log, topic)).toHaveLength(kept);
    await log.close();
    const roomier = await opens({ ...writer, maxBytes: 2 ** 23 });
    await roomier.ready();
    const [position] = await roomier.append(topic, [{ key: "k", value }]);
    expect(position?.offset).toBe(kept);
  });

  test("one refused group leaves the log ready for what fits", async () => {
    const log = await opens({ ...writer, maxBytes: 2 ** 21 });
    await expect(log.append(topic, [{ key: "k", value: Buffer.alloc(2 ** 21) }])).rejects.toMatchObject({
      code: "log_full",
    });
    await log.ready();
    expect(await log.append(topic, [entry("k", "fits")])).toMatchObject([{ offset: 0 }]);
    expect((await readAll(log, topic)).map(text)).toEqual(["fits"]);
  });
});

describe("a damaged log", () => {
  /** Three blocks of one partition, the second of which is changed on the disk. */
  async function damage(): Promise<number> {
    const log = await openEventLog(writer);
    for (const word of ["first", "damaged", "third"])
      await log.append(topic, [entry("k", `${word} ${"x".repeat(5_000)}`)]);
    const { partition } = (await log.extents(topic)).find(({ end }) => end > 0) ?? { partition: -1 };
    await log.close();
    const file = join(path, "records", "data.mdb");
    const at = (await readFile(file)).lastIndexOf("damaged x") + 2_000;
    const handle = await open(file, "r+");
    await handle.write("y", at);
    await handle.close();
    return partition;
  }

  test("is told of where it is read, and can be read elsewhere", async () => {
    const partition = await damage();
    const log = await opens(writer);
    const seen: string[] = [];
    const reading = async () => {
      for await (const record of log.read(topic, partition, 0, 3)) seen.push(text(record).slice(0, 5));
    };
    await expect(reading()).rejects.toMatchObject({ code: "log_corrupt", retriable: false });
    expect(seen).toEqual(["first"]);
    for await (const record of log.read(topic, partition, 2, 3)) expect(text(record)).toContain("third");
  });

  test("is never skipped by a consumer, which tells of it and waits", async () => {
    const partition = await damage();
    const log = await opens(writer);
    const seen: string[] = [];
    const heard: unknown[] = [];
    const onError = (error: unknown, at: unknown) => heard.push({ error, at });
    await log.consume({ group: "g", topics: [topic], lingerMs: 0, onError }, async ({ records }) => {
      seen.push(...records.map((record) => text(record).slice(0, 5)));
    });
    await until(() => heard.length >= 3);
    expect(seen).toEqual(["first"]);
    expect(heard[0]).toMatchObject({ error: { code: "log_corrupt" }, at: { topic, partition, offset: 1 } });
    expect((await log.progress("g", topic))[partition]).toEqual({ partition, next: 1 });
  });

  test("a log that lost what a group had finished is not consumed", async () => {
    const log = await openEventLog(writer);
    await log.append(topic, entries(10));
    const finished = async () => (await log.progress("g", topic)).every(({ next }) => next > 0);
    await log.consume({ group: "g", topics: [topic] }, async () => {});
    await until(finished);
    await log.close();
    await rm(join(path, "records"), { recursive: true });
    const emptied = await opens(writer);
    const consuming = emptied.consume({ group: "g", topics: [topic] }, async () => {});
    await expect(consuming).rejects.toMatchObject({ code: "log_corrupt" });
  });
});
