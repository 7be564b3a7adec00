import { setTimeout as sleep } from "node:timers/promises";
import { type EventLog, logWith } from "@portalstream/event-log";
import type { LogEvent } from "@portalstream/events";
import { sessionsProjection } from "@portalstream/sessions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { customerSays, eventOf } from "../../test/events.ts";
import { Installation } from "../../test/installation.ts";
import { nextAt, type Projection, rebuild, rebuiltPlaces, runProjection, verify } from "../index.ts";
import { allTablesOf } from "../projection.ts";

const count = 30;
/** As an older program understood them: sent by the other side. */
const misread = (event: LogEvent): LogEvent =>
  event.kind === "message"
    ? { ...event, messages: event.messages.map((message) => ({ ...message, direction: "outbound" })) }
    : event;
const events = Array.from({ length: count }, (_, at) => eventOf(customerSays(`a-${at}`, `text ${at}`)));

/** Fails, with half of its work done, on what only today's interpreter makes of the events. */
const broken: Projection = {
  ...sessionsProjection,
  project(record, position, rows) {
    sessionsProjection.project(record, position, rows);
    if (record.kind === "message" && record.messages.some(({ direction }) => direction === "inbound"))
      throw new Error("a defect");
  },
};
/** Fails on an event however it is interpreted. */
const lossy: Projection = {
  ...sessionsProjection,
  project(record, position, rows) {
    if (record.kind === "message" && position.offset === 3) throw new Error("a defect");
    sessionsProjection.project(record, position, rows);
  },
};

let one: Installation;
beforeAll(async () => {
  one = await Installation.open();
  await one.append(events.map(misread));
  await one.project([sessionsProjection]);
});
afterAll(() => one.dispose());

const directions = () =>
  one.db.query("SELECT direction, toUInt32(uniqExact(text)) AS texts FROM facts GROUP BY direction");
const allOf = (direction: string) => [{ direction, texts: count }];
const faults = async (projection: Projection) =>
  (await verify(one.world([projection]))).partitions.flatMap((partition) => partition.faults);

test("records that today's interpretation of cannot be projected stay as they were received, and are counted", async () => {
  const before = await one.contents(allTablesOf(sessionsProjection));
  const [result] = await rebuild(one.world([broken]));
  expect(result).toMatchObject({ asReceived: count, unprojectable: 0 });
  expect(await one.contents(allTablesOf(sessionsProjection))).toBe(before);
  expect(await directions()).toEqual(allOf("outbound"));
  const proof = await verify(one.world([broken]));
  expect(proof.verdict).toBe("ok");
  expect(proof.partitions.reduce((sum, { asReceived }) => sum + asReceived, 0)).toBe(count);
});

test("a record that cannot be projected at all, but was, refutes, and keeps a rebuild from taking place", async () => {
  const before = [await one.contents(), await one.leftovers()];
  expect(await faults(lossy)).toContain("unaccounted");
  await expect(rebuild(one.world([lossy]))).rejects.toMatchObject({
    code: "records_unaccounted",
    message: expect.stringMatching(/cannot project \d record.* bitrix24\.messages\/\d\/3/),
  });
  expect([await one.contents(), await one.leftovers()]).toEqual(before);
  expect(await faults(broken)).toEqual([]);
});

/** The log to a group whose progress was forgotten. */
const forgotten = (log: EventLog): EventLog =>
  logWith(log, {
    consume: (what, handle) => log.consume({ ...what, group: `${what.group} again` }, handle),
  });

async function beginAgain(projection: Projection): Promise<void> {
  const { log, db } = one;
  const rebuilt = await rebuiltPlaces(db, projection.name);
  const reinterpretBelow = (topic: string, partition: number) => nextAt(rebuilt, topic, partition);
  const world = { log: forgotten(log), db, writers: "one" as const, observe: () => {}, reinterpretBelow };
  const consumer = await runProjection(projection, world);
  for (const topic of projection.topics)
    for (const { partition, end } of await log.extents(topic)) {
      const done = async () =>
        (await log.progress(`${projection.name} again`, topic)).find((own) => own.partition === partition)
          ?.next ?? 0;
      while ((await done()) < end) await sleep(10);
    }
  await consumer.stop();
}

test("a group that begins again leaves what a rebuild has mended as it is", async () => {
  await rebuild(one.world([sessionsProjection]));
  // After the rebuild nothing was interpreted again: what comes is as it was received, now and then.
  const [later] = [eventOf(customerSays("later", "later"))];
  await one.append([misread(later)]);
  await one.project([sessionsProjection]);
  const before = [await directions(), await one.contents(allTablesOf(sessionsProjection))];
  expect(before[0]).toEqual(expect.arrayContaining(allOf("inbound")));
  await beginAgain(sessionsProjection);
  expect([await directions(), await one.contents(allTablesOf(sessionsProjection))]).toEqual(before);
  expect(await verify(one.world([sessionsProjection]))).toMatchObject({ verdict: "ok" });
});
