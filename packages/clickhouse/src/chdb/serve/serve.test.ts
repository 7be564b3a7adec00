import { channel } from "node:diagnostics_channel";
import { mkdtempSync, rmSync } from "node:fs";
import { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Chdb, openChdb, type Served } from "../../index.ts";

const folder = mkdtempSync(join(tmpdir(), "portalstream-serve-"));
let db: Chdb;
let served: Served;
let client: ClickHouseClient;
beforeAll(async () => {
  db = await openChdb(join(folder, "tables"));
  served = await db.serve({ kind: "tcp", host: "127.0.0.1", port: 0 }, { kind: "open" });
  client = createClient({ url: served.url, log: { level: 127 } });
  await db.command(
    "CREATE TABLE numbered (id UInt32, text String DEFAULT 'none') ENGINE = MergeTree ORDER BY id",
  );
});
afterAll(async () => {
  await client.close();
  await db.close();
  rmSync(folder, { recursive: true });
});

const rowsOf = async (query: string, clickhouse_settings = {}) =>
  (await client.query({ query, clickhouse_settings, format: "JSONEachRow" })).json();

test("answers both of the client's pings", async () => {
  expect(await client.ping()).toEqual({ success: true });
  expect(await client.ping({ select: true })).toEqual({ success: true });
});

test("tables are the same in the process and over HTTP, at the same time", async () => {
  await client.insert({ table: "numbered", values: [{ id: 1, text: "a" }], format: "JSONEachRow" });
  await db.insertJson("numbered", [[2, "b"]]);
  const many = (n: number) => [
    rowsOf(`SELECT ${n} AS n FROM numbered LIMIT 1`),
    db.query(`SELECT ${n} AS n FROM numbered LIMIT 1`),
  ];
  const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => many(n)).flat());
  expect(answers).toEqual(Array.from({ length: 80 }, (_, at) => [{ n: Math.floor(at / 2) }]));
  expect(await rowsOf("SELECT text FROM numbered ORDER BY id")).toEqual([{ text: "a" }, { text: "b" }]);
});

test("an insert may name its columns, and may come whole in the body", async () => {
  const table = "numbered";
  await client.insert({ table, columns: ["id"], values: [[10]], format: "JSONCompactEachRow" });
  await client.insert({ table, columns: { except: ["id"] }, values: [{ text: "x" }], format: "JSONEachRow" });
  await client.command({ query: `INSERT INTO numbered FORMAT JSONEachRow {"id":11,"text":"a; {b:String}"}` });
  await client.command({ query: "INSERT INTO numbered VALUES (12, 'a; b')" });
  expect(await rowsOf("SELECT id, text FROM numbered WHERE id IN (0, 10, 11, 12) ORDER BY id")).toEqual([
    { id: 0, text: "x" },
    { id: 10, text: "none" },
    { id: 11, text: "a; {b:String}" },
    { id: 12, text: "a; b" },
  ]);
});

test("settings, formats and databases hold for their request alone", async () => {
  const asked = "SELECT getSetting('max_block_size') AS size, currentDatabase() AS name";
  const before = await rowsOf(asked);
  await client.command({ query: "CREATE DATABASE other" });
  const other = createClient({ url: `${served.url}/other`, log: { level: 127 } });
  const changed = await other.query({
    query: asked,
    clickhouse_settings: { max_block_size: "7" },
    format: "CSV",
  });
  expect(await changed.text()).toBe('7,"other"\n');
  await other.command({ query: "SET max_block_size = 8" });
  await expect(
    other.query({ query: "SELECT nothing", clickhouse_settings: { max_block_size: "9" } }),
  ).rejects.toThrow();
  const after = await Promise.all(Array.from({ length: 20 }, () => rowsOf(asked)));
  expect(after).toEqual(after.map(() => before));
  await other.close();
});

test("a request's default format is used where the statement names none", async () => {
  const get = (query: string) => fetch(`${served.url}/?${query}`).then((answer) => answer.text());
  expect(await get("query=SELECT%20'a'%20AS%20x&default_format=JSONEachRow")).toBe('{"x":"a"}\n');
  expect(await get("query=SELECT%20'a'%20AS%20x")).toBe("a\n");
});

test.each([
  ["SELECT * FROM nowhere", "60", "UNKNOWN_TABLE", 404],
  ["SELEC 1", "62", "SYNTAX_ERROR", 400],
  ["SELECT 1; SELECT 2", "62", "SYNTAX_ERROR", 400],
  ["SELECT {x:String}", "456", "UNKNOWN_QUERY_PARAMETER", 400],
  ["SELECT throwIf(1)", "395", "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO", 500],
])("%s is the error that a server gives", async (query, code, type, status) => {
  await expect(client.command({ query })).rejects.toMatchObject({ code, type });
  const answer = await fetch(served.url, { method: "POST", body: query });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("x-clickhouse-exception-code")).toBe(code);
  expect(await answer.text()).toMatch(
    new RegExp(`^Code: ${code}\\. DB::Exception: .* \\(${type}\\)\\n$`, "s"),
  );
});

test("what is not served is refused, not ignored", async () => {
  await expect(rowsOf("SELECT 1", { no_such_setting: 1 })).rejects.toMatchObject({ code: "115" });
  await expect(rowsOf("SELECT 1", { "max_threads = 1; DROP TABLE numbered": 1 })).rejects.toMatchObject({
    code: "115",
  });
  await expect(client.query({ query: "SELECT 1", session_id: "a" })).rejects.toMatchObject({ code: "48" });
  const packed = await fetch(served.url, {
    method: "POST",
    body: "x",
    headers: { "content-encoding": "rot13" },
  });
  expect(await packed.text()).toContain("UNKNOWN_COMPRESSION_METHOD");
});

/** The next request that the server begins to read. */
const nextRequest = () =>
  new Promise<IncomingMessage>((resolve) => {
    const starts = channel("http.server.request.start");
    const hear = (message: unknown) => {
      const request: unknown = Object(message).request;
      if (!(request instanceof IncomingMessage)) return;
      starts.unsubscribe(hear);
      resolve(request);
    };
    starts.subscribe(hear);
  });

test("a sender that dies in the middle of its rows has inserted none", async () => {
  const asked = nextRequest();
  const socket = connect(Number(new URL(served.url).port), "127.0.0.1");
  const query = encodeURIComponent("INSERT INTO numbered FORMAT JSONCompactEachRow");
  socket.write(`POST /?query=${query} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n[900, "half"]\n`);
  const request = await asked;
  await new Promise<void>((closed) => {
    request.once("close", closed);
    socket.destroy();
  });
  await new Promise((done) => setTimeout(done, 100));
  expect(await rowsOf("SELECT id FROM numbered WHERE id = 900")).toEqual([]);
});

test("a client that waits for a slow statement hears that it is at work", async () => {
  const told = vi.spyOn(ServerResponse.prototype, "writeProcessing");
  // Timers of one process fire in their order, however long it stands still, where nobody else has one of the same duration.
  const toldInTime = nextRequest().then(
    () => new Promise((resolve) => setTimeout(() => resolve(told.mock.calls.length > 0), 6_000)),
  );
  const patient = createClient({ url: served.url, request_timeout: 9_000, log: { level: 127 } });
  const answer = await patient.query({ query: "SELECT sleep(3), sleep(2.9), sleep(2.8), sleep(2.3)" });
  expect((await answer.json()).rows).toBe(1);
  expect(await toldInTime).toBe(true);
  told.mockRestore();
  await patient.close();
});
