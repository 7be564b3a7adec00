import { setTimeout as sleep } from "node:timers/promises";
import { type EventLog, logWith } from "@portalstream/event-log";
import { topics } from "@portalstream/events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customerSays, eventOf, simulatedEvents } from "../../test/events.ts";
import { bothProjections, Installation } from "../../test/installation.ts";
import { type MaintenanceWorld, type Replay, replayHere, type VerifyResult, verify } from "../index.ts";
import { allTablesOf } from "../projection.ts";

const events = simulatedEvents(11, 3, 6);
let one: Installation;

beforeAll(async () => {
  one = await Installation.open();
  await one.append(events);
  await one.project();
});
afterAll(() => one.dispose());

/** What was found wrong, without what was found right. */
const faults = ({ tables, partitions }: VerifyResult) => [
  ...partitions.flatMap((part) => part.faults.map((fault) => `${part.projection} ${part.topic} ${fault}`)),
  ...tables.flatMap(({ table, missing, unexplained }) =>
    missing + unexplained > 0 ? [`${table}: ${missing} missing, ${unexplained} unexplained`] : [],
  ),
];

test("tables that hold what the log says are proven, record by record and group by group", async () => {
  const result = await verify(one.world());
  expect(result).toMatchObject({ verdict: "ok" });
  expect(faults(result)).toEqual([]);
  const messages = result.partitions.filter(({ topic }) => topic === topics.messages);
  expect(messages.map(({ projection, partition }) => `${projection} ${partition}`)).toEqual([
    "sessions 0",
    "sessions 1",
    "analytics 0",
    "analytics 1",
  ]);
  for (const { first, next, end, records } of result.partitions)
    expect([first, next, records]).toEqual([0, end, end]);
  const read = result.partitions.filter(({ projection }) => projection === "sessions");
  expect(read.reduce((sum, { records }) => sum + records, 0)).toBe(events.length);
  for (const { table, rows, groups, equalGroups } of result.tables) {
    expect([table, rows.found, equalGroups]).toEqual([table, rows.expected, groups]);
    if (table === "events") expect(rows.found).toBe(events.length);
  }
  expect(await one.leftovers()).toEqual([]);
});

test("rows that are twice there, and merges, are no fault", async () => {
  const tables = bothProjections.flatMap(allTablesOf);
  for (const table of tables) await one.db.command(`INSERT INTO ${table} SELECT * FROM ${table}`);
  expect(faults(await verify(one.world()))).toEqual([]);
  for (const table of tables) await one.db.command(`OPTIMIZE TABLE ${table} FINAL`);
  expect(faults(await verify(one.world()))).toEqual([]);
});

test("shadow tables of a run that was killed are swept away", async () => {
  await one.db.command("CREATE TABLE events__verify_dead AS events");
  await verify(one.world());
  expect(await one.leftovers()).toEqual([]);
});

