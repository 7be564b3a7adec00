import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Batch, Consumption, EventLog, Handle } from "../src/index.ts";
import type { Fresh } from "./contract.ts";
import { openTestLog } from "./open-test-log.ts";
import { entries, entry, runAndKill, text, until } from "./support.ts";

/** What the port promises to whoever consumes. Every adapter runs it unchanged. */
export function consumerContract(name: string, fresh: () => Promise<Fresh>): void {
  describe(`${name}: consuming`, () => {
    let made: Fresh;
    let log: EventLog;
    const topic = "contract.consuming";
    const quiet = { group: "g", topics: [topic], onError: () => {} };

    beforeEach(async () => {
      made = await fresh();
      log = await openTestLog(made.config);
    });
    afterEach(async () => {
      await log.close();
      await made.remove();
    });

    const finished = async (group: string, of = topic) =>
      (await log.progress(group, of)).reduce((sum, { next }) => sum + next, 0);
    /** Consumes until the group has finished `count` records; returns the batches in the order of their arrival. */
    const consumed = async (
      count: number,
      what: Partial<Consumption> = {},
      handle: Handle = async () => {},
    ) => {
      const batches: Batch[] = [];
      const all = { ...quiet, ...what };
      const consumer = await log.consume(all, async (batch, signal) => {
        batches.push(batch);
        await handle(batch, signal);
      });
      await until(async () => (await finished(all.group)) >= count);
      await consumer.stop();
      return batches;
    };
    const places = (batches: readonly Batch[]) =>
      batches.flatMap(({ partition, records }) => records.map(({ offset }) => `${partition}/${offset}`));

    test("every record arrives, each partition in order and a batch at a time", async () => {
      await Promise.all(entries(600).map((one) => log.append(topic, [one])));
      const busy = new Set<number>();
      const batches = await consumed(600, { maxRecords: 50 }, async ({ partition }) => {
        expect(busy.has(partition)).toBe(false);
        busy.add(partition);
        await sleep(1);
        busy.delete(partition);
      });
      expect(batches.flatMap(({ records }) => records)).toHaveLength(600);
      for (const partition of [0, 1, 2]) {
        const own = batches
          .filter((batch) => batch.partition === partition)
          .flatMap(({ records }) => records);
        expect(own.map(({ offset }) => offset)).toEqual([...own.keys()]);
        expect(own.every((record) => record.partition === partition)).toBe(true);
      }
    });

    test("a failed batch comes again, the same, after growing pauses, while other partitions go on", async () => {
      await log.append(topic, entries(60));
      const attempts: { at: number; offsets: number[] }[] = [];
      const heard: unknown[] = [];
      const batches = await consumed(
        60,
        { onError: (error) => heard.push(error) },
        async ({ partition, records }) => {
          if (partition !== 1) return;
          attempts.push({ at: performance.now(), offsets: records.map(({ offset }) => offset) });
          if (attempts.length < 4) throw new Error(`attempt ${attempts.length}`);
          const begun = async () =>
            (await log.progress("g", topic)).filter(({ next }) => next > 0).map((one) => one.partition);
          await until(async () => (await begun()).length >= 2);
          expect(await begun()).toEqual([0, 2]);
        },
      );
      expect(attempts).toHaveLength(4);
      for (const { offsets } of attempts) expect(offsets).toEqual(attempts[0]?.offsets);
      const pauses = attempts.slice(1).map(({ at }, index) => at - (attempts[index]?.at ?? 0));
      expect(pauses[0]).toBeGreaterThan(80);
      expect(pauses[2]).toBeGreaterThan(300);
      expect(heard.map(String)).toEqual(["Error: attempt 1", "Error: attempt 2", "Error: attempt 3"]);
      expect(new Set(places(batches)).size).toBe(60);
    });

    test("groups are independent, and each goes on where it had finished", async () => {
      await log.append(topic, entries(30));
      expect(places(await consumed(30, { group: "first" }))).toHaveLength(30);
      await log.append(topic, entries(12));
      await log.close();
      log = await openTestLog(made.config);
      expect(places(await consumed(42, { group: "first" }))).toHaveLength(12);
      expect(places(await consumed(42, { group: "second" }))).toHaveLength(42);
      const ends = (await log.extents(topic)).map(({ partition, end }) => ({ partition, next: end }));
      expect(await log.progress("first", topic)).toEqual(ends);
      expect(await log.progress("third", topic)).toEqual(
        [0, 1, 2].map((partition) => ({ partition, next: 0 })),
      );
    });

    test("batches keep to the limits of records and bytes, and hold one record at least", async () => {
      await log.append(
        topic,
        entries(40, () => "k"),
      );
      const few = await consumed(40, { group: "records", maxRecords: 7 });
      expect(few.map(({ records }) => records.length)).toEqual([7, 7, 7, 7, 7, 5]);
      await log.append(topic, [entry("k", "x".repeat(3_000)), ...entries(3, () => "k")]);
      const small = await consumed(44, { group: "bytes", maxBytes: 100 });
      for (const { records } of small) {
        const bytes = records.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
        expect(bytes <= 100 || records.length === 1).toBe(true);
      }
      expect(places(small)).toHaveLength(44);
      expect(small.length).toBeLessThan(30);
    });

    test("records that trickle in are handed over together", async () => {
      const lingerMs = 400;
      let handed = 0;
      const began = performance.now();
      const consuming = consumed(20, { lingerMs }, async () => {
        handed = performance.now();
      });
      const appending: Promise<unknown>[] = [];
      for (const one of entries(20, () => "k")) {
        appending.push(log.append(topic, [one]));
        await sleep(5);
      }
      await Promise.all(appending);
      const { length } = await consuming;
      expect(length).toBeLessThan(20);
      // However slowly they came: each batch has waited that long for more. Timers may be a little early.
      expect(length * (lingerMs - 5)).toBeLessThanOrEqual(handed - began);
    });

    test("a waiting consumer meets new records, also of a topic that did not exist", async () => {
      const consuming = consumed(2, { lingerMs: 0 });
      await sleep(150);
      await log.append(topic, [entry("k", "one")]);
      await until(async () => (await finished("g")) === 1);
      await log.append(topic, [entry("k", "two")]);
      expect((await consuming).flatMap(({ records }) => records.map(text))).toEqual(["one", "two"]);
    });

    test("stopping aborts the signal, waits for the handler and saves what it finished", async () => {
      await log.append(
        topic,
        entries(20, () => "k"),
      );
      let [began, ended, aborted] = [false, false, false];
      const consumer = await log.consume({ ...quiet, maxRecords: 5 }, async (_batch, signal) => {
        began = true;
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        aborted = signal.aborted;
        await sleep(300);
        ended = true;
      });
      await until(() => began);
      await consumer.stop();
      expect([ended, aborted]).toEqual([true, true]);
      expect(await finished("g")).toBe(5);
      await sleep(200);
      expect(await finished("g")).toBe(5);
    });

    test("closing the log finishes the handler in flight, which may still append", async () => {
      await log.append(topic, entries(1));
      let began = false;
      await log.consume(quiet, async () => {
        began = true;
        await sleep(200);
        await log.append("contract.made", [entry("k", "made while closing")]);
      });
      await until(() => began);
      await log.close();
      log = await openTestLog(made.config);
      expect(await finished("g")).toBe(1);
      expect((await log.extents("contract.made")).reduce((sum, { end }) => sum + end, 0)).toBe(1);
    });

    test("a backlog streams in bounded memory", async () => {
      setFlagsFromString("--expose-gc");
      const collectGarbage: unknown = runInNewContext("gc");
      const held = () => {
        if (typeof collectGarbage !== "function") throw new Error("no garbage collector to call");
        // Buffers are swept aside: what one collection has found is counted as free at the next.
        collectGarbage();
        collectGarbage();
        return process.memoryUsage().arrayBuffers;
      };
      // What appending keeps for the next time is kept from now on.
      await log.append("contract.other", entries(1));
      // Before the appends: what they leave to be collected must not hide what consuming holds.
      const [before, most] = [held(), 8 * 2 ** 20];
      const value = Buffer.alloc(16_000, 1);
      for (let part = 0; part < 40; part++)
        await log.append(
          topic,
          Array.from({ length: 100 }, () => ({ key: "k", value })),
        );
      // A spool may still be drained, which holds memory of its own until the last of it was dropped.
      const there = async () =>
        (await log.extents(topic)).reduce((sum, { first, end }) => sum + end - first, 0);
      await until(async () => (await there()) === 4_000 && held() - before < 2 ** 20);
      let peak = 0;
      const consumer = await log.consume({ ...quiet, maxBytes: 2 ** 20 }, async () => {
        peak = Math.max(peak, held() - before);
      });
      await until(async () => (await finished("g")) === 4_000);
      await consumer.stop();
      expect(peak).toBeLessThan(most);
    });

    test("what was in hand when the process was killed comes again, and nothing is skipped", async () => {
      await log.append(topic, entries(90));
      await log.close();
      type Line = { partition: number; first: number; last: number };
      const job = { kind: "consume" as const, topic, group: "g", hangAt: 8 };
      const lines = await runAndKill<Line>({ config: made.config, job, run: "" }, (said) => said.length >= 8);
      log = await openTestLog(made.config);
      // What the process had sent before its death may still be on its way to where progress is saved, until another has taken over.
      const taken = new Map<number, number>();
      const again = await consumed(90, {}, async ({ partition }) => {
        const now = (await log.progress("g", topic)).find((one) => one.partition === partition);
        if (!taken.has(partition)) taken.set(partition, now?.next ?? -1);
      });
      const saved = (await log.extents(topic)).map(({ partition, end }) => ({
        partition,
        end,
        next: taken.get(partition) ?? end,
      }));
      const known = new Set(
        lines.flatMap(({ partition, first, last }) =>
          range(first, last).map((offset) => `${partition}/${offset}`),
        ),
      );
      for (const place of places(again)) known.add(place);
      expect(known.size).toBe(90);
      for (const { partition, next, end } of saved) {
        const last = lines.findLast((line) => line.partition === partition);
        expect(next === last?.first || next === (last?.last ?? -1) + 1).toBe(true);
        expect(again.find((batch) => batch.partition === partition)?.records[0]?.offset ?? end).toBe(next);
      }
      expect(
        saved.some(
          ({ partition, next }) => lines.findLast((line) => line.partition === partition)?.first === next,
        ),
      ).toBe(true);
    });
  });
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
