import { type PartitionResult, type TableResult, type VerifyResult, verify } from "@portalstream/projection";
import type { Config } from "@portalstream/runtime";
import { inWorld } from "../maintenance/open-world.ts";
import { printTable } from "../maintenance/print-table.ts";
import { readArguments } from "../process/arguments.ts";
import { projectionsNamed } from "../process/projections.ts";

/** Exit code 0: proven; 1: refuted. `--json`: all that was found, for machines. */
export async function once(config: Config, args: readonly string[]): Promise<number> {
  const { names, options } = readArguments(args, ["--json"]);
  const result = await inWorld(config, projectionsNamed(names), verify);
  if (options.has("--json")) process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
  else print(result);
  return result.verdict === "ok" ? 0 : 1;
}

function print({ verdict, partitions, tables }: VerifyResult): void {
  printTable(
    process.stdout,
    [
      ...["projection", "topic", "partition", "first", "done", "end"],
      ...["records", "as received", "not projected", "faults"],
    ],
    partitions
      .filter(isWorthALine)
      .map((one) => [
        ...[one.projection, one.topic],
        ...[one.partition, one.first, one.next, one.end],
        ...[one.records, one.asReceived, one.unprojectable],
        one.faults.join(", "),
      ]),
  );
  process.stdout.write("\n");
  printTable(
    process.stdout,
    ["projection", "table", "portal days", "equal", "rows expected", "rows found", "missing", "unexplained"],
    tables.map((one) => [
      ...[one.projection, one.table],
      ...[one.groups, one.equalGroups, one.rows.expected, one.rows.found, one.missing, one.unexplained],
    ]),
  );
  for (const table of tables) printFaults(table);
  process.stdout.write(
    verdict === "ok"
      ? "\nproven: the tables are what the log says\n"
      : "\nREFUTED: see the faults above; portalstream rebuild makes the tables anew from the log\n",
  );
}

const isWorthALine = (one: PartitionResult): boolean => one.end > 0 || one.faults.length > 0;

function printFaults({ table, faulty }: TableResult): void {
  if (faulty.length === 0) return;
  process.stdout.write(`\n${table}: where rows are missing or unexplained\n`);
  printTable(
    process.stdout,
    ["portal", "day", "missing", "unexplained"],
    faulty.map(({ portal, day, missing, unexplained }) => [portal, day, missing, unexplained]),
  );
}
