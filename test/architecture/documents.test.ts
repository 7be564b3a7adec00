import { readFileSync } from "node:fs";
import { settings } from "@portalstream/runtime";
import { describe, expect, test } from "vitest";
import { isTest, readSources, root } from "./sources.ts";

const readme = readFileSync(`${root}README.md`, "utf8");
const errors = readFileSync(`${root}docs/errors.md`, "utf8");
const product = readSources().filter(({ path }) => !isTest(path));

describe("the documents say what the code does", () => {
  test("every error code is documented", () => {
    const literal = /code(?:: | = |\?: )"([a-z]+(?:_[a-z]+)*)"/g;
    const codes = new Set(
      product.flatMap(({ text }) =>
        [...text.matchAll(literal)].map((match) => (match[1] ?? "").replace("run ", "")),
      ),
    );
    expect(codes.size).toBeGreaterThan(10);
    expect([...codes].filter((code) => !errors.includes(`\`${code}\``))).toEqual([]);
  });

  test("the README's table of settings is the declared one", () => {
    const rows = Object.values(settings).map(
      ({ env, fallback, about }) =>
        `| \`${env}\` | ${fallback === null ? "" : `\`${fallback}\``} | ${about} |`,
    );
    const table = ["| variable | default | meaning |", "|---|---|---|", ...rows].join("\n");
    expect(readme.split("<!-- settings -->")[1]?.split("<!-- /settings -->")[0]?.trim()).toBe(table);
  });

  test("every command of the README is a script", () => {
    const scripts: Record<string, string> = JSON.parse(readFileSync(`${root}package.json`, "utf8")).scripts;
    const commands = [...readme.matchAll(/npm (ci|test|start|run [a-z]+)/g)].map((match) =>
      (match[1] ?? "").replace("run ", ""),
    );
    expect(commands.filter((name) => name !== "ci" && !(name in scripts))).toEqual([]);
  });

  test("every file that the documents link to exists", () => {
    for (const document of [
      "README.md",
      "docs/architecture.md",
      "docs/metrics.md",
      "docs/operations.md",
      "docs/errors.md",
    ]) {
      const text = readFileSync(`${root}${document}`, "utf8");
      for (const [, link = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
        readFileSync(new URL(link, `file://${root}${document}`));
    }
  });
});
