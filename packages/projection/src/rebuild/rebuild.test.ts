import { setTimeout as sleep } from "node:timers/promises";
import type { Chunks } from "@portalstream/clickhouse";
import { logWith } from "@portalstream/event-log";
import { encodeRecord, type LogEvent, topics } from "@portalstream/events";
import { sessionsProjection } from "@portalstream/sessions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customerSays, eventOf, simulatedEvents } from "../../test/events.ts";
import { bothProjections, Installation } from "../../test/installation.ts";
import { wrongState } from "../../test/right-tables.ts";
import { type Projection, rebuild, rollback, verify } from "../index.ts";
import { allTablesOf } from "../projection.ts";

let one: Installation;
beforeAll(async () => {
  one = await Installation.open();
});
afterAll(() => one.dispose());

const isOdd = (hex: string) => Number.parseInt(hex.slice(-1), 16) % 2 === 1;
/** Loses the first letter of every text, and every second message: more than are ever in flight. */
const buggy: Projection = {
  ...sessionsProjection,
  project(record, position, rows) {
    if (record.kind === "message" && isOdd(record.envelope.eventId)) return;
    sessionsProjection.project(record, position, rows);
  },
  state: {
    ...sessionsProjection.state,
    facts: {
      ...sessionsProjection.state.facts,
      add(rows, portal, fact) {
        if (fact.kind !== "message" || fact.content === null)
          return sessionsProjection.state.facts.add(rows, portal, fact);
        if (isOdd(fact.eventId)) return;
        const content = { ...fact.content, text: fact.content.text?.slice(1) ?? null };
        sessionsProjection.state.facts.add(rows, portal, { ...fact, content });
      },
    },
  },
};

/** What a fresh installation would hold that is fed with the same log. */
async function freshContents(projections: readonly Projection[]): Promise<string> {
  const tables = projections.flatMap(allTablesOf);
  const before = await one.contents(tables);
  for (const table of tables) await one.db.command(`TRUNCATE TABLE ${table}`);
  await one.project(projections.map((projection) => ({ ...projection, name: `fresh ${Math.random()}` })));
  const fresh = await one.contents(tables);
  expect(fresh.length).toBeGreaterThan(1_000);
  expect(before.length).toBeGreaterThan(1_000);
  return fresh;
}

const countMessages = async (): Promise<number> => {
  const rows = await one.db.query<{ n: string }>("SELECT uniqExact(portal, message_key) AS n FROM facts");
  return Number(rows[0]?.n);
};

describe("a projection whose bug is mended", () => {
  let wrong: string;

  test("gives wrong answers, and verify says so", async () => {
    await one.append(simulatedEvents(5, 3, 6));
    await one.project([buggy]);
    wrong = await one.contents(["bot_facts", "facts"]);
    const { verdict, tables } = await verify(one.world([sessionsProjection]));
    expect(verdict).toBe("refuted");
    expect(tables.find(({ table }) => table === "events")?.missing).toBeGreaterThan(0);
    expect(tables.find(({ table }) => table === "facts")?.unexplained).toBeGreaterThan(0);
  });

  test("is rebuilt while events come in, and answers as a fresh installation does", async () => {
    await one.start([sessionsProjection]);
    let going = true;
    const feed = async () => {
      for (let at = 0; going; at += 1) {
        await one.append([eventOf(customerSays(`live-${at}`, `message ${at}`), `portal-${at % 3}`)]);
        await sleep(10);
      }
    };
    const counts: number[] = [];
    const ask = async () => {
      for (; going; await sleep(5)) counts.push(await countMessages());
    };
    const background = Promise.all([feed(), ask()]);
    // A question is answered between any two steps, however fast or slow they are.
    const oneMore = async () => {
      for (const before = counts.length; going && counts.length === before; ) await sleep(1);
    };
    const command = async (sql: string) => {
      await one.db.command(sql);
      await Promise.race([oneMore(), background]);
    };
    const [result] = await rebuild({ ...one.world([sessionsProjection]), db: { ...one.db, command } });
    going = false;
    await background;
    await one.settled([sessionsProjection]);
    await one.stop();
    // No message that was once answered is ever gone, nor does a question fail.
    expect(counts.length).toBeGreaterThan(20);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(result).toMatchObject({ projection: "sessions", unprojectable: 0, liveLag: 0 });
    const messages = result?.tables.find(({ table }) => table === "facts");
    expect(messages?.rows.expected).toBeGreaterThan(messages?.rows.found ?? 0);
    expect(messages?.differing.length).toBeGreaterThan(0);
    expect(await verify(one.world([sessionsProjection]))).toMatchObject({ verdict: "ok" });
    expect(await one.leftovers()).toEqual(
      allTablesOf(sessionsProjection)
        .map((table) => `${table}__old`)
        .sort(),
    );
    const rebuilt = await one.contents(allTablesOf(sessionsProjection));
    expect(rebuilt).toBe(await freshContents([sessionsProjection]));
  });

  test("is rolled back to what it was, with what has come since", async () => {
    const before = await countMessages();
    await one.append([eventOf(customerSays("since", "after the rebuild"))]);
    await one.project([sessionsProjection]);
    await expect(rollback(one.world([sessionsProjection]))).resolves.toMatchObject([
      { projection: "sessions" },
    ]);
    const texts = await one.db.query<{ text: string }>(
      "SELECT text FROM facts FINAL WHERE portal = 'portal-1' AND text LIKE '%after the rebuild'",
    );
    expect(texts).toEqual([{ text: "after the rebuild" }]);
    expect(await countMessages()).toBeLessThan(before);
    const now = await one.contents(["bot_facts", "facts"]);
    for (const line of wrong.split("\n")) expect(now).toContain(line);
    expect(await wrongState(one, [sessionsProjection])).toEqual([]);
    expect(await one.leftovers()).toEqual([]);
    await expect(rollback(one.world([sessionsProjection]))).rejects.toMatchObject({
      code: "nothing_to_roll_back",
    });
  });

  test("is rebuilt once more after that", async () => {
    await rebuild(one.world([sessionsProjection]));
    expect(await verify(one.world([sessionsProjection]))).toMatchObject({ verdict: "ok" });
    const rebuilt = await one.contents(allTablesOf(sessionsProjection));
    expect(rebuilt).toBe(await freshContents([sessionsProjection]));
  });
});

