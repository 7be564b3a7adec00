import { analyticsProjection } from "@portalstream/analytics";
import type { Projection } from "@portalstream/projection";
import { SettingError } from "@portalstream/runtime";
import { sessionsProjection } from "@portalstream/sessions";

const all = [sessionsProjection, analyticsProjection];

/** The projections of these names; of none: all. */
export function projectionsNamed(names: readonly string[]): Projection[] {
  for (const name of names)
    if (!all.some((one) => one.name === name))
      throw new SettingError(
        `there is no projection ${name}; there are ${all.map((one) => one.name).join(" and ")}`,
      );
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}
