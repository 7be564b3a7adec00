import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { refusalCodes } from "./refusals.ts";

test("every code that a webhook is refused with is documented", () => {
  const errors = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
  expect(refusalCodes.filter((code) => !errors.includes(`\`${code}\``))).toEqual([]);
});
