import { type LogEvent, topicOf, topics } from "@portalstream/events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpBuildQuery, type PhpMap } from "../../../../test/simulator/src/index.ts";
import { firstVersion } from "../../../events/test/first-version.ts";
import { eventOf, simulatedEvents } from "../../test/events.ts";
import { bothProjections, Installation } from "../../test/installation.ts";
import { needsRebuild, rebuild, rollback, verify } from "../index.ts";
import { allTablesOf } from "../projection.ts";

// An installation whose log was written by the program of the first schemas: it took a dialog's external id for Bitrix24's, rejected
// messages with files that are ids, and took the company's answers for the customer's. Its groups had done all of it.

let at = 1_790_000_000;
const place = (chat: string, user: number) => ({
  connector: { connector_id: "viber", line_id: 12, chat_id: chat, user_id: user },
});
const sent = (event: string, data: PhpMap) => {
  at += 10;
  return eventOf(httpBuildQuery({ event, data, ts: at }), "old");
};
const customer = (chat: string, user: number, message: PhpMap) =>
  sent("ONOPENLINEMESSAGEADD", {
    DATA: { ...place(chat, user), chat: { id: chat }, message: { user_id: user, ...message } },
  });
const operator = (chat: string, user: number, bitrixChat: number, message: PhpMap) =>
  sent("ONOPENLINEMESSAGEADD", {
    ...{ CONNECTOR: "viber", LINE: 12 },
    DATA: {
      ...place(chat, user),
      message: { chat_id: bitrixChat, system: "N", ...message },
      no_session: "N",
    },
  });
const dialog = (what: "START" | "FINISH", chat: string, user: number, session: number) => {
  const told = { id: session, closed: what === "START" ? "N" : "Y", parent_id: 0, close_term: 15 };
  const data = [{ ...place(chat, user), session: told, chat: { id: chat }, user: { id: user } }];
  return sent(`ONIMCONNECTORDIALOG${what}`, { CONNECTOR: "viber", LINE: 12, DATA: data });
};

const today: LogEvent[] = [
  // The external id of one chat is the Bitrix24 id of another.
  dialog("START", "77", 71, 640),
  customer("77", 71, { id: "g1", text: "hello" }),
  operator("77", 71, 2244, { id: 7001, user_id: 31, text: "good day" }),
  customer("anna", 72, { id: "g2", text: "see these", files: [901, 902] }),
  operator("anna", 72, 77, { id: 7002, user_id: 31, text: "thank you" }),
  dialog("FINISH", "77", 71, 640),
  // Two customers in one external chat, and one who was answered elsewhere.
  customer("wall", 73, { id: "g3", text: "price?" }),
  customer("wall", 74, { id: "g4", text: "size?" }),
  operator("wall", 73, 301, { id: 7003, user_id: 31, text: "ten" }),
  operator("wall", 74, 302, { id: 7004, user_id: 32, text: "large" }),
  customer("boris", 75, { id: "g5", text: "are you open?" }),
  customer("boris", 75, { id: "g6", text: "until six", user_id: 0 }),
  // A rating after the finish.
  dialog("START", "vera", 76, 642),
  customer("vera", 76, { id: "g7", text: "thanks" }),
  operator("vera", 76, 55, { id: 7005, user_id: 31, text: "welcome" }),
  operator("vera", 76, 55, { id: 7006, user_id: 0, text: "Rate us", system: "Y" }),
  dialog("FINISH", "vera", 76, 642),
  customer("vera", 76, { id: "g8", text: "0 slow" }),
  ...simulatedEvents(13, 2, 4),
];

/** Topic and bytes of the record that the old program made of the same body. */
function oldRecord(event: LogEvent): { topic: string; value: Buffer } {
  const { envelope, source } = event;
  if (event.kind === "message" && event.messages.some(({ files }) => files.some(({ id }) => id !== null))) {
    const record = { envelope, reason: "expected_map", detail: "files", position: null, source };
    return { topic: topics.rejected, value: firstVersion(topics.rejected, record) };
  }
  const topic = topicOf(event);
  return { topic, value: firstVersion(topic, misread(event)) };
}

function misread(event: LogEvent): object {
  if (event.kind === "session") {
    const sessions = event.sessions.map((session) => ({
      ...session,
      bitrixChatId: session.bitrixChatId ?? session.externalChatId ?? "",
    }));
    return { ...event, sessions };
  }
  if (event.kind !== "message") return event;
  const messages = event.messages.map((message) =>
    message.authorKind === "operator" && message.authorId === null && message.bitrixChatId === null
      ? { ...message, direction: "inbound", authorKind: "customer" }
      : message,
  );
  return { ...event, messages };
}

const later = customer("anna", 72, { id: "g9", text: "one more" });

const tables = bothProjections
  .flatMap(allTablesOf)
  .filter((table) => !["events", "portals", "api_keys"].includes(table));
const contents = async (one: Installation) => {
  const events = "SELECT * EXCEPT (topic, partition, offset, version) FROM events FINAL ORDER BY ALL";
  return { tables: await one.contents(tables), events: await one.db.query(events) };
};

let old: Installation;
const fresh: Awaited<ReturnType<typeof contents>>[] = [];
beforeAll(async () => {
  const one = await Installation.open();
  for (const received of [today, [later]]) {
    await one.append(received);
    await one.project();
    fresh.push(await contents(one));
  }
  await one.dispose();
  old = await Installation.open();
  for (const event of today) {
    const { topic, value } = oldRecord(event);
    await old.log.append(topic, [{ key: event.envelope.portal, value }]);
  }
});
afterAll(() => old.dispose());

const formerTables = bothProjections.flatMap((projection) => projection.formerTables);
const needs = () => Promise.all(bothProjections.map((one) => needsRebuild(old.db, one)));

test("the rebuild of a log that an old program wrote answers as if the same bodies had been received today", async () => {
  // The old groups had done all, into tables of their own.
  await old.project();
  for (const table of bothProjections.flatMap(allTablesOf)) await old.db.command(`TRUNCATE TABLE ${table}`);
  for (const table of formerTables) {
    await old.db.command(`INSERT INTO ${table} (portal) VALUES ('old')`);
    await old.db.command(`CREATE TABLE ${table}__old AS ${table}`);
  }
  expect(await needs()).toEqual([true, true]);
  expect(await verify(old.world())).toMatchObject({ verdict: "refuted" });

  await rebuild(old.world());
  expect(await needs()).toEqual([false, false]);
  expect(await verify(old.world())).toMatchObject({ verdict: "ok" });
  const left = await old.db.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase()",
  );
  for (const table of formerTables) expect(left.map(({ name }) => name)).not.toContain(table);
  for (const table of formerTables) expect(left.map(({ name }) => name)).not.toContain(`${table}__old`);

  await expect(rollback(old.world())).rejects.toMatchObject({ code: "nothing_to_roll_back" });

  const chats = await old.db.query("SELECT chat_id FROM chats FINAL WHERE portal = 'old' ORDER BY chat_id");
  expect(chats).toHaveLength(6);
  expect(await contents(old)).toEqual(fresh[0]);
});

test("what comes after the rebuild is folded with the history", async () => {
  await old.append([later]);
  await old.project();
  const chats = await old.db.query(
    "SELECT inbound FROM chats FINAL WHERE portal = 'old' AND chat_id = 'b77'",
  );
  expect(chats).toEqual([{ inbound: 2 }]);
  expect(await contents(old)).toEqual(fresh[1]);
});
