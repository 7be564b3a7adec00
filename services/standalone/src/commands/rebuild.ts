import { type RebuildResult, rebuild } from "@portalstream/projection";
import { type Config, SettingError } from "@portalstream/runtime";
import { inWorld } from "../maintenance/open-world.ts";
import { printTable } from "../maintenance/print-table.ts";
import { readArguments } from "../process/arguments.ts";
import { projectionsNamed } from "../process/projections.ts";

export async function once(config: Config, args: readonly string[]): Promise<number> {
  const { names, options } = readArguments(args, ["--all"]);
  if (options.has("--all") === names.length > 0)
    throw new SettingError("say which projection to rebuild, or --all");
  for (const result of await inWorld(config, projectionsNamed(names), rebuild)) print(result);
  return 0;
}

function print({ projection, records, asReceived, unprojectable, liveLag, tables }: RebuildResult): void {
  process.stdout.write(
    `${projection}: rebuilt from ${records} records (${asReceived} not understood anew and kept as received, ${unprojectable} rejected), live lag at the exchange ${liveLag}\n`,
  );
  printTable(
    process.stdout,
    ["table", "rows before", "rows now", "portal days", "unchanged"],
    tables.map((one) => [one.table, one.rows.found, one.rows.expected, one.groups, one.equalGroups]),
  );
  const changed = tables.flatMap(({ table, differing }) =>
    differing.map(({ portal, day, rows }) => [table, portal, day, rows.found, rows.expected]),
  );
  if (changed.length > 0) {
    process.stdout.write("\nwhere the largest changes are\n");
    printTable(process.stdout, ["table", "portal", "day", "rows before", "rows now"], changed.slice(0, 20));
  }
  process.stdout.write(`\nportalstream rollback ${projection} takes this back\n`);
}
