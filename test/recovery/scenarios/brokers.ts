import { setTimeout as sleep } from "node:timers/promises";
import type { Broker } from "../../stacks/kafka/cluster.ts";
import { beyondSessionMs, type Scenario, underLoad } from "./scenario.ts";

const only = (brokers: readonly Broker[], at = 0): Broker => {
  const broker = brokers[at];
  if (broker === undefined) throw new Error(`there is no broker ${at}`);
  return broker;
};

export const brokerScenarios: readonly Scenario[] = [
  {
    name: "the broker stopped and started again",
    brokers: 1,
    run: (world, run, random) =>
      underLoad(world, run, async () => {
        const broker = only(world.cluster.brokers);
        await broker.stop();
        await sleep(500 + random() * 1_000);
        await broker.start();
      }),
  },
  {
    name: "the broker killed and started again",
    brokers: 1,
    run: (world, run, random) =>
      underLoad(world, run, async () => {
        const broker = only(world.cluster.brokers);
        await broker.kill();
        await sleep(500 + random() * 1_000);
        await broker.start();
      }),
  },
  {
    name: "the broker paused for longer than the consumers' sessions",
    brokers: 1,
    run: (world, run) =>
      underLoad(world, run, async () => {
        const broker = only(world.cluster.brokers);
        broker.pause();
        await sleep(beyondSessionMs);
        broker.resume();
      }),
  },
  {
    name: "one broker of three lost and come back",
    brokers: 3,
    run: (world, run, random) =>
      underLoad(world, run, async (load) => {
        const broker = only(world.cluster.brokers, Math.floor(random() * 3));
        await broker.kill();
        await load.untilAccepted(300);
        await sleep(3_000 + random() * 2_000);
        await broker.start();
        await sleep(1_000);
      }),
  },
];
