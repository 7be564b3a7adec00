import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openEventLog } from "@portalstream/event-log";
import {
  decodeForm,
  type Envelope,
  encodeRecord,
  eventId,
  interpret,
  redact,
  topicOf,
} from "@portalstream/events";
import { benchBodies, benchPortal } from "./bodies.ts";
import { startChild } from "./child.ts";
import { report } from "./report.ts";

const chunk = 5_000;

/** From the log to all tables by the very threads of the standalone process, with nothing else to do. */
export async function benchProject(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { events: { type: "string", default: "2000000" } },
  });
  const events = Number(values.events);
  const dataDir = await mkdtemp(join(tmpdir(), "portalstream-bench-"));
  try {
    await fill(join(dataDir, "log"), events);
    process.stderr.write("\nprojecting\n");
    const child = await startChild("./project-server.ts", [dataDir]);
    const measured: Record<string, string> = child.hello;
    child.process.kill();
    report("project", { events, ...measured });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Writes `events` records of a thousand portals; every one is a different event. */
async function fill(path: string, events: number): Promise<void> {
  const log = await openEventLog({ kind: "embedded", path, partitions: 1, role: "writer" });
  const bodies = benchBodies(20_000).map((body) => Buffer.from(body));
  const start = Date.UTC(2026, 0, 1);
  for (let from = 0; from < events; from += chunk) {
    const byTopic = new Map<string, { key: string; value: Uint8Array }[]>();
    for (let at = from; at < Math.min(events, from + chunk); at += 1) {
      const body = bodies[at % bodies.length] ?? Buffer.alloc(0);
      const round = Math.floor(at / bodies.length);
      const form = decodeForm(body);
      const name = String(form.root.get("event"));
      const portal = `${benchPortal.slice(0, 24)}${String(round).padStart(8, "0")}`;
      const time = start + at * 1000;
      const envelope: Envelope = {
        eventId: eventId(portal, name, String(time / 1000), form),
        portal,
        application: "default",
        name,
        occurredAt: time,
        timed: true,
        receivedAt: time + 900,
        subscriptionId: "1",
        domain: "bench.bitrix24.com",
      };
      const event = interpret(envelope, form, redact(body, form));
      const topic = topicOf(event);
      const entries = byTopic.get(topic) ?? [];
      entries.push({ key: portal, value: encodeRecord(event) });
      byTopic.set(topic, entries);
    }
    await Promise.all([...byTopic].map(([topic, entries]) => log.append(topic, entries)));
    if (from % 100_000 === 0) process.stderr.write(`\rfilled ${from} of ${events}`);
  }
  await log.close();
}