describe("a planted fault is found:", () => {
  let kept: Installation;
  beforeAll(() => {
    kept = one;
  });
  const restore = async (table: string) => {
    await kept.db.command(`TRUNCATE TABLE ${table}`);
    await kept.db.command(`INSERT INTO ${table} SELECT * FROM saved_${table}`);
  };
  const plant = (table: string, column: string, value: string) => {
    const row = `SELECT * FROM ${table} FINAL WHERE ${column} IS DISTINCT FROM ${value} ORDER BY ALL LIMIT 1`;
    return kept.db.command(`INSERT INTO ${table} SELECT * REPLACE (${value} AS ${column}) FROM (${row})`);
  };
  const ownerOf = (table: string) =>
    kept.world(bothProjections.filter((projection) => allTablesOf(projection).includes(table)));
  const save = async (table: string) => {
    await kept.db.command(`CREATE OR REPLACE TABLE saved_${table} AS ${table}`);
    await kept.db.command(`INSERT INTO saved_${table} SELECT * FROM ${table}`);
  };

  // What is wrong with a fact may be wrong with state, too.
  const stateTables = bothProjections.flatMap(({ state }) => state.tables);
  const except = (found: string[], tables: readonly string[]) =>
    found.filter((fault) => !tables.some((table) => fault.startsWith(`${table}:`)));

  test.each([
    ...["events", "facts", "name_facts", "bot_facts"],
    ...["analytics_facts", "analytics_name_facts", "analytics_bots"],
  ])("a row of %s is lost", async (table) => {
    await save(table);
    await kept.db.command(`TRUNCATE TABLE ${table}`);
    await kept.db.command(
      `INSERT INTO ${table} SELECT * FROM saved_${table} FINAL ORDER BY ALL LIMIT 1, 1000000`,
    );
    const result = await verify(ownerOf(table));
    await restore(table);
    expect(result.verdict).toBe("refuted");
    expect(except(faults(result), stateTables)).toEqual([`${table}: 1 missing, 0 unexplained`]);
  });

  test.each(stateTables)("a row of %s is lost", async (table) => {
    await save(table);
    await kept.db.command(`TRUNCATE TABLE ${table}`);
    await kept.db.command(
      `INSERT INTO ${table} SELECT * FROM saved_${table} FINAL ORDER BY ALL LIMIT 1, 1000000`,
    );
    const result = await verify(ownerOf(table));
    await restore(table);
    expect(result.verdict).toBe("refuted");
    expect(faults(result)).toEqual([`${table}: 1 missing, 0 unexplained`]);
    const [faulty] = result.tables.find((one) => one.table === table)?.faulty ?? [];
    expect(faulty).toMatchObject({ portal: expect.stringMatching(/./), missing: 1, unexplained: 0 });
  });

  test.each([
    ["messages", "text", "concat(ifNull(text, ''), ' ')"],
    ["messages", "name", "'x'"],
    ["messages", "counted", "1 - counted"],
    ["sessions", "first_response_at", "opened_at"],
    ["sessions", "opener", "'x'"],
    ["chats", "inbound", "inbound + 1"],
    ["chats", "chat_id", "'x'"],
    ["chat_aliases", "chat_id", "'x'"],
    ["chat_aliases", "alias", "'x'"],
    ["figure_messages", "operator", "'x'"],
    ["figure_messages", "message_key", "'x'"],
    ["figure_sessions", "closed_at", "NULL"],
    ["figure_sessions", "name", "'x'"],
    ["figure_chats", "facts", "facts + 1"],
    ["figure_chats", "chat_id", "'x'"],
  ])("a row of %s with another %s, a wrong or a surplus one", async (table, column, value) => {
    await save(table);
    // Of versions that are the same the row that was inserted last counts.
    await plant(table, column, value);
    const result = await verify(ownerOf(table));
    await restore(table);
    expect(result.verdict).toBe("refuted");
    expect(faults(result)).toEqual([`${table}: 0 missing, 1 unexplained`]);
  });

  test.each([
    ["facts", "message_key", "'x'"],
    ["facts", "event_id", "'x'"],
    ["facts", "text", "NULL"],
    ["facts", "text", "concat(ifNull(text, ''), ' ')"],
    ["facts", "files", "'[]'"],
    ["facts", "external_message_ids", "['x']"],
    ["facts", "author_kind", "'unknown'"],
    ["facts", "at", "at + 1"],
    ["events", "source", "concat(source, '&')"],
    ["events", "source", "concat(source, '!')"],
    ["events", "source", "concat(source, '?')"],
    ["events", "source", "''"],
    ["events", "offset", "offset + 1"],
    ["events", "version", "version + 1"],
    ["facts", "session_id", "'x'"],
    ["facts", "crm", "['x']"],
    ["name_facts", "last", "last + 1"],
    ["analytics_facts", "direction", "if(direction = 'inbound', 'outbound', 'inbound')"],
    ["analytics_bots", "bot_id", "'x'"],
  ])("a row of %s with another %s", async (table, column, value) => {
    await save(table);
    await plant(table, column, value);
    const result = await verify(ownerOf(table));
    await restore(table);
    expect(result.verdict).toBe("refuted");
    expect(except(faults(result), stateTables)).toEqual([`${table}: 0 missing, 1 unexplained`]);
    const told = JSON.stringify(result);
    for (const { source } of events) expect(told).not.toContain(Buffer.from(source).toString());
  });

  test("a body is another one than its digest says", async () => {
    await save("events");
    await kept.db.command("TRUNCATE TABLE events");
    await kept.db.command(
      "INSERT INTO events SELECT * FROM saved_events FINAL ORDER BY ALL LIMIT 1, 1000000",
    );
    const columns = await kept.db.query<{ name: string }>(
      "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'events' ORDER BY position",
    );
    const names = columns.map(({ name }) => name).join(", ");
    await kept.db.command(`INSERT INTO events (${names}) SETTINGS insert_allow_materialized_columns = 1
      SELECT ${names.replace(" source,", " concat(source, '&'),")} FROM saved_events FINAL ORDER BY ALL LIMIT 1`);
    const lies = await kept.db.query("SELECT 1 FROM events WHERE source_digest != cityHash64(source)");
    const result = await verify(ownerOf("events"));
    await restore("events");
    expect(lies).toHaveLength(1);
    expect(faults(result)).toEqual(["events: 0 missing, 1 unexplained"]);
  });

  test("a link's last time is too early", async () => {
    await save("name_facts");
    await kept.db.command("TRUNCATE TABLE name_facts");
    await kept.db.command(
      "INSERT INTO name_facts SELECT * REPLACE (last - 1 AS last) FROM saved_name_facts FINAL ORDER BY ALL LIMIT 1",
    );
    await kept.db.command(
      "INSERT INTO name_facts SELECT * FROM saved_name_facts FINAL ORDER BY ALL LIMIT 1, 1000000",
    );
    const result = await verify(ownerOf("name_facts"));
    await restore("name_facts");
    expect(except(faults(result), stateTables)).toEqual(["name_facts: 1 missing, 0 unexplained"]);
  });
});

