import { setTimeout as sleep } from "node:timers/promises";
import { applicationToken } from "../../e2e/bodies.ts";
import { enrol, post } from "../../stacks/stack.ts";
import { moreOf, prove, startAgain } from "../chaos-world.ts";
import { messageBody, portalNames, startLoad } from "../load.ts";
import { type Scenario, underLoad, untilDirect, within } from "./scenario.ts";

const kilobyte = "spool ".repeat(170);

export const spoolScenarios: readonly Scenario[] = [
  {
    name: "a full spool answers 503 with Retry-After and empties by itself",
    brokers: 1,
    run: async (world, run) => {
      const [broker] = world.cluster.brokers;
      const ingest = moreOf(world, "ingest", 2, { PORTALSTREAM_SPOOL_MAX_BYTES: String(2 ** 22) });
      await ingest.start();
      const to = { url: ingest.said, adminKey: world.stack.adminKey };
      const load = await startLoad(to, { name: run, senders: 16, pauseMs: 0, words: kilobyte });
      const [portal = ""] = portalNames(`${run} probe`, 1);
      await enrol(to, portal, applicationToken);
      await load.untilAccepted(100);
      await broker?.kill();
      const full = async () => {
        while ((load.sent.refused.get(503) ?? 0) < 50) await sleep(20);
      };
      await within(120_000, full(), "the spool of 4 MiB was not full");
      // What senders append together was refused together: larger than that finds no room for certain.
      const refused = await post(to, messageBody(portal, 1, kilobyte.repeat(100)));
      if (refused.status !== 503 || refused.headers.get("retry-after") === null)
        throw new Error(`a full spool answered ${refused.status}`);
      const ready = await fetch(`${ingest.said}/readyz`);
      if (ready.status === 200) throw new Error("a full spool is said to be ready");
      await load.stop();
      await broker?.start();
      await untilDirect(ingest.said);
      const after = await post(to, messageBody(portal, 1));
      if (after.status !== 200) throw new Error(`an emptied spool answered ${after.status}`);
      return prove(world, load);
    },
  },
  {
    name: "ingest killed while it spools and while it drains",
    brokers: 1,
    run: (world, run, random) =>
      underLoad(world, run, async (load) => {
        const [broker] = world.cluster.brokers;
        const { ingest } = world.stack.services;
        await broker?.kill();
        for (let kill = 0; kill < 2; kill += 1) {
          await load.untilAccepted(300 + random() * 300);
          await ingest.end("SIGKILL");
          await startAgain(ingest);
        }
        await load.untilAccepted(300);
        await broker?.start();
        for (let kill = 0; kill < 3; kill += 1) {
          await sleep(random() * 400);
          await ingest.end("SIGKILL");
          await startAgain(ingest);
        }
      }),
  },
  {
    name: "ingest started while Kafka is away accepts the webhooks of portals that it knew",
    brokers: 1,
    run: async (world, run) => {
      const [broker] = world.cluster.brokers;
      const { ingest } = world.stack.services;
      const [late = ""] = portalNames(`${run} late`, 1);
      return underLoad(world, run, async (load) => {
        await ingest.end("SIGTERM");
        await broker?.kill();
        // Kafka comes back after that: however long it takes, it did not need Kafka.
        await within(60_000, ingest.start(), "ingest did not start");
        await load.untilAccepted(100);
        const failed = await enrol(world.stack, late, applicationToken).then(
          () => null,
          (error: unknown) => error,
        );
        if (failed === null) throw new Error("an enrolment was confirmed that is nowhere but in memory");
        await broker?.start();
        await untilDirect(ingest.said);
        await enrol(world.stack, late, applicationToken);
      });
    },
  },
];
