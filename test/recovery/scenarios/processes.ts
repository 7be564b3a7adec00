import { setTimeout as sleep } from "node:timers/promises";
import { serviceNames } from "../../stacks/kafka/stack.ts";
import { moreOf, startAgain } from "../chaos-world.ts";
import { beyondSessionMs, type Scenario, underLoad } from "./scenario.ts";

export const processScenarios: readonly Scenario[] = [
  {
    name: "each service killed in turn and started again by an orchestrator",
    brokers: 1,
    run: (world, run, random) =>
      underLoad(world, run, async () => {
        for (const name of serviceNames) {
          await world.stack.services[name].end("SIGKILL");
          await sleep(200 + random() * 500);
          await startAgain(world.stack.services[name]);
        }
      }),
  },
  {
    name: "a consumer paused beyond its session wakes as a zombie beside the one that took over",
    brokers: 1,
    run: async (world, run, random) => {
      const second = moreOf(world, "sessions", 2);
      await second.start();
      const report = await underLoad(world, run, async () => {
        await sleep(random() * 300);
        world.stack.services.sessions.pause();
        world.stack.services.analytics.pause();
        await sleep(beyondSessionMs + 3_000);
        world.stack.services.sessions.resume();
        world.stack.services.analytics.resume();
        await sleep(2_000);
      });
      await second.end("SIGTERM");
      return report;
    },
  },
  {
    name: "consumers join and leave under load",
    brokers: 1,
    run: (world, run, random) =>
      underLoad(world, run, async () => {
        const others = [moreOf(world, "sessions", 3), moreOf(world, "sessions", 4)];
        for (const other of others) {
          await startAgain(other);
          await sleep(500 + random() * 1_000);
        }
        for (const other of others) {
          await other.end("SIGTERM");
          await sleep(200 + random() * 500);
        }
      }),
  },
  {
    name: "ClickHouse killed and started again, then paused",
    brokers: 1,
    run: ({ stack, ...world }, run, random) =>
      underLoad({ stack, ...world }, run, async () => {
        await stack.tables.end("SIGKILL");
        await sleep(1_000 + random() * 1_000);
        await stack.tables.start();
        await sleep(500 + random() * 500);
        stack.tables.pause();
        await sleep(2_000 + random() * 1_000);
        stack.tables.resume();
      }),
  },
];