describe("a log or a progress that cannot be right is found:", () => {
  const world = (change: Partial<EventLog>): MaintenanceWorld => ({
    ...one.world(),
    log: logWith(one.log, change),
  });
  const { messages } = topics;

  test("offsets are missing", async () => {
    const result = await verify(
      world({
        read: async function* (topic, partition, from, to) {
          for await (const record of one.log.read(topic, partition, from, to))
            if (topic !== messages || record.offset < 3 || record.offset > 4) yield record;
        },
      }),
    );
    expect(result.verdict).toBe("refuted");
    expect(faults(result)).toContain(`sessions ${messages} gap`);
    expect(result.partitions.find(({ gaps }) => gaps.length > 0)?.gaps).toEqual([{ from: 3, to: 5 }]);
  });

  test("offsets are twice there", async () => {
    const result = await verify(
      world({
        read: async function* (topic, partition, from, to) {
          for await (const record of one.log.read(topic, partition, from, to)) {
            yield record;
            if (topic === messages && record.offset === 3) yield record;
          }
        },
      }),
    );
    expect(faults(result)).toContain(`analytics ${messages} overlap`);
  });

  test("its beginning is gone", async () => {
    const result = await verify(
      world({
        extents: async (topic) =>
          (await one.log.extents(topic)).map((extent) =>
            topic === messages ? { ...extent, first: 2 } : extent,
          ),
      }),
    );
    expect(faults(result)).toContain(`sessions ${messages} retention`);
  });

  test("more is done than there is", async () => {
    const result = await verify(
      world({
        progress: async (group, topic) =>
          (await one.log.progress(group, topic)).map(({ partition, next }) => ({
            partition,
            next: next + 1,
          })),
      }),
    );
    expect(faults(result)).toContain(`sessions ${messages} beyond_end`);
  });

  test("more is done than the tables show", async () => {
    const [more] = [eventOf(customerSays("unseen", "I am not in the tables"))];
    await one.append([more]);
    const result = await verify(
      world({
        progress: async (_group, topic) =>
          (await one.log.extents(topic)).map(({ partition, end }) => ({ partition, next: end })),
      }),
    );
    expect(faults(result)).toEqual(
      expect.arrayContaining(["events: 1 missing, 0 unexplained", "facts: 1 missing, 0 unexplained"]),
    );
    await one.project();
    expect(faults(await verify(one.world()))).toEqual([]);
  });
});

test("a record that could not be projected is accounted for by the rejected one that names it", async () => {
  const junk = { key: "portal-1", value: Buffer.from("no record") };
  const hidden: EventLog = logWith(one.log, { append: async () => [] });
  await one.log.append(topics.messages, [junk]);
  await one.project();
  const accounted = await verify(one.world());
  expect(faults(accounted)).toEqual([]);
  expect(accounted.partitions.reduce((sum, { unprojectable }) => sum + unprojectable, 0)).toBe(2);
  const without = await verify({
    ...one.world(),
    log: logWith(hidden, {
      read: async function* (topic, partition, from, to) {
        for await (const record of one.log.read(topic, partition, from, to))
          yield topic === topics.rejected ? { ...record, value: Buffer.from("no record either") } : record;
      },
    }),
  });
  expect(faults(without)).toContain(`sessions ${topics.messages} unaccounted`);
});

test("while events come in and are projected, a sound system is proven every time", async () => {
  await one.start();
  let going = true;
  const coming = (async () => {
    for (let at = 0; going; at += 1) {
      await one.append([eventOf(customerSays(`live-${at}`, `message ${at}`), `portal-${at % 3}`)]);
      await sleep(50);
    }
  })();
  // Between what the log said and what the tables hold another event is projected, however fast or slow either is.
  const insert: MaintenanceWorld["db"]["insert"] = (table, rows) => one.db.insert(table, rows);
  const plain = replayHere({ log: one.log, insert, projections: bothProjections });
  let meanwhile = 0;
  const replay: Replay = async (...what) => {
    const reports = await plain(...what);
    await one.append([eventOf(customerSays(`meanwhile-${meanwhile++}`, "meanwhile"), "portal-1")]);
    await one.settled();
    return reports;
  };
  for (let round = 1; round <= 2; round += 1) {
    const result = await verify({ ...one.world(), replay });
    expect(faults(result)).toEqual([]);
    const inFlight = result.tables.reduce((sum, { groups, equalGroups }) => sum + groups - equalGroups, 0);
    // Else nothing was proven of rows in flight.
    expect(inFlight).toBeGreaterThan(0);
  }
  going = false;
  await coming;
  await one.settled();
  await one.stop();
});
