import { expect, test } from "vitest";
import { httpBuildQuery, urlencode } from "./encode-php.ts";

test("maps and lists nest in encoded brackets, in the order given", () => {
  expect(httpBuildQuery({ event: "X", data: { DATA: [{ id: "1" }, { id: "2" }] }, ts: "5" })).toBe(
    "event=X&data%5BDATA%5D%5B0%5D%5Bid%5D=1&data%5BDATA%5D%5B1%5D%5Bid%5D=2&ts=5",
  );
});

test("maps keyed by numbers keep their numbers", () => {
  expect(httpBuildQuery({ BOT: { "571": { BOT_ID: "571" } } })).toBe("BOT%5B571%5D%5BBOT_ID%5D=571");
});

test("nulls, empty lists and empty maps vanish; blanks stay", () => {
  expect(httpBuildQuery({ a: null, b: [], c: {}, d: "", e: { f: [null, {}] } })).toBe("d=");
});

test("a gap that a null leaves in a list keeps the numbers after it", () => {
  expect(httpBuildQuery({ a: ["x", null, "y"] })).toBe("a%5B0%5D=x&a%5B2%5D=y");
});

test("booleans are 1 and 0, numbers are written out, a scalar needs no brackets", () => {
  expect(httpBuildQuery({ yes: true, no: false, data: 107, half: 0.5, minus: -3 })).toBe(
    "yes=1&no=0&data=107&half=0.5&minus=-3",
  );
});

test("text is encoded as PHP's urlencode does it", () => {
  expect(urlencode("a b-c_d.e~f")).toBe("a+b-c_d.e%7Ef");
  expect(urlencode("!'()*")).toBe("%21%27%28%29%2A");
  expect(urlencode("[b]Ann:[/b] [br]50% & 1+1=2\r\n")).toBe(
    "%5Bb%5DAnn%3A%5B%2Fb%5D+%5Bbr%5D50%25+%26+1%2B1%3D2%0D%0A",
  );
  expect(urlencode("é я 👍")).toBe("%C3%A9+%D1%8F+%F0%9F%91%8D");
});

test("half of a surrogate pair becomes the replacement character instead of an error", () => {
  expect(urlencode("\ud83d")).toBe("%EF%BF%BD");
});
