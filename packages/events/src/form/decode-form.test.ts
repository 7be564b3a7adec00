import { describe, expect, test } from "vitest";
import { worked } from "../../test/worked.ts";
import { decodeForm } from "./decode-form.ts";
import { FormError, type FormErrorCode } from "./form.ts";
import { knownKeyCount } from "./key-cache.ts";
import { nestForm } from "./nest.ts";

const decode = (body: string) => decodeForm(Buffer.from(body));
const shown = (body: string) => JSON.parse(JSON.stringify(nestForm(decode(body).root)));

// Every expectation here is what PHP 8.3 answers.
const phpRules: [rule: string, body: string, tree: unknown][] = [
  ["brackets nest", "a[b][c]=v", { a: { b: { c: "v" } } }],
  ["encoded brackets nest", "a%5Bb%5D%5bc%5d=v", { a: { b: { c: "v" } } }],
  ["a plus is a space, also in keys", "a[b+c]=d+e", { a: { "b c": "d e" } }],
  ["an encoded plus is a plus", "a=1%2B1", { a: "1+1" }],
  ["blanks are kept", "a=&b[c]=", { a: "", b: { c: "" } }],
  ["no equals sign is a blank", "a=1&b", { a: "1", b: "" }],
  ["only the first equals sign divides", "a=b=c", { a: "b=c" }],
  ["an encoded equals sign belongs to the key", "a%5Bb%3D1%5D=2", { a: { "b=1": "2" } }],
  ["separators may stray", "&&a=1&&b=2&", { a: "1", b: "2" }],
  ["a later duplicate wins and keeps the place", "a=1&b=2&a=3", { a: "3", b: "2" }],
  ["a later scalar replaces a map", "a[b]=1&a=2", { a: "2" }],
  ["a later map replaces a scalar", "a=2&a[b]=1", { a: { b: "1" } }],
  ["a map that a scalar replaced starts anew", "a[b]=1&a[c]=2&a=3&a[d]=4", { a: { d: "4" } }],
  ["empty brackets append", "a[]=1&a[]=2", { a: ["1", "2"] }],
  ["a blank between brackets appends", "a[ ]=1&a[%0b]=2", { a: ["1", "2"] }],
  ["two blanks between brackets are a name", "a[  ]=1", { a: { "  ": "1" } }],
  [
    "appending goes on after the greatest index",
    "a[5]=x&a[2]=y&a[]=z",
    { a: { "5": "x", "2": "y", "6": "z" } },
  ],
  ["also when an index comes between", "a[]=x&a[7]=y&a[]=z", { a: { "0": "x", "7": "y", "8": "z" } }],
  ["also after a negative one", "a[-5]=x&a[]=y", { a: { "-5": "x", "-4": "y" } }],
  [
    "names that only look like numbers do not count",
    "a[08]=x&a[-0]=y&a[]=z",
    { a: { "08": "x", "-0": "y", "0": "z" } },
  ],
  [
    "nothing follows the greatest integer",
    "a[9223372036854775807]=1&a[]=2",
    { a: { "9223372036854775807": "1" } },
  ],
  ["each append opens a map of its own", "a[][b]=1&a[][b]=2", { a: [{ b: "1" }, { b: "2" }] }],
  ["a replaced map starts to count anew", "a[0]=1&a=2&a[]=3", { a: ["3"] }],
  ["maps keyed by numbers stay maps", "a[571][b]=1", { a: { "571": { b: "1" } } }],
  ["dots and blanks of the top name become underscores", "a.b c=1", { a_b_c: "1" }],
  ["but not those between brackets", "a.b[c.d]=1", { a_b: { "c.d": "1" } }],
  ["leading blanks are dropped", "+%20a=1", { a: "1" }],
  ["an unclosed bracket is part of the top name", "a[b.c d[e=1", { a_b_c_d_e: "1" }],
  ["an unclosed later bracket is dropped", "a[b][c=1", { a: { b: "1" } }],
  ["text after a bracket is dropped", "a[b]c=1&d[e]f[g]=2", { a: { b: "1" }, d: { e: "2" } }],
  ["a bracket between brackets is part of the name", "a[[b]=1", { a: { "[b": "1" } }],
  ["a closing bracket too many is dropped", "a[b]]=1", { a: { b: "1" } }],
  ["a closing bracket alone is part of the name", "a]b=1", { "a]b": "1" }],
  ["a pair without a name is dropped", "=1&[a]=2&+=3&b=4", { b: "4" }],
  ["a key ends at NUL", "a%00b=1&c[d%00e]=2", { a: "1", c_d: "2" }],
  ["control characters of a value are kept", "a=%00%01%0D%0A", { a: "\0\u0001\r\n" }],
  ["a stray percent sign stays", "a%zz=%4&b=%", { "a%zz": "%4", b: "%" }],
  ["any UTF-8 is read, encoded or not", "a=%D0%96Ж%F0%9F%98%80&ж[é]=1", { a: "ЖЖ😀", ж: { é: "1" } }],
];

describe("a form is read as PHP reads it", () => {
  test.each(phpRules)("%s", (_rule, body, tree) => {
    expect(shown(body)).toEqual(tree);
    // Once more with every key remembered.
    expect(shown(body)).toEqual(tree);
  });
});

test("a pair tells its bytes in the body", () => {
  const body = "&a%5Bb%5D=x+y&&c=";
  const ranges = decode(body).pairs.map(({ start, end, value }) => [body.slice(start, end), value]);
  expect(ranges).toEqual([
    ["a%5Bb%5D=x+y", "x y"],
    ["c=", ""],
  ]);
});

test("an empty body is an empty form", () => {
  expect(decode("")).toEqual({ pairs: [], root: new Map(), encodingFault: null });
});

