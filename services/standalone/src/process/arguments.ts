import { SettingError } from "@portalstream/runtime";

/** A task's options, of those that it knows, and the other arguments. Throws SettingError. */
export function readArguments(
  args: readonly string[],
  known: readonly string[] = [],
): { options: ReadonlySet<string>; names: readonly string[] } {
  const options = args.filter((one) => one.startsWith("-"));
  const unknown = options.find((one) => !known.includes(one));
  if (unknown !== undefined) throw new SettingError(`there is no option ${unknown} here: see --help`);
  return { options: new Set(options), names: args.filter((one) => !one.startsWith("-")) };
}
