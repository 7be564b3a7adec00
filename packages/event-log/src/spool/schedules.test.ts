import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { firstOccurrences, network, type Weather } from "../../test/network.ts";
import { entry, until } from "../../test/support.ts";
import { openEmbeddedLog } from "../lmdb/open-embedded-log.ts";
import type { EventLog } from "../port.ts";
import { openSpooledLog } from "./open-spooled-log.ts";
import type { SpooledLog } from "./spooled-log.ts";

const topics = ["a", "b"];
const weather = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Weather>({ kind: "fair" }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Weather>({ kind: "refuses" }, { kind: "hangs" }, { kind: "lost" }),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 150 }).map((ms): Weather => ({ kind: "late", ms })),
  },
);
/** The nth append meets the nth weather of the pattern: calls that are in flight together can fare differently. */
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("weather" as const),
      pattern: fc.array(weather, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      topic: fc.constantFrom(...topics),
      keys: fc.array(fc.constantFrom("k", "l", "m"), { minLength: 1, maxLength: 5 }),
      calls: fc.integer({ min: 1, max: 10 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

class World {
  readonly #path: string;
  readonly #remote: EventLog;
  #log: SpooledLog | null = null;
  #pattern: Weather[] = [{ kind: "fair" }];
  #appends = 0;
  #count = 0;
  readonly #appending: Promise<unknown>[] = [];
  /** Values of each topic and key in the order of their calls. */
  readonly called = new Map<string, string[]>();

  constructor(path: string, remote: EventLog) {
    this.#path = path;
    this.#remote = remote;
  }

  async log(): Promise<SpooledLog> {
    const next = (): Weather => this.#pattern[this.#appends++ % this.#pattern.length] ?? { kind: "fair" };
    // The remote outlives what writes to it.
    const way: EventLog = { ...network(this.#remote, next), close: async () => {} };
    this.#log ??= await openSpooledLog({
      path: this.#path,
      prefix: "",
      openRemote: async () => ({ log: way, cluster: "" }),
      patienceMs: 20,
      longestPauseMs: 30,
    });
    return this.#log;
  }

  async take(one: Step): Promise<unknown> {
    switch (one.kind) {
      case "weather":
        this.#pattern = one.pattern;
        return;
      case "wait":
        return sleep(one.ms);
      case "restart":
        return this.restart();
      case "append": {
        const log = await this.log();
        for (let call = 0; call < one.calls; call++)
          this.#appending.push(
            log.append(
              one.topic,
              one.keys.map((key) => this.#entry(one.topic, key)),
            ),
          );
      }
    }
  }

  async restart(): Promise<void> {
    await this.#log?.close();
    this.#log = null;
  }

  async clearUp(): Promise<void> {
    this.#pattern = [{ kind: "fair" }];
    const log = await this.log();
    await Promise.all(this.#appending);
    await until(() => log.status().mode === "direct");
    expect(log.status().records).toBe(0);
  }

  #entry(topic: string, key: string): ReturnType<typeof entry> {
    const value = `${this.#count++}`;
    const own = this.called.get(`${topic}/${key}`) ?? [];
    this.called.set(`${topic}/${key}`, own);
    own.push(value);
    return entry(key, value);
  }
}

test("whatever the way to the remote does, every append arrives, and each key's first occurrences in the order of the calls", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const path = await mkdtemp(join(tmpdir(), "portalstream-schedule-"));
      const remote = await openEmbeddedLog({
        kind: "embedded",
        path: join(path, "remote"),
        partitions: 2,
        role: "writer",
      });
      const world = new World(join(path, "spool"), remote);
      try {
        for (const one of steps) await world.take(one);
        await world.clearUp();
        for (const [place, values] of world.called) {
          const [topic = "", key = ""] = place.split("/");
          expect(await firstOccurrences(remote, topic, key)).toEqual(values);
        }
      } finally {
        await world.restart();
        await remote.close();
        await rm(path, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
});
