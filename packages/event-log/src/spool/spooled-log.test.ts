import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { network, type Weather } from "../../test/network.ts";
import { entries, entry, readAll, text, until } from "../../test/support.ts";
import { openEmbeddedLog } from "../lmdb/open-embedded-log.ts";
import { logWith } from "../log-with.ts";
import { type EventLog, EventLogError } from "../port.ts";
import { openSpooledLog, type SpoolConfig } from "./open-spooled-log.ts";
import type { SpooledLog } from "./spooled-log.ts";

const topic = "spooled";
/** For a remote that is silent. Where none is, a disk that is slow for a moment shall be no outage. */
const patienceMs = 200;
const long = 60_000;
let path: string;
let remote: EventLog;
let weather: Weather;
let modes: string[];
const opened: SpooledLog[] = [];

async function opens(config: Partial<SpoolConfig> = {}): Promise<SpooledLog> {
  const log = await openSpooledLog({
    path: join(path, "spool"),
    prefix: "",
    openRemote: async () => at("one"),
    patienceMs: long,
    startPatienceMs: long,
    longestPauseMs: 200,
    onMode: (mode) => modes.push(mode),
    ...config,
  });
  opened.push(log);
  return log;
}
const at = (cluster: string) => ({ log: network(remote, () => weather), cluster });
const opensRemote = () =>
  openEmbeddedLog({ kind: "embedded", path: join(path, "remote"), partitions: 3, role: "writer" });
const arrived = async (of = topic) => (await readAll(remote, of)).map(text);
const direct = (log: SpooledLog) => until(() => log.status().mode === "direct");
const put = (log: EventLog, value: string, key = "k") => log.append(topic, [entry(key, value)]);
/** Appended straight to the remote, also where that is taken for silent because the disk is slow. */
const untilDirect = async (log: SpooledLog, value: string) => {
  await until(async () => (await put(log, value)).length === 1);
  await direct(log);
};

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "portalstream-spool-"));
  weather = { kind: "fair" };
  modes = [];
  remote = await opensRemote();
});
afterEach(async () => {
  weather = { kind: "fair" };
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await remote.close();
  await rm(path, { recursive: true });
});

describe("while the remote confirms", () => {
  test("appends go there and nowhere else, and tell their positions", async () => {
    const log = await opens();
    const positions = await log.append(topic, entries(50));
    expect(positions).toHaveLength(50);
    const stored = new Map(
      (await readAll(remote, topic)).map((one) => [`${one.partition}/${one.offset}`, text(one)]),
    );
    expect(positions.map(({ partition, offset }) => stored.get(`${partition}/${offset}`))).toEqual(
      entries(50).map(({ value }) => value.toString()),
    );
    expect(log.status()).toEqual({ mode: "direct", records: 0, bytes: 0, oldestAt: null });
    expect(modes).toEqual(["direct"]);
  });

  test("calls of one key share appends, and each hears its own positions", async () => {
    const way = network(remote, () => weather);
    const log = await opens({ openRemote: async () => ({ log: way, cluster: "" }) });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => put(log, `${index}`)));
    expect(answers.map(([position]) => position?.offset)).toEqual([...Array(200).keys()]);
    expect(way.appends).toBe(1);
  });
});

describe.each<Weather>([{ kind: "refuses" }, { kind: "misconfigured" }, { kind: "hangs" }, { kind: "lost" }])(
  "while the remote $kind",
  (bad) => {
    test("appends are kept, in order, and reach it once it is back; then all goes there directly again", async () => {
      const log = await opens(bad.kind === "hangs" ? { patienceMs } : {});
      await untilDirect(log, "before");
      expect(modes[0]).toBe("direct");
      modes.splice(0, modes.length, "direct");
      weather = bad;
      const began = Date.now();
      const early = await Promise.all([put(log, "1"), put(log, "2"), put(log, "other", "o")]);
      expect(early).toEqual([[], [], []]);
      for (const value of ["3", "4"]) expect(await put(log, value)).toEqual([]);
      const { mode, records, bytes, oldestAt } = log.status();
      expect([mode, records]).toEqual(["spooling", 5]);
      expect(bytes).toBeGreaterThan(0);
      expect(oldestAt).toBeGreaterThanOrEqual(began);
      expect(oldestAt).toBeLessThanOrEqual(Date.now());
      await log.ready();
      weather = { kind: "fair" };
      await direct(log);
      expect(log.status()).toMatchObject({ records: 0, bytes: 0, oldestAt: null });
      expect(modes).toEqual(["direct", "spooling", "direct"]);
      await untilDirect(log, "after");
      const all = await arrived();
      expect([...new Set(all.filter((value) => value !== "other"))]).toEqual([
        "before",
        "1",
        "2",
        "3",
        "4",
        "after",
      ]);
      expect(all).toContain("other");
      if (bad.kind !== "hangs") expect(modes).toHaveLength(3);
    });
  },
);

