import { setTimeout as sleep } from "node:timers/promises";
import { startChaosWorld } from "./chaos-world.ts";
import { ownBrokers } from "../stacks/kafka/own-brokers.ts";
import { post } from "../stacks/stack.ts";
import { messageBody, startLoad } from "./load.ts";
const world = await startChaosWorld(ownBrokers() ?? "", 1);
const load = await startLoad(world.stack, { name: "p", senders: 2 });
await load.untilAccepted(20);
world.cluster.brokers[0]?.pause();
await sleep(6000);
const timed = async (what: string, f: () => Promise<Response>) => {
  const t = performance.now();
  const r = await f().then((x) => String(x.status), (e) => String(e));
  console.log(what, r, Math.round(performance.now() - t), "ms");
};
const s = world.stack.services;
const limit = () => ({ signal: AbortSignal.timeout(25_000) });
await Promise.all([
  timed("unknown portal", () => post(world.stack, messageBody("ffffffffffffffffffffffffffffff00", 1))),
  timed("sessions /metrics", () => fetch(`${s.sessions.said}/metrics`, limit())),
  timed("ingest /metrics", () => fetch(`${s.ingest.said}/metrics`, limit())),
  timed("ingest /readyz", () => fetch(`${s.ingest.said}/readyz`, limit())),
  timed("sessions /readyz", () => fetch(`${s.sessions.said}/readyz`, limit())),
  timed("sessions /healthz", () => fetch(`${s.sessions.said}/healthz`, limit())),
]);
world.cluster.brokers[0]?.resume();
await load.stop();
const t = performance.now();
console.log("SIGTERM sessions", await s.sessions.end("SIGTERM"), Math.round(performance.now() - t));
await world.dispose();
process.exit(0);