describe("an interpretation that is corrected", () => {
  const said = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) =>
      eventOf(customerSays(`c-${from + at}`, `text ${from + at}`), "late"),
    );
  const facts = () => one.db.query("SELECT * FROM facts FINAL WHERE portal = 'late' ORDER BY ALL");
  const figures = () =>
    one.db.query("SELECT * FROM analytics_facts FINAL WHERE portal = 'late' ORDER BY ALL");
  const received = () =>
    one.db.query("SELECT 1 FROM messages FINAL WHERE portal = 'late' AND direction = 'inbound'");

  /** As an older program understood them: not at all, as something else, or wrongly. */
  const misread = (event: LogEvent, at: number): LogEvent => {
    const { envelope, source } = event;
    if (event.kind !== "message") return event;
    if (at % 3 === 0) return { kind: "other", envelope, source };
    if (at % 3 === 1)
      return { kind: "rejected", envelope, reason: "missing_field", detail: "id", position: null, source };
    return { ...event, messages: event.messages.map((message) => ({ ...message, direction: "outbound" })) };
  };

  test("reaches history, in every projection, and what comes later is proven too", async () => {
    const right = said(0, 30);
    await one.append(right.map(misread));
    await one.project();
    expect(await facts()).toHaveLength(10);
    const [sessions, analytics] = await rebuild(one.world());
    expect([sessions?.projection, analytics?.projection]).toEqual(["sessions", "analytics"]);
    await one.append(said(30, 40));
    await one.project();
    expect(await verify(one.world())).toMatchObject({ verdict: "ok" });
    const [rebuiltFacts, rebuiltFigures] = [await facts(), await figures()];
    expect(rebuiltFacts).toHaveLength(40);
    expect(await received()).toHaveLength(40);
    const rejected = await one.db.query(
      "SELECT event_id FROM events FINAL WHERE portal = 'late' AND reason != ''",
    );
    expect(rejected).toEqual([]);
    // The same events again, as they are understood today: were the rows other ones, there would be more of them.
    await one.append(right);
    await one.project();
    expect(await facts()).toEqual(rebuiltFacts);
    expect(await figures()).toEqual(rebuiltFigures);
  });
});

describe("a rebuild that cannot be right does not take place:", () => {
  const untouched = async (work: () => Promise<unknown>, error: object) => {
    const before = await one.contents();
    const leftovers = await one.leftovers();
    await expect(work()).rejects.toMatchObject(error);
    expect(await one.contents()).toBe(before);
    expect(await one.leftovers()).toEqual(leftovers);
  };

  test("offsets are missing from the log", async () => {
    const { log } = one;
    const read = async function* (topic: string, partition: number, from: number, to: number) {
      for await (const record of log.read(topic, partition, from, to)) if (record.offset !== 2) yield record;
    };
    await untouched(() => rebuild({ ...one.world(), log: logWith(log, { read }) }), {
      code: "log_incomplete",
    });
  });

  test("an insert fails", async () => {
    const { db } = one;
    const insert = (table: string, rows: Chunks) =>
      table.includes("__rebuild_") ? Promise.reject(new Error("disk full")) : db.insert(table, rows);
    await untouched(() => rebuild({ ...one.world(), db: { ...db, insert } }), { message: "disk full" });
  });

  test("another one is at work", async () => {
    // So long that each sees in time that the other lives, however slow this machine is.
    const world = { ...one.world([sessionsProjection]), leaseMs: 8_000 };
    let second: Promise<unknown> | null = null;
    // The first is amid its work until the second is done.
    const insert = async (table: string, rows: Chunks) => {
      second ??= rebuild(world).catch((error: unknown) => error);
      await second;
      await one.db.insert(table, rows);
    };
    await rebuild({ ...world, db: { ...one.db, insert }, liveWaitMs: 0 });
    expect(await second).toMatchObject({ code: "maintenance_running", retriable: true });
    expect(await verify(one.world(bothProjections))).toMatchObject({ verdict: "ok" });
  });
});

test("records that no rows can be made of are counted, and nothing is appended", async () => {
  const nameless = eventOf(customerSays("n-1", "x"));
  if (nameless.kind !== "message") throw new Error("not a message");
  const [message] = nameless.messages;
  if (message === undefined) throw new Error("no message");
  await one.log.append(topics.messages, [
    {
      key: "p",
      value: encodeRecord({
        ...nameless,
        source: Buffer.alloc(0),
        messages: [{ ...message, externalMessageIds: [] }],
      }),
    },
    { key: "p", value: Buffer.from("no record") },
  ]);
  await one.project([sessionsProjection]);
  const before = await one.log.extents(topics.rejected);
  const [result] = await rebuild(one.world([sessionsProjection]));
  expect(result?.unprojectable).toBe(2);
  expect(await one.log.extents(topics.rejected)).toEqual(before);
});
