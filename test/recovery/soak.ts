import { parseArgs } from "node:util";
import { startEmbedded } from "../stacks/embedded.ts";
import { ownBrokers } from "../stacks/kafka/own-brokers.ts";
import { type ChaosReport, startChaosWorld } from "./chaos-world.ts";
import { killLoop } from "./kill-loop.ts";
import { randoms } from "./random.ts";
import { scenarios } from "./scenarios/all.ts";

const usage = `Kills, stops and pauses parts of the running product under load and checks that nothing answered 200 was lost or doubled.

Usage: npm run soak -- [--stack embedded] [--kills 60] [--seed 1] [--senders 16]   kills the one process at random moments
       npm run soak -- --stack kafka [--minutes 10] [--seed 1]                     every scenario of the chaos suite, again and again
`;
const { values } = parseArgs({
  options: {
    stack: { type: "string", default: "embedded" },
    minutes: { type: "string", default: "10" },
    kills: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    senders: { type: "string", default: "16" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) process.stdout.write(usage);
else if (values.stack === "kafka") await soakKafka(Number(values.minutes), Number(values.seed));
else await soakEmbedded(Number(values.kills), Number(values.seed), Number(values.senders));

async function soakEmbedded(kills: number, seed: number, senders: number): Promise<void> {
  const stack = await startEmbedded();
  const onKill = (kill: number) => process.stderr.write(`\rkilled ${kill} of ${kills}`);
  const { lost, twice, ...counts } = await killLoop(stack, { kills, seed, senders, onKill });
  await stack.dispose();
  process.stdout.write(`\n${JSON.stringify({ ...counts, lost: lost.length, twice: twice.length })}\n`);
  process.exitCode = lost.length + twice.length + counts.unexplained === 0 ? 0 : 1;
}

/** Turns of all scenarios, alternately on one broker and on three, until the time is over; a turn is finished. */
async function soakKafka(minutes: number, seed: number): Promise<void> {
  const classPath = ownBrokers();
  if (classPath === null) throw new Error("the brokers must be ones that can be killed");
  const deadline = performance.now() + minutes * 60_000;
  const numbers = randoms(seed);
  let [turn, wrong] = [0, 0];
  do {
    turn += 1;
    for (const brokers of [1, 3] as const) {
      const world = await startChaosWorld(classPath, brokers);
      try {
        for (const scenario of scenarios.filter((one) => one.brokers === brokers)) {
          const run = `${scenario.name} ${turn}`;
          const report = await scenario.run(world, run, () => numbers.next().value);
          process.stdout.write(`${JSON.stringify({ turn, scenario: scenario.name, ...report })}\n`);
          if (!isRight(report)) wrong += 1;
        }
      } finally {
        await world.dispose();
      }
    }
  } while (performance.now() < deadline);
  process.stdout.write(`${turn} turns, ${wrong} scenarios went wrong\n`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

function isRight({ lost, twice, unexplained, verdict, dead }: ChaosReport): boolean {
  return lost.length + twice.length + unexplained + dead.length === 0 && verdict === "ok";
}
