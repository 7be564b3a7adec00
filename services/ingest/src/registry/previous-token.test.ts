import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, logWith, openEventLog } from "@portalstream/event-log";
import { topics } from "@portalstream/events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { registryCopy } from "./copy.ts";
import { type EnrolmentRequest, Registry } from "./registry.ts";

let folder: string;
let log: EventLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "portalstream-tokens-"));
  log = await openEventLog({ kind: "embedded", path: join(folder, "log"), partitions: 1, role: "writer" });
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

const second = 1_000;
const hour = 3_600 * second;
const start = 1_790_000_000_000;
const portal = "p";
const domain = "x.example";

const open = () => Registry.open({ log, secretKey: "key-of-the-test", copy: null });
const enrol = (registry: Registry, token: string, at: number, more: Partial<EnrolmentRequest> = {}) =>
  registry.enrol(
    { portal, application: "default", domain, token, previousTokenSeconds: null, ...more },
    start + at,
  );
/** Those of these tokens that are valid at this time; each way of finding the portal must say the same. */
function validAt(registry: Registry, at: number, tokens: string): string {
  const [byPortal, byToken] = [
    (token: string) => registry.match(portal, null, token, start + at),
    (token: string) => registry.matchToken(null, token, domain, start + at),
  ].map((find) => [...tokens].filter((token) => find(token) !== null).join(""));
  expect(byToken).toBe(byPortal);
  return byPortal ?? "";
}

describe("a new token leaves the previous one valid", () => {
  test("as long as the caller says, to the millisecond", async () => {
    const registry = await open();
    await enrol(registry, "a", 0);
    await enrol(registry, "b", 10, { previousTokenSeconds: 60 });
    expect(validAt(registry, 9 + 60 * second, "ab")).toBe("ab");
    expect(validAt(registry, 10 + 60 * second, "ab")).toBe("b");
  });

  test("for an hour where the caller says nothing", async () => {
    const registry = await open();
    await enrol(registry, "a", 0);
    await enrol(registry, "b", 0);
    expect([validAt(registry, hour - 1, "ab"), validAt(registry, hour, "ab")]).toEqual(["ab", "b"]);
  });

  test("not at all with 0, which also ends one that was granted before", async () => {
    const registry = await open();
    await enrol(registry, "a", 0);
    await enrol(registry, "b", 1);
    await enrol(registry, "c", 2, { previousTokenSeconds: 0 });
    expect(validAt(registry, 2, "abc")).toBe("c");
  });

  test("of two in a row at least the last", async () => {
    const registry = await open();
    for (const [at, token] of ["a", "b", "c"].entries()) await enrol(registry, token, at);
    expect(validAt(registry, 3, "bc")).toBe("bc");
    await enrol(registry, "b", 4);
    expect(validAt(registry, 5, "bc")).toBe("bc");
  });

  test("in this portal and application only", async () => {
    const registry = await open();
    await enrol(registry, "a", 0);
    await enrol(registry, "b", 1, { portal: "other" });
    await enrol(registry, "c", 2, { application: "other" });
    await enrol(registry, "d", 3);
    expect(registry.match("other", null, "a", start + 4)).toBeNull();
    expect(registry.match(portal, "other", "a", start + 4)).toBeNull();
    expect(registry.match(portal, "default", "a", start + 4)?.application).toBe("default");
  });
});

