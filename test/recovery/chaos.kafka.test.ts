import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownBrokers } from "../stacks/kafka/own-brokers.ts";
import { type ChaosWorld, startChaosWorld } from "./chaos-world.ts";
import { measureOutage, type OutageReport } from "./outage.ts";
import { randoms } from "./random.ts";
import { scenarios } from "./scenarios/all.ts";

const seed = 20_261_121;
const classPath = ownBrokers();
const numbers = randoms(seed);
const random = () => numbers.next().value;

describe.skipIf(classPath === null).each([
  { brokers: 1, said: "on one broker" },
  { brokers: 3, said: "on three brokers" },
] as const)("every 200 is in the answers exactly once and verify is green, $said", ({ brokers }) => {
  let world: ChaosWorld;
  beforeAll(async () => {
    world = await startChaosWorld(classPath ?? "", brokers);
  });
  afterAll(() => world?.dispose());

  for (const scenario of scenarios.filter((one) => one.brokers === brokers))
    test(scenario.name, async () => {
      const report = await scenario.run(world, scenario.name, random);
      process.stdout.write(`${JSON.stringify({ scenario: scenario.name, ...report })}\n`);
      expect(report).toMatchObject({
        lost: [],
        twice: [],
        unexplained: 0,
        verdict: "ok",
        faults: [],
        dead: [],
      });
      expect(report.accepted).toBeGreaterThan(100);
    });
});

test.skipIf(classPath === null)(
  "Kafka away for ten seconds: no 5xx, no loss, each portal's order kept, and answers come as before",
  async () => {
    const prompt = ({ waits: { during } }: OutageReport) => during.max < 3_000 && during.p50 < 100;
    let report = await outage();
    // A machine that stands still makes some wait once; a product that does not give Kafka up makes them wait each time.
    for (let more = 4; more > 0 && !prompt(report); more -= 1) report = await outage();
    // Those that were under way when it went wait until it is given up; how fast the rest is, `npm run bench -- outage` tells.
    expect(report.waits.during.max).toBeLessThan(3_000);
    expect(report.waits.during.p50).toBeLessThan(100);
  },
);

async function outage(): Promise<OutageReport> {
  const report = await measureOutage(classPath ?? "", { seconds: 10, rate: 250, portals: 50, calmMs: 1_000 });
  process.stdout.write(`${JSON.stringify({ scenario: "Kafka away", ...report })}\n`);
  expect(report).toMatchObject({ failed: 0, lost: 0, outOfOrder: 0 });
  expect(report.waits.during.requests).toBeGreaterThan(2_000);
  return report;
}
