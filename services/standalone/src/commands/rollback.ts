import { rollback } from "@portalstream/projection";
import { type Config, SettingError } from "@portalstream/runtime";
import { inWorld } from "../maintenance/open-world.ts";
import { readArguments } from "../process/arguments.ts";
import { projectionsNamed } from "../process/projections.ts";

export async function once(config: Config, args: readonly string[]): Promise<number> {
  const { names } = readArguments(args);
  if (names.length === 0) throw new SettingError("say which projection to roll back");
  for (const { projection, records } of await inWorld(config, projectionsNamed(names), rollback))
    process.stdout.write(
      `${projection}: the tables of before the rebuild are back, with ${records} records that came since\n`,
    );
  return 0;
}