test("a hanging remote costs its patience once, and then no append waits for it", async () => {
  // So long that no disk is taken for it.
  const patienceMs = 3_000;
  const log = await opens({ patienceMs });
  weather = { kind: "hangs" };
  const begun = performance.now();
  await put(log, "first");
  expect(performance.now() - begun).toBeGreaterThan(patienceMs);
  expect(performance.now() - begun).toBeLessThan(patienceMs * 5);
  const delays: number[] = [];
  for (let index = 0; index < 100; index++) {
    const started = performance.now();
    await put(log, `${index}`);
    delays.push(performance.now() - started);
  }
  expect(delays.sort((a, b) => a - b)[98]).toBeLessThan(patienceMs);
});

test("a thread that stood still does not take the remote for dead", async () => {
  // It answers at once, and does not wait for a disk.
  const answered = [{ topic, partition: 0, offset: 0 }];
  const prompt = logWith(remote, { append: () => stat(path).then(() => answered) });
  const log = await opens({ patienceMs, openRemote: async () => ({ log: prompt, cluster: "one" }) });
  const begun = put(log, "answered while nobody listened");
  const end = performance.now() + 4 * patienceMs;
  await new Promise((resolve) => setImmediate(resolve));
  while (performance.now() < end);
  expect(await begun).toHaveLength(1);
  expect(modes).toEqual(["direct"]);
});

test("a remote that always answers too late is still drained to", async () => {
  const log = await opens({ patienceMs });
  weather = { kind: "late", ms: 15 * patienceMs };
  await put(log, "slow");
  await until(() => log.status().records === 0);
  expect(new Set(await arrived())).toEqual(new Set(["slow"]));
});

test("under unceasing appends it goes back to direct, and no key's entries change places", async () => {
  const log = await opens();
  weather = { kind: "refuses" };
  let going = true;
  const callers = Array.from({ length: 16 }, async (_, caller) => {
    let count = 0;
    for (; going; count++) await put(log, `${caller}/${count}`, `key ${caller % 4}`);
    return count;
  });
  await sleep(300);
  weather = { kind: "fair" };
  await direct(log);
  await sleep(100);
  going = false;
  const counts = await Promise.all(callers);
  await direct(log);
  const first = [...new Set(await arrived())];
  for (const [caller, count] of counts.entries()) {
    const own = first.filter((value) => value.startsWith(`${caller}/`));
    expect(own).toEqual(Array.from({ length: count }, (_, index) => `${caller}/${index}`));
  }
  expect(modes.slice(0, 3)).toEqual(["direct", "spooling", "direct"]);
});

