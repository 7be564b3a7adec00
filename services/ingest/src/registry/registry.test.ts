import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EventLog, EventLogError, logWith, openEventLog } from "@portalstream/event-log";
import { topics } from "@portalstream/events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RegistryCopy } from "./copy.ts";
import { Registry, type RegistryObservation, type RegistryOptions } from "./registry.ts";

// Registries that share a log are those of several processes.

let folder: string;
let log: EventLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "portalstream-registry-"));
  log = await openEventLog({ kind: "embedded", path: folder, partitions: 3, role: "writer" });
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

const away = () => new EventLogError("log_unavailable", true, "away");

class Copy implements RegistryCopy {
  records: readonly Uint8Array[] = [];
  refuses = false;
  load = async () => [...this.records];
  save = async (records: readonly Uint8Array[]) => {
    if (this.refuses) throw new Error("no space left");
    this.records = records;
  };
}

/** A log whose first read breaks off after so many records. */
function brokenAfter(count: number): EventLog {
  let left = count;
  return logWith(log, {
    async *read(topic, partition, from, to) {
      for await (const record of log.read(topic, partition, from, to)) {
        if (left-- === 0) throw away();
        yield record;
      }
    },
  });
}

const open = (more: Partial<RegistryOptions> = {}) =>
  Registry.open({ log, secretKey: "key-of-the-test", copy: new Copy(), ...more });
const enrol = (registry: Registry, portal: string, token: string, now = 1_000) =>
  registry.enrol(
    { portal, application: "default", domain: "x.example", token, previousTokenSeconds: 0 },
    now,
  );
const accepts = (registry: Registry, portal: string, token: string) =>
  registry.match(portal, null, token, 10_000) !== null;

/**
 * Plays a scenario that ends with a look, until its look was not given up: where this machine stands still for a second, a look's patience
 * ends before it has begun, rightly.
 */
async function unlessGivenUp(scenario: (portal: string) => Promise<() => Promise<boolean>>): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const portal = `a${attempt}`;
    const look = await scenario(portal);
    const started = performance.now();
    if (await look()) return portal;
    expect(performance.now() - started).toBeGreaterThan(900);
  }
}

describe("the copy", () => {
  test("never takes the place of what is newer in the log, where the log is read in part", async () => {
    const copy = new Copy();
    const first = await open({ copy });
    await enrol(first, "a", "old", 1_000);
    const rotating = await open({ copy: null });
    await enrol(rotating, "a", "new", 2_000);
    await enrol(rotating, "a", "newest", 3_000);
    const opened = await open({ log: brokenAfter(2), copy });
    expect([accepts(opened, "a", "old"), accepts(opened, "a", "new")]).toEqual([false, true]);
  });

  test("is newer than the beginning of a log that is read in part", async () => {
    const copy = new Copy();
    const first = await open({ copy });
    await enrol(first, "a", "old", 1_000);
    await enrol(first, "a", "new", 2_000);
    const opened = await open({ log: brokenAfter(1), copy });
    expect([accepts(opened, "a", "old"), accepts(opened, "a", "new")]).toEqual([false, true]);
  });

  test("is not taken from a log that was read in part", async () => {
    const copy = new Copy();
    const first = await open({ copy });
    for (const portal of ["a", "b", "c", "d"]) await enrol(first, portal, "token");
    await open({ log: brokenAfter(2), copy });
    expect(copy.records.length).toBe(4);
  });

  test("that cannot be saved fails neither refresh nor enrolment, is told of once, and saved later", async () => {
    const copy = new Copy();
    const told: RegistryObservation[] = [];
    const registry = await open({ copy, observe: (what) => told.push(what) });
    copy.refuses = true;
    await enrol(registry, "a", "token");
    await registry.refresh();
    expect(accepts(registry, "a", "token")).toBe(true);
    expect(told.map(({ kind }) => kind)).toEqual(["copy-not-saved"]);
    copy.refuses = false;
    await registry.refresh();
    const restarted = await open({ copy, log: logWith(log, { extents: () => Promise.reject(away()) }) });
    expect(accepts(restarted, "a", "token")).toBe(true);
  });
});

describe("an enrolment", () => {
  test("holds once it is durable, though the log goes away at once", async () => {
    let gone = false;
    const leaving = logWith(log, {
      append: async (topic, entries) => {
        const positions = await log.append(topic, entries);
        gone = true;
        return positions;
      },
      extents: async (topic) => {
        if (gone) throw away();
        return log.extents(topic);
      },
    });
    const registry = await open({ log: leaving });
    await expect(enrol(registry, "a", "token")).resolves.toMatchObject({ portal: "a" });
    expect(accepts(registry, "a", "token")).toBe(true);
  });

  test("replaces the one before, also where the clock is behind that of who wrote it", async () => {
    const [ahead, behind] = [await open(), await open()];
    await enrol(ahead, "a", "first", 9_000);
    await enrol(behind, "a", "second", 1_000);
    await ahead.refresh();
    for (const registry of [ahead, behind, await open()])
      expect([accepts(registry, "a", "first"), accepts(registry, "a", "second")]).toEqual([false, true]);
  });

  test("through another process is found by whoever looks right after a refresh", async () => {
    const [here, there] = [await open(), await open()];
    const portal = await unlessGivenUp(async (portal) => {
      await here.refresh();
      await enrol(there, portal, "token");
      return () => here.lookAgain();
    });
    expect(accepts(here, portal, "token")).toBe(true);
  });

  test("that came while another look was being made is found by the next look", async () => {
    let hold: { asked: () => void; answered: Promise<void> } | null = null;
    const slowly = logWith(log, {
      extents: async (topic) => {
        const extents = await log.extents(topic);
        hold?.asked();
        await hold?.answered;
        return extents;
      },
    });
    const [here, there] = [await open({ log: slowly }), await open()];
    const portal = await unlessGivenUp(async (portal) => {
      const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      hold = { asked: asked.resolve, answered: answered.promise };
      const early = here.lookAgain();
      await asked.promise;
      await enrol(there, portal, "token");
      return async () => {
        const late = here.lookAgain();
        answered.resolve();
        await early;
        return late;
      };
    });
    expect(accepts(here, portal, "token")).toBe(true);
  });
});

