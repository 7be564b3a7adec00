import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ClickHouse, openClickHouse } from "../index.ts";
import { giveBack } from "./chunks.ts";
import { count, latin1Text, smallCount, text, textList, textOrNull, time, timeOrNull } from "./columns.ts";
import { NativeRows } from "./native-rows.ts";
import { type RowOf, table } from "./table.ts";

const all = table("every_type", [
  count("count"),
  smallCount("small_count"),
  time("at"),
  timeOrNull("until"),
  text("text"),
  textOrNull("maybe"),
  textList("list"),
  latin1Text("source"),
]);
type Row = RowOf<typeof all.columns>;

let db: ClickHouse;
const folder = mkdtempSync(join(tmpdir(), "portalstream-native-"));
beforeAll(async () => {
  db = await openClickHouse({ kind: "chdb", path: folder });
  const columns = all.columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  await db.command(`CREATE TABLE every_type (${columns}) ENGINE = MergeTree ORDER BY tuple()`);
});
afterAll(() => db.close());

const blocksOf = (rows: readonly Row[]) => {
  const native = new NativeRows(all);
  for (const row of rows) native.add(row);
  return native.chunks();
};

/** What the engine itself writes of its table. */
async function engineBlocks(name: string): Promise<Buffer> {
  const path = join(folder, name);
  await db.command(`INSERT INTO FUNCTION file('${path}', 'Native') SELECT * FROM every_type`);
  return readFileSync(path);
}

const wide = { unit: "grapheme", minLength: 0, maxLength: 70 } as const;
const anyText = fc.oneof(
  fc.string({ maxLength: 70 }),
  fc.string(wide),
  fc.nat(20_000).map((length) =>
    "aж€🚢"
      .repeat(Math.ceil(length / 5))
      .slice(0, length)
      .toWellFormed(),
  ),
);
const anyTime = fc.integer({ min: -2_208_988_800_000, max: 10_413_791_999_999 });
const anyRow: fc.Arbitrary<Row> = fc.tuple(
  fc.nat(Number.MAX_SAFE_INTEGER),
  fc.nat(65_535),
  anyTime,
  fc.option(anyTime, { nil: null }),
  anyText,
  fc.option(anyText, { nil: null }),
  fc.array(anyText, { maxLength: 3 }),
  fc.uint8Array({ maxLength: 300 }),
);

test("the bytes are those that the engine writes for the same rows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 20 }), async (rows) => {
      await db.command("TRUNCATE TABLE every_type");
      const bytes = blocksOf(rows);
      await db.insert("every_type", bytes);
      expect(Buffer.concat(bytes).equals(await engineBlocks(crypto.randomUUID()))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("what the engine writes of a table that was filled by JSON is the same", async () => {
  await db.command("TRUNCATE TABLE every_type");
  const source = Buffer.from("event=ONIMBOTMESSAGEADD&x=\u00e9", "latin1");
  const rows: Row[] = [
    [2 ** 53 - 1, 65_535, 1_789_546_001_123, null, "Привет 🚢", null, [], source],
    [0, 0, 1_789_546_001_124, 1_789_546_001_125, "a".repeat(16_384), "", ["", "x"], source],
  ];
  const asText = rows.map((row) => [...row.slice(0, -1), source.toString("latin1")]);
  await db.insertJson("every_type", asText);
  expect(Buffer.concat(blocksOf(rows)).equals(await engineBlocks("json"))).toBe(true);
});

test("rows of many blocks, some of them huge, all arrive, also through memory that was given back", async () => {
  await db.command("TRUNCATE TABLE every_type");
  const row = (at: number): Row => {
    const source = Buffer.alloc(at % 5_000 === 77 ? 5_000_000 : at % 300, 97 + (at % 26));
    return [at, at % 65_536, at, null, `text ${at}`, at % 2 === 0 ? null : "odd", [`${at}`], source];
  };
  let next = 0;
  for (const rows of [9_000, 1, 4_096, 12_000]) {
    const bytes = blocksOf(Array.from({ length: rows }, () => row(next++)));
    await db.insert("every_type", bytes);
    giveBack(bytes);
  }
  const wrong = await db.query(
    `SELECT count() AS rows, sum(count) AS sum, countIf(text != concat('text ', toString(count)) OR maybe IS NULL != (count % 2 = 0)
       OR list != [toString(count)] OR length(source) != if(count % 5000 = 77, 5000000, count % 300)
       OR replaceAll(source, char(97 + count % 26), '') != '' OR toUnixTimestamp64Milli(at) != count) AS wrong FROM every_type`,
  );
  expect(wrong).toEqual([{ rows: String(next), sum: String((next * (next - 1)) / 2), wrong: "0" }]);
});
