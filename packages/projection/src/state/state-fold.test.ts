import type { Fact, NameFact } from "@portalstream/conversations";
import { sessionsProjection } from "@portalstream/sessions";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { message, nameFact, placeOf } from "../../../conversations/test/facts.ts";
import { Installation } from "../../test/installation.ts";
import { allTablesOf } from "../projection.ts";
import { Rows } from "../rows.ts";
import { nameOfPlace } from "./chat-facts.ts";
import { insertRows } from "./insert-rows.ts";
import type { Writers } from "./load-portals.ts";
import { addName } from "./name-table.ts";
import { StateFold } from "./state-fold.ts";

const portal = "p";
const layout = sessionsProjection.state;
const chat = { chat: "c1", user: "71", bitrix: "7" };

let one: Installation;
beforeAll(async () => {
  one = await Installation.open();
});
afterAll(() => one.dispose());
beforeEach(async () => {
  for (const table of allTablesOf(sessionsProjection)) await one.db.command(`TRUNCATE TABLE ${table}`);
});

const foldFor = (writers: Writers) =>
  new StateFold({
    ...{ db: one.db, layout, writers },
    tableOf: (table) => table,
    generation: async () => 0,
  });

async function store(facts: readonly Fact[], names: readonly NameFact[] = []) {
  const rows = new Rows();
  for (const fact of facts) layout.facts.add(rows, portal, fact);
  for (const name of names) addName(rows, layout.names, portal, name);
  await insertRows(rows, (table, chunks) => one.db.insert(table, chunks));
  return { portal, facts, names, bots: [] };
}

const messages = () =>
  one.db.query(`SELECT message_key AS key, isNotNull(edited_at) AS edited, isNotNull(deleted_at) AS deleted
    FROM messages FINAL WHERE portal = '${portal}' AND chat_id = 'b7' ORDER BY key`);

/** Of a message, without a word of the chat. */
const strayOf = (key: string, at: number, action: "edit" | "delete") => message({}, { key, at, action });

describe.each<Writers>(["one", "several"])("a fact that names no chat, writers: %s", (writers) => {
  test("changes its message when it comes later", async () => {
    const fold = foldFor(writers);
    await fold.apply([await store([message(chat, { key: "K", at: 1000 })], [nameFact(chat, 1000)])]);
    await fold.apply([await store([strayOf("K", 2000, "edit")])]);
    expect(await messages()).toEqual([{ key: "K", edited: 1, deleted: 0 }]);
    // In a process that has nothing in memory, too.
    await foldFor(writers).apply([await store([strayOf("K", 3000, "delete")])]);
    expect(await messages()).toEqual([{ key: "K", edited: 1, deleted: 1 }]);
  });

  test("changes its message when a backlog ends", async () => {
    const fold = foldFor(writers);
    await fold.apply([await store([message(chat, { key: "K", at: 1000 })], [nameFact(chat, 1000)])]);
    for (const at of [2000, 2500, 2600]) await fold.apply([await store([strayOf("K", at, "edit")])]);
    await store([message(chat, { key: "L", at: 3000 })], [nameFact(chat, 3000)]);
    await store([strayOf("K", 4000, "delete")]);
    await fold.catchUp(
      async () => [portal],
      () => {},
    );
    expect(await messages()).toEqual([
      { key: "K", edited: 1, deleted: 1 },
      { key: "L", edited: 0, deleted: 0 },
    ]);
  });
});

test("a chat that got a row of its own before its link was known has none afterwards", async () => {
  const unlinked = { chat: "c1", user: "71" };
  const name = nameOfPlace(placeOf("c1"), "71");
  const before = await store([message(unlinked, { key: "K", at: 1000, name })], [nameFact(unlinked, 1000)]);
  // Another fold has done it by half of the batch.
  await foldFor("one").apply([before]);
  const after = await store([message(chat, { key: "L", at: 2000 })], [nameFact(chat, 2000)]);
  await foldFor("one").apply([before, after]);
  const chats = await one.db.query(`SELECT chat_id AS id FROM chats FINAL WHERE portal = '${portal}'`);
  expect(chats).toEqual([{ id: "b7" }]);
});