describe("the present token, enrolled again", () => {
  const changed = async (previousTokenSeconds: number | null) => {
    const registry = await open();
    await enrol(registry, "a", 0);
    await enrol(registry, "b", 0, { previousTokenSeconds: 60 });
    await enrol(registry, "b", 30 * second, { previousTokenSeconds });
    return registry;
  };

  test.each([
    ["without a word", null],
    ["with the same time, as a repeated request has it", 60],
    ["with a longer time", 600],
  ])("%s, leaves the previous one its end", async (_name, seconds) => {
    const registry = await changed(seconds);
    expect(validAt(registry, 60 * second - 1, "ab")).toBe("ab");
    expect(validAt(registry, 60 * second, "ab")).toBe("b");
  });

  test("with a shorter time, ends the previous one sooner", async () => {
    expect(validAt(await changed(0), 30 * second, "ab")).toBe("b");
    const registry = await changed(10);
    expect(validAt(registry, 40 * second - 1, "ab")).toBe("ab");
    expect(validAt(registry, 40 * second, "ab")).toBe("b");
  });

  test("does not make a previous one valid whose time is over", async () => {
    const registry = await open();
    await enrol(registry, "a", 0);
    await enrol(registry, "b", 0, { previousTokenSeconds: 60 });
    await enrol(registry, "b", 61 * second, { previousTokenSeconds: 600 });
    expect(validAt(registry, 62 * second, "ab")).toBe("b");
  });

  test("is not its own previous one", async () => {
    const registry = await open();
    await enrol(registry, "a", 0);
    await enrol(registry, "a", 1);
    await enrol(registry, "b", 2, { previousTokenSeconds: 0 });
    expect(validAt(registry, 3, "ab")).toBe("b");
  });
});

test("a token that is one application's present and another's previous one is the first one's", async () => {
  const registry = await open();
  // Enrolled for the wrong application first, and put right then.
  await enrol(registry, "a", 0);
  await enrol(registry, "b", 1);
  await enrol(registry, "a", 2, { application: "other" });
  expect(registry.match(portal, null, "a", start + 3)?.application).toBe("other");
  expect(registry.matchToken(null, "a", domain, start + 3)?.application).toBe("other");
  expect(registry.match(portal, "default", "a", start + 3)?.application).toBe("default");
});

describe("other processes", () => {
  test("and later ones read both tokens from the log and from the copy; neither token is there in clear", async () => {
    const [present, previous] = ["present-token-0123456789", "previous-token-0123456789"];
    const copy = registryCopy(join(folder, "copy"));
    const other = await open();
    const registry = await Registry.open({ log, secretKey: "key-of-the-test", copy });
    await enrol(registry, previous, 0);
    await enrol(registry, present, 1);
    await other.refresh();
    const away = logWith(log, { extents: () => Promise.reject(new Error("away")) });
    const fromCopy = await Registry.open({ log: away, secretKey: "key-of-the-test", copy });
    for (const one of [other, await open(), fromCopy]) {
      expect(one.match(portal, null, previous, start + hour)).not.toBeNull();
      expect(one.match(portal, null, previous, start + hour + 1)).toBeNull();
      expect(one.match(portal, null, present, start + hour + 1)).not.toBeNull();
    }
    const kept = Buffer.concat([...(await records()), ...(await copy.load())]).toString("latin1");
    expect(kept).not.toMatch(/token-0123456789/);
  });

  test("find the records' order decisive, not the clocks of who wrote them", async () => {
    const [ahead, behind] = [await open(), await open()];
    await enrol(ahead, "a", 9 * hour);
    await enrol(behind, "b", 0);
    await enrol(behind, "c", 1);
    await ahead.refresh();
    for (const registry of [ahead, behind, await open()]) expect(validAt(registry, 2, "abc")).toBe("bc");
  });

  test("that wrote no previous token are read, and theirs becomes the previous one", async () => {
    let written: Uint8Array = Buffer.alloc(0);
    const captured = logWith(log, {
      append: async (_topic, entries) => {
        written = entries[0]?.value ?? written;
        return [];
      },
    });
    await enrol(await Registry.open({ log: captured, secretKey: "key-of-the-test", copy: null }), "a", 0);
    // Version 1 had all fields but the last, whose null is one byte.
    const old = Buffer.from(written.subarray(0, -1));
    old.writeInt32BE(7, 1);
    await log.append(topics.registry, [{ key: `${portal}/default`, value: old }]);
    const registry = await open();
    expect(validAt(registry, 1, "ab")).toBe("a");
    await enrol(registry, "b", 1);
    expect(validAt(registry, 2, "ab")).toBe("ab");
  });
});

async function records(): Promise<Uint8Array[]> {
  const values: Uint8Array[] = [];
  for (const { partition, first, end } of await log.extents(topics.registry))
    for await (const { value } of log.read(topics.registry, partition, first, end)) values.push(value);
  return values;
}
