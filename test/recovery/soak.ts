import { parseArgs } from "node:util";
import { startEmbedded } from "../stacks/embedded.ts";
import { killLoop } from "./kill-loop.ts";

const usage = `Kills the running product at random moments of a load and checks that nothing answered 200 was lost or doubled.

Usage: npm run soak -- [--kills 60] [--seed 1] [--senders 16] [--help]
`;
const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    senders: { type: "string", default: "16" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
} else {
  const kills = Number(values.kills);
  const stack = await startEmbedded();
  const onKill = (kill: number) => process.stderr.write(`\rkilled ${kill} of ${kills}`);
  const report = await killLoop(stack, {
    kills,
    seed: Number(values.seed),
    senders: Number(values.senders),
    onKill,
  });
  await stack.dispose();
  const { lost, twice, ...counts } = report;
  process.stdout.write(`\n${JSON.stringify({ ...counts, lost: lost.length, twice: twice.length })}\n`);
  process.exitCode = lost.length + twice.length + report.unexplained === 0 ? 0 : 1;
}
