import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts } from "../../../../test/stacks/free-ports.ts";
import { clickHouseContract } from "../../test/contract.ts";
import { limitsContract } from "../../test/limits-contract.ts";
import { type Serving, startServing } from "../../test/serving.ts";
import { count, NativeRows, openClickHouse, table } from "../index.ts";

const folder = mkdtempSync(join(tmpdir(), "portalstream-http-"));
const socket = join(folder, "tables.sock");
let tcp: Serving;
let file: Serving;
beforeAll(async () => {
  tcp = await startServing("--path", join(folder, "tcp"), "--user", "reader", "--password", "pass:word");
  file = await startServing("--path", join(folder, "socket"), "--socket", socket);
});
afterAll(async () => {
  await tcp.kill();
  await file.kill();
  rmSync(folder, { recursive: true });
});

function row(id: number) {
  const rows = new NativeRows(table("kept", [count("id")]));
  rows.add([id]);
  return rows.chunks();
}

const withUser = (url: string, user: string) => url.replace("://", `://${user}@`);
const open = (url: string) => openClickHouse({ kind: "http", url, cluster: null });

clickHouseContract("HTTP", () => open(withUser(tcp.url, "reader:pass%3Aword")));
clickHouseContract("Unix domain socket", () => openClickHouse({ kind: "socket", path: socket }));
limitsContract("HTTP", () => open(withUser(tcp.url, "reader:pass%3Aword")));
clickHouseContract("HTTP, packed, in a database of its own", async () => {
  const url = withUser(tcp.url, "reader:pass%3Aword");
  const db = await open(url);
  await db.command("CREATE DATABASE packed");
  await db.close();
  return open(`${url}/packed?compression_request=1&compression_response=1`);
});

test("only the owner may use the socket", () => {
  expect(statSync(socket).mode & 0o777).toBe(0o600);
});

test.each(["reader:wrong", "other:pass%3Aword", "reader"])("%s is refused", async (user) => {
  const db = await open(withUser(tcp.url, user));
  await expect(db.query("SELECT 1")).rejects.toMatchObject({ code: "516", retriable: false });
  await db.close();
});

test("a URL that is none is named without its password", async () => {
  const failing = open("htp://me:secret@[host/");
  await expect(failing).rejects.toMatchObject({ code: "36" });
  await expect(failing).rejects.not.toThrow("secret");
});

test("a cluster that the server does not know is an error: statements do run on the cluster", async () => {
  const url = withUser(tcp.url, "reader:pass%3Aword");
  const db = await openClickHouse({ kind: "http", url, cluster: "nowhere" });
  const creating = db.command("CREATE TABLE IF NOT EXISTS spread (a Int8) ENGINE = MergeTree ORDER BY a");
  await expect(creating).rejects.toMatchObject({ code: "701", retriable: false });
  await db.close();
});

test("a server that is not there can be tried again", async () => {
  const db = await open("http://127.0.0.1:1");
  await expect(db.query("SELECT 1")).rejects.toMatchObject({ code: "unreachable", retriable: true });
  await db.close();
});

test("killed and started again, a server has every row whose insert resolved, and the next call works", async () => {
  const path = join(folder, "killed");
  const [port = 0] = await freePorts(1);
  const first = await startServing("--path", path, "--port", String(port));
  const db = await open(first.url);
  await db.command("CREATE TABLE kept (id UInt64) ENGINE = MergeTree ORDER BY id");
  const resolved: number[] = [];
  const writing = async (from: number) => {
    for (let id = from; ; id++) {
      await db.insert("kept", row(id));
      resolved.push(id);
    }
  };
  const writers = [0, 1_000_000, 2_000_000].map((from) => writing(from).catch((error: unknown) => error));
  while (resolved.length < 30) await sleep(5);
  await first.kill();
  for (const failure of await Promise.all(writers))
    expect(failure).toMatchObject({ code: "unreachable", retriable: true });
  await expect(db.query("SELECT 1")).rejects.toMatchObject({ code: "unreachable" });
  const second = await startServing("--path", path, "--port", String(port));
  const kept = await db.query<{ id: string }>("SELECT id FROM kept");
  const ids = kept.map(({ id }) => Number(id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(resolved.filter((id) => !ids.includes(id))).toEqual([]);
  // Of each writer at most the insert that was under way is there without having resolved.
  expect(ids.length - resolved.length).toBeLessThanOrEqual(writers.length);
  await db.close();
  await second.kill();
});

test("a server that hangs is given up in time, and used again once it goes on", async () => {
  const patience = 5_000;
  const serving = await startServing("--path", join(folder, "stopped"));
  const db = await open(`${serving.url}?request_timeout=${patience}`);
  await db.command("CREATE TABLE kept (id UInt64) ENGINE = MergeTree ORDER BY id");
  serving.process.kill("SIGSTOP");
  const calls = [...Array.from({ length: 90 }, () => db.query("SELECT 1")), db.insert("kept", row(1))];
  const ends = Promise.allSettled(calls);
  const late = sleep(patience * 4, "late");
  const first = await Promise.race([Promise.race(calls).catch(() => "given up"), late]);
  expect(first).toBe("given up");
  // No call waits for another one to be given up: each that did would be given up only after this.
  const second = sleep(patience, "waited for others");
  const given = await Promise.race([ends, second, late]);
  expect(given).toEqual(
    calls.map(() => ({
      status: "rejected",
      reason: expect.objectContaining({ code: "unreachable", retriable: true }),
    })),
  );
  serving.process.kill("SIGCONT");
  expect(await db.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  await db.close();
  await serving.kill();
});

test("a process that is told to stop finishes what it is asked, and leaves no socket behind", async () => {
  const path = join(folder, "short.sock");
  const serving = await startServing("--path", join(folder, "short"), "--socket", path);
  const db = await openClickHouse({ kind: "socket", path });
  const slow = db.query("SELECT sleep(2) AS s");
  const begun = () => db.query("SELECT 1 FROM system.processes WHERE query LIKE 'SELECT sleep(2)%'");
  while ((await begun()).length === 0) await sleep(10);
  const gone = once(serving.process, "exit");
  serving.process.kill("SIGTERM");
  expect(await slow).toEqual([{ s: 0 }]);
  const [code] = await gone;
  expect(code).toBe(0);
  expect(() => statSync(path)).toThrow("ENOENT");
  await db.close();
});
