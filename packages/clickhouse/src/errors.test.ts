import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { failureOf } from "./errors.ts";
import { exceptions } from "./exceptions.ts";
import { openClickHouse } from "./index.ts";

test("numbers have the names that the engine gives them", async () => {
  const db = await openClickHouse({
    kind: "chdb",
    path: mkdtempSync(join(tmpdir(), "portalstream-errors-")),
  });
  const rows = await db.query<{ code: string; name: string }>(
    "SELECT code, errorCodeToName(toUInt32(code)) AS name FROM (SELECT arrayJoin({codes:Array(String)}) AS code)",
    { codes: Object.keys(exceptions) },
  );
  expect(Object.fromEntries(rows.map(({ code, name }) => [code, name]))).toEqual(
    Object.fromEntries(Object.entries(exceptions).map(([code, { name }]) => [code, name])),
  );
  await db.close();
});

test.each([
  [Object.assign(new Error("row: SECRET"), { code: "27", type: "SECRET" }), "27", false],
  [Object.assign(new Error("SECRET"), { code: "CHDB_QUERY", clickhouseCode: 241 }), "241", true],
  [new Error("SECRET", { cause: Object.assign(new Error("SECRET"), { code: 60 }) }), "60", false],
  [Object.assign(new Error("connect http://me:SECRET@host"), { code: "ECONNRESET" }), "unreachable", true],
  [Object.assign(new Error("<html>"), { code: "SECRET" }), "unreachable", true],
  ["SECRET", "unreachable", true],
])("of %s only the number is kept", (error, code, retriable) => {
  const failure = failureOf(error);
  expect(failure).toMatchObject({ code, retriable });
  expect(inspect(failure, { showHidden: true, depth: null })).not.toContain("SECRET");
});
