import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type Chunks,
  type ClickHouse,
  ClickHouseFailure,
  count,
  NativeRows,
  type RowOf,
  table,
  text,
  textList,
  textOrNull,
  time,
} from "../src/index.ts";

const contract = table("contract", [
  count("id"),
  time("at"),
  text("kind"),
  textOrNull("text"),
  textList("tags"),
]);
type Row = RowOf<typeof contract.columns>;

function blocks(rows: readonly Row[]): Chunks {
  const native = new NativeRows(contract);
  for (const row of rows) native.add(row);
  return native.chunks();
}

/** What every adapter holds. `open` is called once. */
export function clickHouseContract(name: string, open: () => Promise<ClickHouse>): void {
  describe(name, () => {
    let db: ClickHouse;
    beforeAll(async () => {
      db = await open();
      await db.command(`CREATE TABLE contract
        (id UInt64, at DateTime64(3, 'UTC'), kind Enum8('add' = 1, 'edit' = 2), text Nullable(String), tags Array(String))
        ENGINE = MergeTree ORDER BY id`);
    });
    afterAll(() => db.close());

    const inserts: [string, (rows: Row[]) => Promise<void>][] = [
      ["blocks", (rows) => db.insert("contract", blocks(rows))],
      ["JSON", (rows) => db.insertJson("contract", rows)],
    ];
    test.each(inserts)("every type that tables use comes back as it went in: %s", async (_, insert) => {
      const text = "a\u0000b 'quoted' \\ \"double\" \n\t Привет 🚢";
      await db.command("TRUNCATE TABLE contract");
      await insert([
        [1, 1_789_546_001_123, "edit", text, ["x", "y'z"]],
        [2, 0, "add", null, []],
      ]);
      const rows = await db.query(
        "SELECT *, toUnixTimestamp64Milli(at) AS ms FROM contract WHERE id IN (1, 2) ORDER BY id",
      );
      expect(rows).toMatchObject([
        { id: "1", ms: "1789546001123", kind: "edit", text, tags: ["x", "y'z"] },
        { id: "2", ms: "0", kind: "add", text: null, tags: [] },
      ]);
    });

    test("64-bit integers keep every digit", async () => {
      const big = "18446744073709551615";
      await db.insertJson("contract", [[big, 0, "add", null, []]]);
      expect(await db.query(`SELECT id FROM contract WHERE id = ${big}`)).toEqual([{ id: big }]);
    });

    test.each([
      "plain",
      "it's",
      'dou"ble',
      "back\\slash",
      "new\nline",
      "tab\t",
      "\u0000",
      "\r\b\f",
      "\\N",
      "{one:String}",
      "",
      "🚢",
      "'; DROP TABLE contract; --",
    ])("a parameter is a value, never a part of the statement: %j", async (value) => {
      const rows = await db.query(
        "SELECT {one:String} AS one, {many:Array(String)} AS many, {yes:Bool} AS yes, {n:Int64} AS n",
        {
          one: value,
          many: [value, "other"],
          yes: true,
          n: -5,
        },
      );
      expect(rows).toEqual([{ one: value, many: [value, "other"], yes: true, n: "-5" }]);
    });

    test("a parameter that is not given is missing, even after a statement that had it", async () => {
      await db.query("SELECT {gone:String} AS it", { gone: "there" });
      await expect(db.query("SELECT {gone:String} AS it")).rejects.toMatchObject({ code: "456" });
    });

    test("statements at the same time keep their parameters apart", async () => {
      const ask = (n: number) => db.query("SELECT {n:Int64} AS n, sleep(0.01) AS s", { n });
      const asked = Array.from({ length: 40 }, (_, n) => n);
      expect(await Promise.all(asked.map(ask))).toEqual(asked.map((n) => [{ n: String(n), s: 0 }]));
    });

    test("no rows are no insert; an insert may have fewer bytes than the one before", async () => {
      await db.insert("contract", blocks([]));
      await db.insertJson("contract", []);
      await db.insert("contract", blocks([[70, 0, "add", "some text", []]]));
      await db.insert("contract", blocks([[71, 0, "add", null, []]]));
      expect(await db.query("SELECT id FROM contract WHERE id IN (70, 71) ORDER BY id")).toEqual([
        { id: "70" },
        { id: "71" },
      ]);
    });

    test("a batch of more rows than the engine reads at a time is kept whole or not at all", async () => {
      const rows = Array.from({ length: 200_000 }, (_, at): Row => [5_000_000 + at, 0, "add", "big", []]);
      const whole = blocks(rows);
      const last = whole.at(-1) ?? new Uint8Array();
      const counting = "SELECT count() AS n FROM contract WHERE text = 'big'";
      const cut = whole.with(-1, last.subarray(0, -1));
      await expect(db.insert("contract", cut)).rejects.toThrow();
      expect(await db.query(counting)).toEqual([{ n: "0" }]);
      await db.insert("contract", whole);
      expect(await db.query(counting)).toEqual([{ n: "200000" }]);
    });

    test.each(inserts)(
      "of %s with a bad row nothing is kept, and trying again will not help",
      async (_, insert) => {
        const bad: Row[] = [
          [50, 0, "add", null, []],
          [51, 0, "no such kind", null, []],
        ];
        const failure = await insert(bad).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(ClickHouseFailure);
        expect(failure).toMatchObject({ retriable: false });
        expect(await db.query("SELECT id FROM contract WHERE id IN (50, 51)")).toEqual([]);
      },
    );

    test("a column that the table does not have is an error", async () => {
      const other = new NativeRows(table("contract", [...contract.columns, text("none")]));
      other.add([52, 0, "add", null, [], "lost"]);
      await expect(db.insert("contract", other.chunks())).rejects.toMatchObject({ code: "117" });
      expect(await db.query("SELECT id FROM contract WHERE id = 52")).toEqual([]);
    });

    test("errors carry ClickHouse's code and never repeat a row", async () => {
      await expect(db.query("SELECT * FROM no_such_table")).rejects.toMatchObject({
        code: "60",
        retriable: false,
      });
      const printed = vi.spyOn(process.stderr, "write");
      const logged = vi.spyOn(console, "error");
      const secret = "SECRETINAROW";
      const failures = await Promise.all([
        db.insertJson("contract", [[`(${secret})`]]).catch((error: unknown) => error),
        db.insert("contract", blocks([[1, 0, `(${secret})`, null, []]])).catch((error: unknown) => error),
        db.query(`SELECT '(${secret})' + 1 AS ${secret}`).catch((error: unknown) => error),
        db.command(`INSERT INTO contract VALUES ('(${secret})')`).catch((error: unknown) => error),
      ]);
      for (const failure of failures) {
        expect(failure).toBeInstanceOf(ClickHouseFailure);
        expect(inspect(failure, { depth: null, showHidden: true })).not.toContain(secret);
      }
      expect([...printed.mock.calls, ...logged.mock.calls].join()).not.toContain(secret);
      vi.restoreAllMocks();
    });

    test("the same rows inserted twice are two rows: nothing is dropped behind the caller's back", async () => {
      const rows = blocks([[60, 0, "add", "same", []]]);
      await db.insert("contract", rows);
      await db.insert("contract", rows);
      expect(await db.query("SELECT count() AS n FROM contract WHERE id = 60")).toEqual([{ n: "2" }]);
    });

    test("nor after an insert whose statement asked for duplicates to be dropped", async () => {
      await db.command(`CREATE TABLE deduplicated (id UInt64) ENGINE = MergeTree ORDER BY id
        SETTINGS non_replicated_deduplication_window = 100`);
      const token =
        "INSERT INTO deduplicated SETTINGS insert_deduplicate = 1, insert_deduplication_token = 'a' VALUES (1)";
      await db.command(token);
      await db.command(token);
      for (let n = 0; n < 4; n++) await db.insertJson("deduplicated", [[1]]);
      expect(await db.query("SELECT count() AS n FROM deduplicated")).toEqual([{ n: "5" }]);
    });

    test("settings of a statement end with it", async () => {
      const cut = "SELECT number FROM numbers(5) SETTINGS limit = 2";
      expect(await db.query(cut)).toHaveLength(2);
      const all = Array.from({ length: 10 }, () => db.query("SELECT number FROM numbers(5)"));
      for (const rows of await Promise.all(all)) expect(rows).toHaveLength(5);
    });

    test("a parameter may be longer than a URL", async () => {
      const many = Array.from({ length: 20_000 }, (_, n) => `it's number ${n} & more\n`);
      const rows = await db.query("SELECT {many:Array(String)} AS many", { many });
      expect(rows).toEqual([{ many }]);
      const lines = await db.lines("SELECT {many:Array(String)} AS many", { many });
      expect(JSON.parse(new TextDecoder().decode(lines))).toEqual([many]);
    });

    test("an error in the middle of an answer is an error, not a short answer", async () => {
      const failing = db.query("SELECT number, throwIf(number = 900000) AS x FROM numbers(1000000)");
      await expect(failing).rejects.toMatchObject({ code: "395" });
      // Nor does what it had answered until then come with another answer.
      const others = Array.from({ length: 10 }, () => db.query("SELECT 1 AS one"));
      for (const rows of await Promise.all(others)) expect(rows).toEqual([{ one: 1 }]);
    });

    test("EXCHANGE TABLES swaps two tables in one step", async () => {
      for (const table of ["live", "shadow"])
        await db.command(`CREATE TABLE ${table} (id UInt64) ENGINE = MergeTree ORDER BY id`);
      await db.insertJson("live", [[1]]);
      await db.insertJson("shadow", [[2]]);
      const asking = Array.from({ length: 50 }, () => db.query("SELECT id FROM live"));
      await db.command("EXCHANGE TABLES live AND shadow");
      for (const rows of await Promise.all(asking))
        expect([[{ id: "1" }], [{ id: "2" }]]).toContainEqual(rows);
      expect(await db.query("SELECT id FROM live")).toEqual([{ id: "2" }]);
      await db.insertJson("live", [[3]]);
      expect(await db.query("SELECT id FROM live ORDER BY id")).toEqual([{ id: "2" }, { id: "3" }]);
      expect(await db.query("SELECT id FROM shadow")).toEqual([{ id: "1" }]);
      for (const table of ["live", "shadow"]) await db.command(`DROP TABLE ${table}`);
    });

    test("inserts and queries run side by side", async () => {
      const many = (base: number) =>
        blocks(Array.from({ length: 2_000 }, (_, at): Row => [base + at, 0, "add", "row", []]));
      const inserting = [1_000_000, 2_000_000, 3_000_000].map((base) => db.insert("contract", many(base)));
      const asking = Array.from({ length: 10 }, () => db.query("SELECT count() FROM contract"));
      await Promise.all([...inserting, ...asking]);
      expect(await db.query("SELECT count() AS n FROM contract WHERE text = 'row'")).toEqual([{ n: "6000" }]);
    });
  });
}
