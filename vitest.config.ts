import { defineConfig } from "vitest/config";

const onKafka = "{packages,services,test}/**/*.kafka.test.ts";
const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: "forks" } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "embedded",
          include: ["{packages,services,test}/**/*.test.ts"],
          exclude: [onKafka, "**/node_modules/**"],
        },
      },
      {
        test: {
          ...shared,
          name: "kafka",
          include: [onKafka],
          globalSetup: ["test/stacks/kafka/global-setup.ts"],
        },
      },
    ],
  },
});
