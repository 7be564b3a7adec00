import { analyticsProjection } from "@portalstream/analytics";
import type { Config, Logger } from "@portalstream/runtime";
import type { Running } from "../process/running.ts";
import { startProjection } from "./project.ts";

export const start = (config: Config, logger: Logger): Promise<Running> =>
  startProjection(analyticsProjection, config, logger);