describe("a start", () => {
  const away = async () => {
    throw new EventLogError("log_unavailable", true, "away");
  };

  test("without the remote takes appends at once; the rest waits for it", async () => {
    let there = false;
    const log = await opens({ openRemote: async () => (there ? at("one") : away()) });
    expect(await put(log, "early")).toEqual([]);
    await log.ready();
    await expect(log.extents(topic)).rejects.toMatchObject({ code: "log_unavailable", retriable: true });
    there = true;
    await log.opened();
    expect(await log.extents(topic)).toHaveLength(3);
    await direct(log);
    expect(await arrived()).toEqual(["early"]);
  });

  test("does not wait long for a remote that opens for ever, nor does closing", async () => {
    const begun = performance.now();
    const forEver = () => new Promise<never>(() => {});
    const log = await opens({ openRemote: forEver, startPatienceMs: 100, closeMs: 200_000 });
    expect(await put(log, "kept")).toEqual([]);
    await log.close();
    expect(performance.now() - begun).toBeLessThan(20_000);
    await expect(log.opened()).rejects.toMatchObject({ code: "log_closed" });
    await direct(await opens());
    expect(await arrived()).toEqual(["kept"]);
  });

  test("is refused where the remote needs somebody to act, and leaves the spool free", async () => {
    const failure = new EventLogError("log_unavailable", false, "misconfigured");
    const start = opens({ openRemote: () => Promise.reject(failure) });
    await expect(start).rejects.toBe(failure);
    await opens();
  });

  describe("with records that wait for", () => {
    /** What waits was taken by a process that had reached the cluster before. */
    const left = async () => {
      const before = await opens({ prefix: "a.", openRemote: async () => at("one") });
      weather = { kind: "refuses" };
      await put(before, "waits");
      await before.close();
      remote = await opensRemote();
      weather = { kind: "fair" };
    };
    const refused = async (config: Partial<SpoolConfig>, named: string) => {
      const error: unknown = await opens(config).catch((one: unknown) => one);
      expect(error).toMatchObject({ code: "log_misconfigured", retriable: false });
      for (const part of ["1 records", named, join(path, "spool", "destination")])
        expect(String(error)).toContain(part);
    };

    test("another prefix is refused until they were sent where they belong", async () => {
      await left();
      await refused({ prefix: "b." }, 'the prefix "a."');
      await direct(await opens({ prefix: "a.", openRemote: async () => at("one") }));
      expect(await arrived()).toEqual(["waits"]);
      await opened.pop()?.close();
      remote = await opensRemote();
      await opens({ prefix: "b." });
    });

    test("another cluster is refused, also when it is reached late, and nothing is sent there", async () => {
      await left();
      await refused({ prefix: "a.", openRemote: async () => at("two") }, "the Kafka cluster one");
      remote = await opensRemote();
      const errors: unknown[] = [];
      let there = false;
      const log = await opens({
        prefix: "a.",
        openRemote: async () => (there ? at("two") : away()),
        onError: (error) => errors.push(error),
      });
      there = true;
      await until(() => errors.some((error) => String(error).includes("the Kafka cluster one")));
      expect(await put(log, "kept")).toEqual([]);
      expect(log.status().records).toBe(2);
      await log.close();
      remote = await opensRemote();
      expect(await arrived()).toEqual([]);
    });

    test("another cluster is taken once the operator says so, or once nothing waits", async () => {
      await left();
      await rm(join(path, "spool", "destination"));
      await direct(await opens({ prefix: "a.", openRemote: async () => at("two") }));
      await opened.pop()?.close();
      remote = await opensRemote();
      await direct(await opens({ prefix: "a.", openRemote: async () => at("three") }));
      expect(await arrived()).toEqual(["waits"]);
    });
  });

  test("drains what an earlier process has left before anything new", async () => {
    const before = await opens();
    weather = { kind: "refuses" };
    for (const value of ["1", "2", "3"]) await put(before, value);
    const left = before.status();
    await before.close();
    expect(before.status()).toEqual(left);
    remote = await opensRemote();
    const log = await opens();
    expect(log.status().oldestAt).toBe(left.oldestAt);
    weather = { kind: "fair" };
    await put(log, "4");
    await direct(log);
    expect([...new Set(await arrived())]).toEqual(["1", "2", "3", "4"]);
  });
});

describe("a full spool", () => {
  const full = { code: "log_full", retriable: true };
  const value = Buffer.alloc(50_000);
  const fill = async (log: EventLog) => {
    for (let kept = 0; ; kept++)
      try {
        await log.append(topic, [{ key: "k", value }]);
      } catch (error) {
        expect(error).toMatchObject(full);
        return kept;
      }
  };

  test("refuses appends and readiness, and takes both again after draining, outage after outage", async () => {
    const log = await opens({ maxBytes: 2 ** 22 });
    const kept: number[] = [];
    for (let outage = 0; outage < 5; outage++) {
      weather = { kind: "refuses" };
      kept.push(await fill(log));
      await expect(log.ready()).rejects.toMatchObject(full);
      await expect(put(log, "small", "s").then(() => fill(log))).resolves.toBe(0);
      weather = { kind: "fair" };
      await direct(log);
      await log.ready();
    }
    expect(Math.min(...kept)).toBeGreaterThan(40);
    expect(Math.min(...kept)).toBeGreaterThanOrEqual((kept[0] ?? 0) - 2);
  });

  test("does not matter while the remote confirms", async () => {
    const log = await opens({ maxBytes: 2 ** 16 });
    await log.ready();
    expect(await put(log, "direct")).toHaveLength(1);
    weather = { kind: "refuses" };
    await expect(log.ready()).rejects.toMatchObject({ code: "log_unavailable" });
    await expect(put(log, "lost")).rejects.toMatchObject(full);
    await expect(log.ready()).rejects.toMatchObject(full);
    weather = { kind: "fair" };
    await direct(log);
    expect(await put(log, "direct again")).toHaveLength(1);
  });
});

test("closing does not wait for a remote that hangs, and loses nothing", async () => {
  const log = await opens({ patienceMs, closeMs: 200 });
  weather = { kind: "hangs" };
  const begun = put(log, "in flight");
  const started = performance.now();
  await log.close();
  // What it waits for by default is 10 s.
  expect(performance.now() - started).toBeLessThan(8_000);
  expect(await begun).toEqual([]);
  await expect(put(log, "late")).rejects.toMatchObject({ code: "log_closed", retriable: false });
  weather = { kind: "fair" };
  await direct(await opens());
  expect(await arrived()).toEqual(["in flight"]);
});