describe("strangers", () => {
  test("share one look, which asks a log without news one question", async () => {
    const questions: string[] = [];
    const asked = logWith(log, {
      extents: (topic) => {
        questions.push("extents");
        return log.extents(topic);
      },
      read: (topic, partition, from, to) => {
        questions.push("read");
        return log.read(topic, partition, from, to);
      },
    });
    await enrol(await open(), "a", "token");
    const registry = await open({ log: asked });
    await unlessGivenUp(async () => {
      await registry.refresh();
      questions.length = 0;
      return async () => {
        const looks = await Promise.all(Array.from({ length: 1_000 }, () => registry.lookAgain()));
        return looks.every((found) => found);
      };
    });
    expect(questions).toEqual(["extents"]);
  });

  test("are refused within a second or so where the log does not answer", async () => {
    let hangs = false;
    const hanging = logWith(log, {
      extents: (topic) => (hangs ? new Promise(() => {}) : log.extents(topic)),
    });
    const registry = await open({ log: hanging });
    hangs = true;
    // Timers of one process fire in their order, however long it stands still, where nobody else has one of the same duration.
    const look = registry.lookAgain();
    expect(await Promise.race([look, sleep(1_511, "late")])).toBe(false);
  });
});

describe("a record sealed with another secret key", () => {
  const foreign = () => open({ secretKey: "key-of-somebody-else" });
  /** What is told of tokens that cannot be opened. */
  const listen = () => {
    const told: RegistryObservation[] = [];
    return { told, observe: (what: RegistryObservation) => void told.push(what) };
  };

  test("leaves its portal unenrolled, is told of once, and all others go on", async () => {
    const { told, observe } = listen();
    const registry = await open({ observe });
    await enrol(registry, "a", "token");
    const other = await foreign();
    await enrol(other, "a", "rotated", 2_000);
    await enrol(await open(), "b", "token");
    await registry.refresh();
    await registry.refresh();
    expect(accepts(registry, "a", "token") || accepts(registry, "a", "rotated")).toBe(false);
    expect([registry.has("a"), registry.closed]).toEqual([false, false]);
    expect(accepts(registry, "b", "token")).toBe(true);
    expect(registry.matchToken(null, "token", "x.example", 10_000)?.portal).toBe("b");
    expect(told).toEqual([{ kind: "closed", enrolments: ["a/default"], all: false }]);
  });

  test("stops no start, is in the copy, and is mended by enrolling again", async () => {
    await enrol(await foreign(), "a", "token", 2_000);
    const { told, observe } = listen();
    const copy = new Copy();
    const registry = await open({ observe, copy });
    expect(told).toEqual([{ kind: "closed", enrolments: ["a/default"], all: true }]);
    expect([registry.closed, copy.records.length]).toEqual([true, 1]);
    await enrol(registry, "a", "token");
    expect([registry.closed, accepts(registry, "a", "token")]).toEqual([false, true]);
    const again = listen();
    expect(accepts(await open({ observe: again.observe }), "a", "token")).toBe(true);
    expect(again.told).toEqual([]);
  });

  test("is told of where one application of a portal has it and the other has not", async () => {
    await enrol(await foreign(), "a", "token");
    const right = { portal: "a", application: "other", domain: "x.example", token: "token-2" };
    await (await open()).enrol({ ...right, previousTokenSeconds: null }, 2_000);
    const { told, observe } = listen();
    const registry = await open({ observe });
    expect(told).toEqual([{ kind: "closed", enrolments: ["a/default"], all: false }]);
    expect([registry.has("a"), accepts(registry, "a", "token-2")]).toEqual([true, true]);
  });
});

test("who follows tells of a log that goes away once, and once when it is back", async () => {
  let gone = false;
  let missed = 0;
  const told: string[] = [];
  const leaving = logWith(log, {
    extents: async (topic) => {
      if (gone) {
        missed += 1;
        throw away();
      }
      return log.extents(topic);
    },
  });
  const registry = await open({ log: leaving, observe: ({ kind }) => told.push(kind) });
  const unfollow = registry.follow(10);
  gone = true;
  const patiently = { timeout: 20_000 };
  await expect.poll(() => told, patiently).toEqual(["not-followed"]);
  await enrol(await open(), "a", "token");
  const before = missed;
  await expect.poll(() => missed, patiently).toBeGreaterThan(before + 3);
  gone = false;
  await expect.poll(() => accepts(registry, "a", "token"), patiently).toBe(true);
  await expect.poll(() => told, patiently).toEqual(["not-followed", "followed-again"]);
  unfollow();
});

test("a registry that is spread over partitions is read whole", async () => {
  const first = await open();
  for (const portal of ["a", "b", "c", "d", "e", "f"]) await enrol(first, portal, `token-${portal}`);
  const used = (await log.extents(topics.registry)).filter(({ end }) => end > 0);
  expect(used.length).toBeGreaterThan(1);
  const registry = await open();
  for (const portal of ["a", "b", "c", "d", "e", "f"])
    expect(accepts(registry, portal, `token-${portal}`)).toBe(true);
});
