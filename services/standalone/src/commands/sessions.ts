import type { Config, Logger, Spans } from "@portalstream/runtime";
import { sessionsProjection } from "@portalstream/sessions";
import type { Running } from "../process/running.ts";
import { startProjection } from "./project.ts";

export const start = (config: Config, logger: Logger, spans: Spans | null): Promise<Running> =>
  startProjection(sessionsProjection, config, logger, spans);
