import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isGenerated, isTest, readSources, roomOf, root } from "./sources.ts";

const sources = readSources();
const written = sources.filter(({ path }) => !isGenerated(path));
const product = written.filter(({ path }) => !isTest(path));
const own = /^@portalstream\/([a-z-]+)/;

/** What each room may import of the others. */
const mayImport: Record<string, readonly string[]> = {
  "packages/events": [],
  "packages/event-log": [],
  "packages/clickhouse": [],
  "packages/runtime": [],
  "packages/conversations": [],
  "packages/projection": ["events", "event-log", "clickhouse", "conversations"],
  "services/ingest": ["events", "event-log", "runtime"],
  "services/sessions": ["events", "event-log", "clickhouse", "conversations", "runtime", "projection"],
  "services/analytics": ["events", "event-log", "clickhouse", "conversations", "runtime", "projection"],
  "services/query": ["events", "event-log", "clickhouse", "runtime"],
  "services/standalone": [
    ...["events", "event-log", "clickhouse", "runtime", "projection"],
    ...["ingest", "sessions", "analytics", "query"],
  ],
};

describe("the layout holds", () => {
  test("every room imports only what it may", () => {
    const wrong = product.flatMap(({ path, imports }) =>
      imports
        .flatMap((name) => own.exec(name)?.[1] ?? [])
        .filter((name) => !(mayImport[roomOf(path)] ?? []).includes(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test.each(Object.keys(mayImport))("%s declares the packages that it imports, and no others", (room) => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(`${root}${room}/package.json`, "utf8"),
    );
    const imported = product
      .filter(({ path }) => roomOf(path) === room)
      .flatMap(({ imports }) => imports)
      .filter((name) => !/^(node:|packages\/|services\/)/.test(name))
      .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    expect([...new Set(imported)].sort()).toEqual(
      Object.keys({ ...dependencies, ...optionalDependencies }).sort(),
    );
  });

  test("no room reaches into another by path", () => {
    const wrong = product.flatMap(({ path, imports }) =>
      imports
        .filter((name) => /^(packages|services|test)\//.test(name) && roomOf(name) !== roomOf(path))
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test("there is no import cycle", () => {
    const graph = new Map(
      sources.map(({ path, imports }) => [path, imports.filter((name) => name.endsWith(".ts"))]),
    );
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) throw new Error(`cycle: ${[...trail, path].join(" -> ")}`);
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
  });

  test.each([
    ["lmdb", /^lmdb$/, "packages/event-log/src/lmdb/"],
    ["chdb", /^chdb(\/|$)/, "packages/clickhouse/src/chdb/"],
    ["kafkajs", /^kafkajs$/, "packages/event-log/src/kafka/"],
    ["avsc", /^avsc$/, "packages/events/"],
  ])("%s appears in one folder", (_name, pattern, folder) => {
    const places = product.filter(({ imports }) => imports.some((name) => pattern.test(name)));
    expect(places.map(({ path }) => path).filter((path) => !path.startsWith(folder))).toEqual([]);
  });

  test("one file reads the environment", () => {
    const places = product.filter(({ text }) => text.includes("process.env")).map(({ path }) => path);
    expect(places).toEqual(["packages/runtime/src/config.ts"]);
  });
});

describe("files stay small", () => {
  test("no source file has more than 250 lines, no test more than 400", () => {
    const long = written.filter(({ path, lines }) => lines > (isTest(path) ? 400 : 250));
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  test("half of the source files have at most 80 lines", () => {
    const lengths = product.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80);
  });
});

describe("packages have one door", () => {
  test("no index exports everything", () => {
    expect(written.filter(({ text }) => /export \* from/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test("generated files are what the generator makes", () => {
    execFileSync(process.execPath, ["packages/events/scripts/generate.ts", "--check"], { cwd: root });
  });
});

describe("types are trusted", () => {
  test("no source silences the compiler", () => {
    const silenced = /@ts-(ignore|expect-error|nocheck)|\bas (any|never|unknown as)\b|: any\b/;
    expect(product.filter(({ text }) => silenced.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
