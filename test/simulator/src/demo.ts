import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "@portalstream/runtime";
import { type Api, createApi } from "./api.ts";
import { check } from "./check.ts";
import type { Comparison } from "./compare.ts";
import { deliver } from "./deliver.ts";
import { tellAnswers, tellComparison } from "./demo/answers.ts";
import { type DemoOptions, demoOptions, usage } from "./demo/options.ts";
import { type Server, startServer } from "./demo/server.ts";
import { enrol } from "./enrol.ts";
import { post } from "./post.ts";
import { type History, simulate } from "./simulate.ts";

const chatsPerPortal = 45;
const playSeconds = 25;
const catchUpSeconds = 120;

const print = (text: string) => process.stdout.write(`${text}\n`);

async function main(options: DemoOptions): Promise<void> {
  const { url, key, server } = await serverFor(options);
  const stop = async () => {
    await server?.stop();
    process.exit();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.once("SIGHUP", stop);
  const api = createApi(url, key);
  const history = simulate({
    seed: options.seed,
    portals: options.portals,
    startAt: new Date(Date.now() - options.minutes * 60_000 - 2_000),
    durationMinutes: options.minutes,
    chatsPerPortal,
  });
  await play(url, api, history, options.rate);
  const answers = await compareWhenCaughtUp(api, history);
  print(`\n${await tellAnswers(api, history)}\n\n${tellComparison(answers)}`);
  if (answers.some(({ ok }) => !ok)) process.exitCode = 1;
  if (options.exit || server === null) return stop();
  print(`\nReadable API: ${url}/docs   OpenAPI: ${url}/openapi.json   Metrics: ${url}/metrics`);
  print("The admin key is PORTALSTREAM_ADMIN_KEY, or else in the file admin-key of the data folder.");
  print("It stays up until Ctrl-C.");
}

/** A given URL is somebody's running portalstream; else one is started with this environment's settings. */
async function serverFor(options: DemoOptions): Promise<{ url: string; key: string; server: Server | null }> {
  if (options.url !== null && options.dataDir !== null) {
    const key = readFileSync(join(options.dataDir, "admin-key"), "utf8").trim();
    return { url: options.url, key, server: null };
  }
  const { host, port, dataDir, adminKey: key } = loadConfig();
  if (options.url !== null) return { url: options.url, key, server: null };
  const url = `http://${host}:${port}`;
  print(`starting portalstream on ${url} with its data in ${dataDir}`);
  return { url, key, server: await startServer(url, dataDir) };
}

async function play(url: string, api: Api, history: History, rate: number | null): Promise<void> {
  await enrol(
    api,
    history.portals.map(({ portal }) => portal),
  );
  const count = history.portals.reduce((sum, { deliveries }) => sum + deliveries.length, 0);
  const plan = deliver(history, {
    duplicates: 0.03,
    reorder: 0.1,
    concurrency: 16,
    rate: rate ?? Math.ceil(count / playSeconds),
  });
  const minutes = Math.round((history.endAt - history.startAt) / 60);
  print(
    `playing ${minutes} minutes of ${history.portals.length} portals: ${count} events, some late, some twice`,
  );
  let shown = -1;
  const posted = await post(url, plan, ({ sent, of }) => {
    const percent = Math.floor((100 * sent) / of);
    const step = process.stdout.isTTY ? 1 : 20;
    if (percent < shown + step && sent < of) return;
    shown = percent;
    process.stdout.write(
      `${process.stdout.isTTY ? "\r" : ""}  ${percent} %  ${sent} of ${of} webhooks${sent === of || !process.stdout.isTTY ? "\n" : ""}`,
    );
  });
  const statuses = Object.entries(posted.byStatus).map(([status, times]) => `${times} × ${status}`);
  if (statuses.some((status) => !status.endsWith(" 200"))) process.exitCode = 1;
  print(`answered in ${posted.seconds.toFixed(1)} s: ${statuses.join(", ")}`);
}

/** Tables follow the log; what differs at first is asked again for a while. */
async function compareWhenCaughtUp(api: Api, history: History): Promise<Comparison[]> {
  const deadline = Date.now() + catchUpSeconds * 1000;
  for (;;) {
    const answers = await check(api, history);
    if (answers.every(({ ok }) => ok) || Date.now() > deadline) return answers;
    await sleep(1000);
  }
}

try {
  const options = demoOptions(process.argv.slice(2));
  if (options.help) print(usage);
  else await main(options);
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
