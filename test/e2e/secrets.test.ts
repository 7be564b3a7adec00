import { execFileSync } from "node:child_process";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, askUntil, enrol, post, type Stack } from "../stacks/stack.ts";
import { startStack } from "../stacks/start.ts";
import * as bodies from "./bodies.ts";

// Slow: it runs the whole product, stops it, and searches everything that it left behind.

const secrets = [bodies.applicationToken, bodies.accessToken, bodies.refreshToken];
/** Secrets that stand in links and JSON texts alone. */
const embedded = [
  "feedc0defeedc0de01",
  "Pa55word-of-a-link",
  "5ecretOfAWebhook1",
  "c0deOfAnInstall77",
  "first-token",
];
const [linkToken = "", password = "", webhook = "", code = ""] = embedded;
const link = `https://user:${password}@north-wind.bitrix24.com/rest/1/${webhook}/disk.file.get?id=9&auth=${linkToken}&x=1`;
const texts = [
  `see ${link}, or https://x/?own=${bodies.accessToken}&code=${code}#top`,
  `[url=${link}]file[/url] ${encodeURIComponent(link)} ${encodeURIComponent(encodeURIComponent(link))}`,
  JSON.stringify({
    url: link,
    auth: { access_token: linkToken, code },
    text: JSON.stringify({ token: linkToken }),
  }),
  JSON.stringify({ url: link }).replaceAll("/", "\\/").replaceAll("&", "\\u0026"),
];
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.dispose());

test("no secret of any body is in the log, a table, a log line or an answer", async () => {
  await enrol(stack, bodies.memberId, bodies.applicationToken);
  const { body: made } = await createKey();
  const key: string = Object(made).key;
  const sent = Object.values(bodies).filter(
    (body): body is string => typeof body === "string" && body.startsWith("event="),
  );
  const userReady = bodies.bodyOf("ONAPPUSERREADY", { ...bodies.auth, client_id: "local.1" });
  const echoed = bodies.bodyOf("ONAPPTEST", { QUERY: { note: `my token is ${bodies.accessToken}` } });
  const quoting = bodies.customerMessage.replace(
    /(message%5D%5Btext%5D=)[^&]*/,
    `$1please+check+${bodies.applicationToken}+for+me`,
  );
  expect(quoting).toContain(`check+${bodies.applicationToken}`);
  const linked = texts.map((text, at) =>
    bodies.customerMessage
      .replace(/(message%5D%5Bid%5D=)[^&]*/, `$1linked-${at}`)
      .replace(/(message%5D%5Btext%5D=)[^&]*/, (_all, key) => key + encodeURIComponent(text)),
  );
  for (const body of linked) expect(body).toContain("disk.file.get");
  const broken = bodies.bodyOf("ONAPPTEST", { QUERY: "x" }).replace("QUERY", "%FF");
  for (const body of [...sent, userReady, echoed, quoting, ...linked, broken])
    expect((await post(stack, body)).status).toBe(200);
  const ids = ["first-token", "another"].map(async (token) => {
    const response = await post(stack, bodies.bodyOf("ONAPPTEST", { url: `https://x.com/?auth=${token}` }));
    return Object(await response.json()).eventId;
  });
  expect(new Set(await Promise.all(ids)).size).toBe(1);
  const path = `/v1/portals/${bodies.memberId}`;
  await askUntil(
    stack,
    `${path}/events`,
    (page) => Object(page).items?.length === sent.length + 5 + linked.length,
  );
  const answers = await Promise.all(
    ["events", "messages", "chats", "sessions", "bots"].map((what) => ask(stack, `${path}/${what}`)),
  );
  const told = JSON.stringify([answers, await ask(stack, "/v1/portals"), await ask(stack, "/v1/api-keys")]);
  const metrics = await (await fetch(`${stack.url}/metrics`)).text();
  await stack.stop();
  expect(told).toContain("https://north-wind.bitrix24.com/rest/1//disk.file.get?id=9&auth=&x=1");
  for (const secret of [...secrets, ...embedded, key]) {
    expect(told).not.toContain(secret);
    expect(metrics).not.toContain(secret);
    expect(stack.output()).not.toContain(secret);
    expect(filesHolding(secret)).toEqual([]);
  }
  expect(tablesHolding([...secrets, ...embedded, key])).toEqual([]);
});

test("generated keys are readable by their owner alone", () => {
  for (const file of globSync(join(stack.dataDir, "*-key"))) expect(statSync(file).mode & 0o777).toBe(0o600);
});

const createKey = async () => {
  const response = await fetch(`${stack.url}/v1/api-keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${stack.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "reader", portals: [bodies.memberId] }),
  });
  expect(response.status).toBe(201);
  return { body: await response.json() };
};

function filesHolding(secret: string): string[] {
  const files = globSync(join(stack.dataDir, "**/*")).filter((file) => statSync(file).isFile());
  return files.filter((file) => readFileSync(file).includes(secret));
}

/** Table files are compressed, so the tables are read through the engine, in a process of its own. */
function tablesHolding(wanted: readonly string[]): unknown {
  const script = new URL("./search-tables.ts", import.meta.url);
  const output = execFileSync(process.execPath, [script.pathname, join(stack.dataDir, "tables"), ...wanted]);
  return JSON.parse(output.toString());
}
