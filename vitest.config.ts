import { defineConfig } from "vitest/config";

// As in the product. Processes of tests inherit it: it takes effect only before a process first uses its thread pool.
process.env.UV_THREADPOOL_SIZE ??= "32";

const everywhere = "{packages,services,test}/**/*.test.ts";
const onKafka = "{packages,services,test}/**/*.kafka.test.ts";
/** Tests of the whole product: they run on each stack, unchanged. */
const ofTheProduct = ["test/e2e/*.test.ts", "test/recovery/*.test.ts", "test/law/*.test.ts"];
// For what never comes, on a machine of any speed: a test that proves a time measures it.
const patienceMs = 1_200_000;
const shared = { testTimeout: patienceMs, hookTimeout: patienceMs, pool: "forks" } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "embedded",
          include: [everywhere],
          exclude: [onKafka, "**/node_modules/**"],
          provide: { stack: "embedded" },
        },
      },
      {
        test: {
          ...shared,
          name: "kafka",
          include: [onKafka, ...ofTheProduct],
          globalSetup: ["test/stacks/kafka/global-setup.ts"],
          provide: { stack: "kafka" },
        },
      },
    ],
  },
});
