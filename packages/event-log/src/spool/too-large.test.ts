import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { network, type Weather } from "../../test/network.ts";
import { entry, readAll, text, until } from "../../test/support.ts";
import { openEmbeddedLog } from "../lmdb/open-embedded-log.ts";
import { type EventLog, EventLogError } from "../port.ts";
import { openSpooledLog } from "./open-spooled-log.ts";
import type { SpooledLog } from "./spooled-log.ts";

const topic = "large";
const tooLarge = { code: "record_too_large", retriable: false };
const large = "x".repeat(1_000);
let path: string;
let remote: EventLog;
let weather: Weather;
let log: SpooledLog;
const modes: string[] = [];
const errors: unknown[] = [];
const heard = () => errors.filter((one) => one instanceof EventLogError && one.code === tooLarge.code).length;
const put = (value: string, key = "k") => log.append(topic, [entry(key, value)]);
const arrived = async () => (await readAll(remote, topic)).map(text);

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "portalstream-spool-"));
  weather = { kind: "fair" };
  modes.length = 0;
  errors.length = 0;
  remote = await openEmbeddedLog({
    kind: "embedded",
    path: join(path, "remote"),
    partitions: 1,
    role: "writer",
  });
  log = await openSpooledLog({
    path: join(path, "spool"),
    prefix: "",
    openRemote: async () => ({ log: network(remote, () => weather), cluster: "" }),
    // Nobody is silent here: a disk that is slow for a moment is no outage.
    patienceMs: 60_000,
    longestPauseMs: 50,
    onMode: (mode) => modes.push(mode),
    onError: (error) => errors.push(error),
  });
});
afterEach(async () => {
  weather = { kind: "fair" };
  await log.close();
  await rm(path, { recursive: true });
});

test("what the remote will never take is refused, and neither spooled nor in the way of others", async () => {
  weather = { kind: "narrow", bytes: 500 };
  const first = put("first");
  await first;
  const refused = put(large);
  await expect(refused).rejects.toMatchObject(tooLarge);
  expect(await Promise.all([put("second"), put("other", "o")])).toHaveLength(2);
  expect(log.status()).toMatchObject({ mode: "direct", records: 0 });
  expect((await arrived()).sort()).toEqual(["first", "other", "second"]);
  expect(modes).toEqual(["direct"]);
});

test("calls that are too large only together are kept", async () => {
  weather = { kind: "narrow", bytes: 1_500 };
  await Promise.all([put(large), put(large), put("small")]);
  expect(log.status().mode).toBe("spooling");
  weather = { kind: "fair" };
  await until(() => log.status().mode === "direct");
  expect(await arrived()).toEqual([large, large, "small"]);
});

test("what no log takes is refused while the remote is away, too", async () => {
  weather = { kind: "refuses" };
  await put("kept");
  expect(log.status().mode).toBe("spooling");
  const value = Buffer.alloc(16 * 2 ** 20);
  await expect(log.append(topic, [{ key: "k", value }])).rejects.toMatchObject(tooLarge);
  expect(log.status().records).toBe(1);
});

test("what has become too large since it was spooled is told of again and again, and nothing of it is given up", async () => {
  weather = { kind: "refuses" };
  for (const value of ["before", large, "after"]) await put(value);
  weather = { kind: "narrow", bytes: 500 };
  await until(() => heard() > 3);
  expect(log.status().mode).toBe("spooling");
  // The first was on its way before the others came.
  expect(log.status().records).toBeGreaterThanOrEqual(2);
  expect(await put("meanwhile")).toEqual([]);
  weather = { kind: "fair" };
  await until(() => log.status().mode === "direct");
  expect(await arrived()).toEqual(["before", large, "after", "meanwhile"]);
});
