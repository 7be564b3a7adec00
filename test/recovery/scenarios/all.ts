import { brokerScenarios } from "./brokers.ts";
import { processScenarios } from "./processes.ts";
import type { Scenario } from "./scenario.ts";
import { spoolScenarios } from "./spool.ts";

export const scenarios: readonly Scenario[] = [...processScenarios, ...brokerScenarios, ...spoolScenarios];