const sixteen = `a${"[b]".repeat(15)}`;
const refused: [FormErrorCode, string][] = [
  ["not_a_form", '{"event":"X"}'],
  ["not_a_form", "hello"],
  ["too_deep", `${sixteen}[c]=1`],
  ["too_deep", `${sixteen}[]=1`],
  ["too_many_keys", "a=1&".repeat(10_001)],
  ["forbidden_key", "__proto__[a]=1"],
  ["forbidden_key", "a[__proto__]=1"],
  ["forbidden_key", "..proto__=1"],
  ["forbidden_key", "a[b][constructor]=1"],
  ["forbidden_key", "a[prototype][]=1"],
];

test.each(refused)("%s is refused (%j)", (code, body) => {
  for (const attempt of [body, body]) {
    expect(() => decode(attempt)).toThrow(
      expect.objectContaining({ name: "FormError", code, retriable: false }),
    );
  }
});

test("the limits themselves are allowed", () => {
  expect(decode("a=1&".repeat(10_000)).pairs).toHaveLength(10_000);
  expect(decode(`${sixteen}=1`).pairs[0]?.key.path).toHaveLength(16);
  expect(shown("a[Constructor]=1&a[__PROTO__]=2")).toEqual({ a: { Constructor: "1", __PROTO__: "2" } });
});

test("a broken encoding is named by its field and still read", () => {
  const percent = decode("event=X&data[a]=%4&data[b]=%FF&auth[member_id]=m");
  expect(percent.encodingFault).toEqual({ reason: "invalid_percent_encoding", detail: "data[a]" });
  expect(JSON.stringify(nestForm(percent.root))).toBe(
    '{"event":"X","data":{"a":"%4","b":"\ufffd"},"auth":{"member_id":"m"}}',
  );
  const utf8 = ["%FF", "%C3", "%C0%80", "%ED%A0%80", "%F5%80%80%80", "%C3%A9%80"];
  for (const value of utf8) {
    expect(decode(`data[b]=${value}`).encodingFault).toEqual({ reason: "invalid_utf8", detail: "data[b]" });
  }
  expect(decodeForm(Buffer.from("a=\xff", "latin1")).encodingFault?.reason).toBe("invalid_utf8");
  expect(decode("a=%EF%BF%BD%EF%BB%BF").encodingFault).toBeNull();
});

test("the name of a broken field is made safe to show", () => {
  const { encodingFault } = decode(`a%0D%0A<b>\u202e%FF${"x".repeat(500)}=hidden`);
  expect(encodingFault?.detail).toMatch(/^a\?\?\?b\?\?\?x{92}$/);
});

test("a broken key is never remembered as a sound one", () => {
  for (const _ of [1, 2, 3]) expect(decode("a=1&b%FF=2").encodingFault?.detail).toBe("b?");
});

test("keys are marked by their decoded names", () => {
  const body =
    "auth%5B%61ccess_token%5D=1&data[BOT][7][AUTH][x]=2&data[EXPIRES]=3&AUTH[y]=4&data[token][z]=5&a=6";
  expect(decode(body).pairs.map(({ key }) => [key.secret, key.volatile])).toEqual([
    [true, true],
    [false, true],
    [false, true],
    [false, false],
    [true, true],
    [false, false],
  ]);
});

test("a key that is broken or cut short is secret when it mentions one", () => {
  const bodies = [
    "auth[access_token%5=1",
    "[access_token]=1",
    "a[b]token=1",
    "a%00auth_id=1",
    "a%FFpassword=1",
  ];
  for (const body of bodies) expect(decode(body).pairs[0]?.key.secret, body).toBe(true);
  expect(decode("data[b.c]=1").pairs[0]?.key.secret).toBe(false);
});

describe("hostile bodies", () => {
  const megabytes10 = 10 * 1024 * 1024;
  const many = (pair: (index: number) => string) =>
    Array.from({ length: 100_000 }, (_, i) => pair(i)).join("&");
  const bodies: [string, string][] = [
    ["100,000 keys", many((i) => `a${i}=1`)],
    ["100,000 appends", many(() => "a[]=1")],
    ["keys of one hash bucket", many((i) => `a[${i * 8192}]=1`)],
    ["separators", "&".repeat(megabytes10)],
    ["a long key", `${"a".repeat(megabytes10)}=`],
    ["opening brackets", `a${"[".repeat(megabytes10)}=`],
    ["unclosed brackets", `${"a[".repeat(megabytes10 / 2)}=`],
    ["pairs of brackets", `a${"[]".repeat(megabytes10 / 2)}=`],
    ["blanks", `${"+".repeat(megabytes10)}=`],
    ["percent signs", "%".repeat(megabytes10)],
  ];
  test.each(bodies)("are done with at once: %s", (_name, text) => {
    const body = Buffer.from(text);
    let code: string | null = null;
    const milliseconds = worked(() => {
      try {
        decodeForm(body);
      } catch (error) {
        code = error instanceof FormError ? error.code : "no FormError";
      }
    });
    expect(code).not.toBe("no FormError");
    expect(milliseconds).toBeLessThan(1000);
  });

  test("do not fill the memory with their keys", () => {
    for (let round = 0; round < 500; round++) {
      const before = knownKeyCount();
      decode(Array.from({ length: 1000 }, (_, i) => `hostile${round}[${i}]=1`).join("&"));
      expect(knownKeyCount() - before).toBeLessThanOrEqual(64);
      expect(knownKeyCount()).toBeLessThanOrEqual(8192);
    }
    const before = knownKeyCount();
    decode(`${"long".repeat(100)}=1`);
    expect(knownKeyCount()).toBe(before);
  });
});
