import { type ClickHouse, openClickHouse } from "@portalstream/clickhouse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { untilSettled } from "../recovery/settle.ts";
import { ask, askUntil, enrol, post, type Stack } from "../stacks/stack.ts";
import { startStack } from "../stacks/start.ts";
import * as bodies from "./bodies.ts";

// Slow: every command is a process of its own beside the running product.

const path = `/v1/portals/${bodies.memberId}`;
const sent = Object.values(bodies).filter(
  (body): body is string => typeof body === "string" && body.startsWith("event="),
);
let stack: Stack;
let db: ClickHouse;
beforeAll(async () => {
  stack = await startStack();
  db = await openClickHouse(stack.tablesAt);
  await enrol(stack, bodies.memberId, bodies.applicationToken);
  for (const body of sent) await post(stack, body);
  await askUntil(stack, `${path}/events`, (page) => Object(page).items?.length === sent.length);
  await untilSettled(stack);
});
afterAll(async () => {
  await db?.close();
  await stack?.dispose();
});

async function answers(): Promise<string> {
  const figures = "analytics/messages?interval=day&from=2026-09-20T00:00:00Z&to=2026-09-23T00:00:00Z";
  const questions = ["events", "messages", "chats", "sessions", "bots", figures];
  return JSON.stringify(await Promise.all(questions.map((one) => ask(stack, `${path}/${one}`))));
}

describe("verify", () => {
  test("proves a sound installation, beside its running processes", async () => {
    const { code, output } = await stack.command("verify");
    expect(output).toContain("proven");
    expect(code).toBe(0);
  });

  test("names the table, portal and day of a row that was lost, and exits with 1", async () => {
    await db.command("ALTER TABLE facts DELETE WHERE action = 'delete' SETTINGS mutations_sync = 2");
    const { code, output } = await stack.command("verify", "sessions");
    expect(output).toContain("REFUTED");
    expect(output).toMatch(new RegExp(`\\nfacts: .*\\n.*\\n${bodies.memberId}`));
    expect(code).toBe(1);
  });

  test("does not repeat what a row holds", async () => {
    const { output } = await stack.command("verify", "sessions", "--json");
    const { verdict } = JSON.parse(output);
    expect(verdict).toBe("refuted");
    for (const secret of ["ferry", bodies.applicationToken]) expect(output).not.toContain(secret);
  });
});

describe("a task that cannot be done exits with 2, not as if it had refuted", () => {
  test("with the code of the error, where it has one", async () => {
    await db.command("RENAME TABLE bot_facts TO away");
    const { code, errors } = await stack.command("verify", "sessions");
    await db.command("RENAME TABLE away TO bot_facts");
    expect(errors).toMatch(/portalstream: .* \(60\)\n$/);
    expect(code).toBe(2);
  });

  test("with where it came from, where it has none", async () => {
    await db.command("ALTER TABLE name_facts ADD COLUMN more SimpleAggregateFunction(max, UInt8)");
    const { code, errors } = await stack.command("verify", "sessions");
    await db.command("ALTER TABLE name_facts DROP COLUMN more");
    expect(errors).toMatch(/cannot be compared\n +at /);
    expect(code).toBe(2);
  });
});

describe("rebuild", () => {
  test("mends what was lost, while every question is answered", async () => {
    const failed: unknown[] = [];
    let going = true;
    const asking = (async () => {
      while (going) {
        const { status, body } = await ask(stack, `${path}/messages`);
        if (status !== 200) failed.push(body);
      }
    })();
    const { code, output } = await stack.command("rebuild", "--all");
    going = false;
    await asking;
    expect(output).toContain("sessions: rebuilt");
    expect(code).toBe(0);
    expect(failed).toEqual([]);
    expect((await stack.command("verify")).code).toBe(0);
  });

  test("is taken back by rollback, with all that came since", async () => {
    const before = await answers();
    const later = bodies.customerMessage.replace("40117", "40999");
    expect((await post(stack, later)).status).toBe(200);
    await askUntil(stack, `${path}/events`, (page) => Object(page).items?.length === sent.length + 1);
    await untilSettled(stack);
    const after = await answers();
    expect(after).not.toBe(before);
    expect((await stack.command("rollback", "analytics")).code).toBe(0);
    expect(await answers()).toBe(after);
    expect((await stack.command("verify", "analytics")).code).toBe(0);
    const again = await stack.command("rollback", "analytics");
    expect(again.code).toBe(2);
    expect(again.errors).toContain("no tables of analytics of before a rebuild are kept");
  });
});

describe("the command", () => {
  test.each([
    "ingest",
    "sessions",
    "analytics",
    "query",
    "standalone",
    "migrate",
    "verify",
    "rebuild",
    "rollback",
  ])("%s has --help", async (name) => {
    const { code, output } = await stack.command(name, "--help");
    expect(code).toBe(0);
    expect(output).toContain(`portalstream ${name}`);
    expect(output).toContain("PORTALSTREAM_DATA_DIR");
  });

  test("says what there is where it is misspelt, and what to name", async () => {
    expect(await stack.command("ingets")).toMatchObject({
      code: 2,
      errors: expect.stringContaining("there is no command ingets"),
    });
    expect(await stack.command("rebuild")).toMatchObject({
      code: 2,
      errors: expect.stringContaining("--all"),
    });
    expect(await stack.command("verify", "sesions")).toMatchObject({
      code: 2,
      errors: expect.stringContaining("there are sessions and analytics"),
    });
  });

  test.each([
    "migrate --anything",
    "verify --jsno",
    "rebuild --everything",
    "rebuild sessions --all",
    "rollback sessions --all",
  ])("%s is refused, for nobody knows what was meant", async (line) => {
    const { code, errors } = await stack.command(...line.split(" "));
    expect(errors).toContain("(invalid_setting)");
    expect(code).toBe(2);
  });
});
