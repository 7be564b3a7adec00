import { defineConfig } from "vitest/config";

const everywhere = "{packages,services,test}/**/*.test.ts";
const onKafka = "{packages,services,test}/**/*.kafka.test.ts";
/** Tests of the whole product: they run on each stack, unchanged. */
const ofTheProduct = ["test/e2e/*.test.ts", "test/recovery/*.test.ts", "test/law/*.test.ts"];
const shared = { testTimeout: 30_000, hookTimeout: 120_000, pool: "forks" } as const;

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
