import { Access, type AccessLog } from "@portalstream/query";
import { type Config, describe, type Logger } from "@portalstream/runtime";

const followMs = 500;
const readMs = 400;
/** Every process that follows the log knows of a key or a portal so long after it was written. */
export const followedMs = followMs + readMs;

/** Keys and portals, followed from the log as soon as it is there. */
export function followAccess(
  open: () => Promise<AccessLog>,
  { accessMaxAgeSeconds }: Pick<Config, "accessMaxAgeSeconds">,
  logger: Logger,
): { access: Access; stop: () => void } {
  const access = new Access({
    open,
    maxAgeMs: accessMaxAgeSeconds * 1_000,
    observe: (what) => {
      if (what.kind === "followed-again") logger.info("keys and portals are followed again");
      else logger.warn({ error: describe(what.error) }, "keys and portals cannot be followed");
    },
  });
  return { access, stop: access.follow(followMs) };
}
