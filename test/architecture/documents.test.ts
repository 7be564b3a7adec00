import { readFileSync } from "node:fs";
import { settings } from "@portalstream/runtime";
import { describe, expect, test } from "vitest";
import { errorCodes } from "./codes.ts";
import { readSources, root } from "./sources.ts";

const readme = readFileSync(`${root}README.md`, "utf8");
const errors = readFileSync(`${root}docs/errors.md`, "utf8");

/** What stands in code marks in the tables' columns named code or reason. */
function documentedCodes(markdown: string): string[] {
  return markdown.split(/\n\n+/).flatMap((block) => {
    const rows = block.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    const column = (rows[0] ?? []).findIndex((name) => name === "code" || name === "reason");
    return rows.flatMap((row) => [...(row[column] ?? "").matchAll(/`(\w+)`/g)].map(([, code = ""]) => code));
  });
}

describe("the documents say what the code does", () => {
  test("every error code is documented, and every documented one is a code", () => {
    const codes = errorCodes(readSources());
    // One of each way in which a code is declared.
    for (const code of ["invalid_setting", "exchange_unfinished", "bad_record", "wrong_token", "unreachable"])
      expect(codes).toContain(code);
    expect([...codes].sort()).toEqual([...new Set(documentedCodes(errors))].sort());
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
