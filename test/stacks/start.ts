import { inject } from "vitest";
import { startEmbedded } from "./embedded.ts";
import { startKafkaStack } from "./kafka/stack.ts";
import type { Stack } from "./stack.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** On what the product runs in this project's tests. */
    stack: "embedded" | "kafka";
  }
}

/** The product on the stack of this run's project; the tests on it are the same. */
export function startStack(): Promise<Stack> {
  return inject("stack") === "kafka" ? startKafkaStack({ brokers: inject("kafka") }) : startEmbedded();
}
