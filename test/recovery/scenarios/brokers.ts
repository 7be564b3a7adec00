import { setTimeout as sleep } from "node:timers/promises";
import type { Broker } from "../../stacks/kafka/cluster.ts";
import { post } from "../../stacks/stack.ts";
import { messageBody } from "../load.ts";
import { beyondSessionMs, type Scenario, underLoad, within } from "./scenario.ts";

const only = (brokers: readonly Broker[], at = 0): Broker => {
  const broker = brokers[at];
  if (broker === undefined) throw new Error(`there is no broker ${at}`);
  return broker;
};

export const brokerScenarios: readonly Scenario[] = [
  {
    name: "the broker stopped and started again, then killed and started again",
    brokers: 1,
    run: (world, run, random) =>
      underLoad(world, run, async (load) => {
        const broker = only(world.cluster.brokers);
        await broker.stop();
        await sleep(500 + random() * 1_000);
        await broker.start();
        await load.untilAccepted(200);
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
        await sleep(beyondSessionMs / 2);
        const stranger = post(world.stack, messageBody("f".repeat(32), 1));
        const { status } = await within(8_000, stranger, "a portal that is not enrolled was not answered");
        if (status !== 401) throw new Error(`a portal that is not enrolled was answered ${status}`);
        await sleep(beyondSessionMs / 2);
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
