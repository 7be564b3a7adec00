import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bounded, boundedAtOnce, type ClickHouse, turns } from "../src/index.ts";

const gibibyte = 2 ** 30;

/** Within `seconds` and `memoryBytes`, until `signal`. */
function within(signal: AbortSignal, seconds = 600, memoryBytes = gibibyte): Bounded {
  return { kind: "bounded", signal, seconds, memoryBytes, pace: turns.of("caller", signal) };
}

const never = new AbortController().signal;

/** What every adapter holds of statements with limits. `open` is called once. */
export function limitsContract(name: string, open: () => Promise<ClickHouse>): void {
  describe(`${name}: limits`, () => {
    let db: ClickHouse;
    beforeAll(async () => {
      db = await open();
    });
    afterAll(() => db.close());

    /** A statement that would take hours. */
    const endless = (mark: string, limits: Bounded) =>
      db.query(
        `SELECT sum(cityHash64(number, {mark:String})) AS s, '${mark}' AS mark FROM numbers(1000000000000)`,
        { mark },
        limits,
      );
    const atWork = (mark: string) =>
      db.query(
        `SELECT 1 FROM system.processes WHERE query LIKE '%numbers(1000000000000)%' AND position(query, {mark:String}) > 0
         AND query NOT LIKE '%system.processes%'`,
        { mark },
      );
    const untilAtWork = async (mark: string, count: number) => {
      while ((await atWork(mark)).length < count);
    };

    test("a statement whose caller has gone is ended in the engine, and only that one", async () => {
      const [one, other] = [new AbortController(), new AbortController()];
      const ended = endless("gone", within(one.signal)).catch((error: unknown) => error);
      let otherEnded = false;
      const goesOn = endless("stays", within(other.signal))
        .catch((error: unknown) => error)
        .finally(() => {
          otherEnded = true;
        });
      await Promise.all([untilAtWork("gone", 1), untilAtWork("stays", 1)]);
      one.abort();
      expect(await ended).toMatchObject({ name: "ClickHouseFailure", code: "394" });
      expect(await atWork("gone")).toEqual([]);
      expect(await atWork("stays")).toHaveLength(1);
      expect(otherEnded).toBe(false);
      other.abort();
      expect(await goesOn).toMatchObject({ code: "394" });
      expect(await atWork("stays")).toEqual([]);
    });

    test("one whose caller had gone before is not begun, and one that ends before its caller goes is whole", async () => {
      const before = endless("before", within(AbortSignal.abort()));
      await expect(before).rejects.toMatchObject({ code: "394" });
      const after = new AbortController();
      expect(await db.query("SELECT 1 AS one", {}, within(after.signal))).toEqual([{ one: 1 }]);
      after.abort();
      expect(await db.query("SELECT 2 AS two", {}, within(never))).toEqual([{ two: 2 }]);
    });

    test("time and memory are limited, of that statement alone", async () => {
      const late = endless("late", within(never, 0.2));
      await expect(late).rejects.toMatchObject({ code: "159" });
      const hoards = () =>
        db.query(
          "SELECT length(groupArray(toString(number))) AS n FROM numbers(3000000)",
          {},
          within(never, 600, 50_000_000),
        );
      await expect(hoards()).rejects.toMatchObject({ code: "241" });
      const enough = Array.from({ length: 2 * boundedAtOnce }, () =>
        db.query<{ n: string }>(
          "SELECT length(groupArray(toString(number))) AS n FROM numbers(300000)",
          {},
          within(never),
        ),
      );
      for (const rows of await Promise.all(enough)) expect(rows).toEqual([{ n: "300000" }]);
      const free =
        "SELECT getSetting('max_memory_usage') AS memory, getSetting('max_execution_time') AS seconds";
      for (const [row] of await Promise.all(Array.from({ length: 6 }, () => db.query(free))))
        expect(Object.values(Object(row)).map(Number)).toEqual([0, 0]);
      await expect(hoards()).rejects.toMatchObject({ code: "241" });
    });

    test("statements without limits do not wait behind those with limits", async () => {
      const until = new AbortController();
      let ended = 0;
      const many = Array.from({ length: 2 * boundedAtOnce }, () =>
        endless("many", within(until.signal))
          .catch((error: unknown) => error)
          .finally(() => {
            ended += 1;
          }),
      );
      await untilAtWork("many", boundedAtOnce);
      expect(await db.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
      expect(ended).toBe(0);
      until.abort();
      for (const failure of await Promise.all(many)) expect(failure).toMatchObject({ code: "394" });
      expect(await atWork("many")).toEqual([]);
    });

    test("the rows of an answer are parsed at the caller's pace, which may end it", async () => {
      const left = new AbortController();
      let slices = 0;
      const pace = {
        over: true,
        next: async () => {
          slices += 1;
          left.signal.throwIfAborted();
          if (slices === 1_500) left.abort();
        },
      };
      const limits = { ...within(left.signal), pace };
      const sql = "SELECT number FROM numbers(1000)";
      expect(await db.query(sql, {}, limits)).toHaveLength(1_000);
      expect(slices).toBe(1_000);
      await expect(db.query(sql, {}, limits)).rejects.toMatchObject({ code: "394" });
      expect(slices).toBe(1_501);
      expect(await db.query("SELECT 1 AS one", {}, within(never))).toEqual([{ one: 1 }]);
    });

    test("a statement with limits cannot write", async () => {
      const writing = db.query("CREATE TABLE limited (a Int8) ENGINE = Memory", {}, within(never));
      await expect(writing).rejects.toThrow();
    });
  });
}
