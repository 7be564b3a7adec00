import { Access, type AccessLog } from "@portalstream/query";
import { describe, type Logger } from "@portalstream/runtime";

/** How long a revoked key may go on being good. */
const followMs = 500;

/** Keys and portals, followed from the log as soon as it is there. */
export function followAccess(
  open: () => Promise<AccessLog>,
  logger: Logger,
): { access: Access; stop: () => void } {
  const access = new Access({
    open,
    observe: (what) => {
      if (what.kind === "followed-again") logger.info("keys and portals are followed again");
      else logger.warn({ error: describe(what.error) }, "keys and portals cannot be followed");
    },
  });
  return { access, stop: access.follow(followMs) };
}
