import type { TestProject } from "vitest/node";
import { findKafka } from "./available.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** host:port,… of the Kafka that tests share; "" = there is none and they are skipped. */
    kafka: string;
  }
}

/** One Kafka for all tests of this run. Continuous integration must have one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kafka = await findKafka();
  process.stdout.write(`stack: ${kafka.said}\n`);
  if (kafka.kind === "none") {
    if (process.env.CI === "true") throw new Error(`the tests on Kafka must run here: ${kafka.said}`);
    process.stdout.write("stack: the tests on Kafka are SKIPPED\n");
    project.provide("kafka", "");
    return async () => {};
  }
  project.provide("kafka", kafka.addresses);
  return kafka.dispose;
}
