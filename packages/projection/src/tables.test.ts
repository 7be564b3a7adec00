import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bothProjections } from "../test/installation.ts";
import { allTablesOf } from "./projection.ts";

const schemas = fileURLToPath(new URL("../../../schemas/clickhouse/", import.meta.url));
/** Not made from the log. */
const bookkeeping = ["maintenance", "pending_folds"];

test("every table of the schema belongs to one projection or to the bookkeeping", () => {
  const statement = /(?:CREATE TABLE IF NOT EXISTS|ALTER TABLE) (\w+)/;
  const made = readdirSync(schemas).map(
    (file) => statement.exec(readFileSync(`${schemas}${file}`, "utf8"))?.[1],
  );
  const owned = [
    ...bothProjections.flatMap((projection) => [...allTablesOf(projection), ...projection.formerTables]),
    ...bookkeeping,
  ];
  expect([...owned].sort()).toEqual([...new Set(made)].sort());
  expect(new Set(owned).size).toBe(owned.length);
});
