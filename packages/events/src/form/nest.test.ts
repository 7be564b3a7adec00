import { expect, test } from "vitest";
import type { FormMap } from "./form.ts";
import { nestForm } from "./nest.ts";

test("only keys 0 to n-1 in their order make an array", () => {
  expect(
    nestForm(
      new Map([
        ["0", "a"],
        ["1", "b"],
      ]),
    ),
  ).toEqual(["a", "b"]);
  for (const names of [["1", "0"], ["1", "2"], ["0", "2"], ["00"], ["0", "a"]]) {
    expect(Array.isArray(nestForm(new Map(names.map((name) => [name, "x"]))))).toBe(false);
  }
  expect(JSON.stringify(nestForm(new Map()))).toBe("{}");
});

test("lists and maps nest in each other", () => {
  const file: FormMap = new Map([["name", "a"]]);
  const files: FormMap = new Map([["0", file]]);
  expect(JSON.stringify(nestForm(new Map([["files", files]])))).toBe('{"files":[{"name":"a"}]}');
});

test("no name reaches a prototype", () => {
  const nested = nestForm(
    new Map([
      ["__proto__", "x"],
      ["toString", "y"],
    ]),
  );
  expect(JSON.stringify(nested)).toBe('{"__proto__":"x","toString":"y"}');
  expect(Object.getPrototypeOf(nested)).toBeNull();
});
