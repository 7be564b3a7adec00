import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EventLog, Position } from "../src/index.ts";
import { openTestLog, type TestLogConfig } from "./open-test-log.ts";
import { collect, entries, entry, readAll, runAndKill, text } from "./support.ts";

/** A new, empty log of three partitions, which can be opened again and again. */
export type Fresh = { config: TestLogConfig; remove: () => Promise<void> };

/** What the port promises to whoever appends and reads. Every adapter runs it unchanged. */
export function storageContract(name: string, fresh: () => Promise<Fresh>): void {
  describe(`${name}: appending and reading`, () => {
    let made: Fresh;
    let log: EventLog;
    const topic = "contract.storage";

    beforeEach(async () => {
      made = await fresh();
      log = await openTestLog(made.config);
    });
    afterEach(async () => {
      await log.close();
      await made.remove();
    });

    const reopen = async () => {
      await log.close();
      log = await openTestLog(made.config);
    };

    test("what was appended is read back, at its position, also after closing and opening", async () => {
      const before = Date.now();
      const written = [
        entry("plain", "text"),
        entry("ключ €😀", ""),
        { key: "", value: Buffer.from([0, 255, 10, 128]) },
      ];
      const positions = await log.append(topic, written);
      for (let round = 0; round < 2; round++) {
        for (const [index, { key, value }] of written.entries()) {
          const { partition, offset } = positions[index] ?? { partition: -1, offset: -1 };
          const found = await collect(log.read(topic, partition, offset, offset + 1));
          expect(found).toMatchObject([{ partition, offset, key }]);
          expect(Buffer.compare(found[0]?.value ?? Buffer.from("none"), value)).toBe(0);
          expect(found[0]?.timestamp).toBeGreaterThanOrEqual(before);
          expect(found[0]?.timestamp).toBeLessThanOrEqual(Date.now());
        }
        await reopen();
      }
    });

    test("values stay what they are while more is read and written", async () => {
      await log.append(topic, entries(500));
      const records = await readAll(log, topic);
      await log.append(
        topic,
        entries(500, () => "other"),
      );
      await readAll(log, topic);
      expect(records.map(text).sort()).toEqual(
        entries(500)
          .map(({ value }) => value.toString())
          .sort(),
      );
    });

    test("offsets of a partition ascend from zero without gaps, and go on after closing and opening", async () => {
      const positions: Position[] = [];
      for (let round = 0; round < 3; round++) {
        positions.push(...(await Promise.all(entries(50).map((one) => log.append(topic, [one])))).flat());
        await reopen();
      }
      const extents = await log.extents(topic);
      expect(extents.map(({ partition }) => partition)).toEqual([0, 1, 2]);
      for (const { partition, first, end } of extents) {
        const offsets = positions.filter((one) => one.partition === partition).map(({ offset }) => offset);
        expect(offsets.sort((a, b) => a - b)).toEqual([...Array(end).keys()]);
        expect(first).toBe(0);
      }
    });

    test("a key stays in one partition, and many keys use all of them", async () => {
      const keys = Array.from({ length: 60 }, (_, index) => `${index}`);
      const append = () =>
        log.append(
          topic,
          keys.map((key) => entry(key, "v")),
        );
      const once = (await append()).map(({ partition }) => partition);
      await reopen();
      expect((await append()).map(({ partition }) => partition)).toEqual(once);
      expect(new Set(once).size).toBe(3);
    });

    test("one key's entries keep the order of concurrent calls", async () => {
      const calls = Array.from({ length: 300 }, (_, index) =>
        log.append(topic, [entry("k", `${index}a`), entry("k", `${index}b`)]),
      );
      await Promise.all(calls);
      const found = (await readAll(log, topic)).map(text);
      expect(found).toEqual(calls.flatMap((_, index) => [`${index}a`, `${index}b`]));
    });

    test("a read is bounded by [from, to) and by what exists", async () => {
      for (let part = 0; part < 4; part++)
        await log.append(
          topic,
          entries(5, () => "k").map(({ key }, i) => entry(key, `${part * 5 + i}`)),
        );
      const { partition } = (await log.extents(topic)).find(({ end }) => end > 0) ?? { partition: -1 };
      const read = async (from: number, to: number) =>
        (await collect(log.read(topic, partition, from, to))).map(text);
      expect(await read(3, 12)).toEqual(["3", "4", "5", "6", "7", "8", "9", "10", "11"]);
      expect(await read(19, 100)).toEqual(["19"]);
      for (const [from, to] of [
        [7, 7],
        [9, 3],
        [20, 30],
        [500, 600],
      ] as const)
        expect(await read(from, to)).toEqual([]);
    });

    test("a topic without records is empty", async () => {
      expect(await log.extents("contract.none")).toEqual(
        [0, 1, 2].map((partition) => ({ partition, first: 0, end: 0 })),
      );
      expect(await readAll(log, "contract.none")).toEqual([]);
      expect(await log.progress("group", "contract.none")).toEqual(
        [0, 1, 2].map((partition) => ({ partition, next: 0 })),
      );
      expect(await log.append("contract.none", [])).toEqual([]);
    });

    test("topics do not mix", async () => {
      await Promise.all(["a", "b"].map((name) => log.append(`contract.${name}`, [entry("k", name)])));
      expect((await readAll(log, "contract.a")).map(text)).toEqual(["a"]);
      expect((await readAll(log, "contract.b")).map(text)).toEqual(["b"]);
    });

    test("an open log is ready; a closed one refuses every call", async () => {
      await log.ready();
      const begun = log.append(topic, [entry("k", "begun before closing")]);
      await log.close();
      await begun;
      const calls = [
        () => log.append(topic, [entry("k", "late")]),
        () => log.consume({ group: "g", topics: [topic] }, async () => {}),
        () => collect(log.read(topic, 0, 0, 1)),
        () => log.extents(topic),
        () => log.progress("g", topic),
        () => log.ready(),
      ];
      for (const call of calls)
        await expect(call()).rejects.toMatchObject({
          name: "EventLogError",
          code: "log_closed",
          retriable: false,
        });
      await reopen();
      expect((await readAll(log, topic)).map(text)).toEqual(["begun before closing"]);
    });

    test("every acknowledged position survives kill -9", async () => {
      await log.close();
      const acknowledged: (Position & { text: string })[] = [];
      for (let round = 0; round < 5; round++) {
        const deadline = Date.now() + 400 + Math.random() * 500;
        const job = { kind: "append" as const, topic, callers: 16 };
        const lines = await runAndKill<Position & { text: string }>(
          { config: made.config, job, run: `${round}` },
          (said) => {
            return said.length > 20 && Date.now() > deadline;
          },
        );
        acknowledged.push(...lines);
        log = await openTestLog(made.config);
        // What the process had sent before its death may still arrive: what is there now is read.
        const stored = new Map<string, string>();
        const extents = await log.extents(topic);
        for (const { partition, first, end } of extents)
          for await (const record of log.read(topic, partition, first, end))
            stored.set(`${partition}/${record.offset}`, text(record));
        const lost = acknowledged.filter((one) => stored.get(`${one.partition}/${one.offset}`) !== one.text);
        expect(lost).toEqual([]);
        expect(stored.size).toBe(extents.reduce((sum, { end }) => sum + end, 0));
        await log.close();
      }
      expect(acknowledged.length).toBeGreaterThan(100);
    });
  });
}
