import { describe, expect, test } from "vitest";
import { worked } from "../../test/worked.ts";
import { decodeForm } from "./decode-form.ts";
import { redact } from "./redact.ts";

const redacted = (body: string) => {
  const bytes = Buffer.from(body);
  return redact(bytes, decodeForm(bytes)).toString();
};

/** `S` stands for the secret. */
function check(value: string, rest: string): void {
  const secret = "f3EdfaceF3-edface_0123";
  const sent = (text: string) => `a=1&v=${encodeURIComponent(text)}&b=2`;
  const once = redacted(sent(value.replaceAll("S", secret)));
  expect(once).toBe(sent(rest));
  expect(redacted(once)).toBe(once);
}

const links: [what: string, value: string, rest: string][] = [
  ["a parameter", "https://x/d.json?id=9&auth=S&x=1#y", "https://x/d.json?id=9&auth=&x=1#y"],
  ["several of one link", "https://x/?token=S&a=1&code=S", "https://x/?token=&a=1&code="],
  [
    "several links",
    "see https://x/?auth=S, or http://y/?sessid=S.",
    "see https://x/?auth=, or http://y/?sessid=.",
  ],
  ["of a fragment", "https://x/cb#access_token=S&state=1", "https://x/cb#access_token=&state=1"],
  ["of a path", "https://x/a;jsessionid=S", "https://x/a;jsessionid="],
  ["without a scheme", "/a?auth=S and ?auth=S", "/a?auth= and ?auth="],
  ["of a query alone", "auth=S&id=1", "auth=&id=1"],
  ["at the end of a query alone", "id=1&auth=S", "id=1&auth="],
  ["with brackets", "https://x/?auth[access_token]=S&a[]=1", "https://x/?auth[access_token]=&a[]=1"],
  ["with an encoded name", "https://x/?%61uth=S&%2561%2575th=S&a", "https://x/?%61uth=&%2561%2575th=&a"],
  ["encoded characters", "https://x/?auth=a%26b%3Dc%23&d=1", "https://x/?auth=&d=1"],
  [
    "BB code",
    "[url=https://x/?auth=S]t[/url] [img]https://x/?auth=S[/img]",
    "[url=https://x/?auth=]t[/url] [img]https://x/?auth=[/img]",
  ],
  [
    "HTML",
    `<a href="https://x/?a=1&amp;auth=S&amp;b=1">t</a>`,
    `<a href="https://x/?a=1&amp;auth=&amp;b=1">t</a>`,
  ],
  ["HTML with numbers", "https://x/?a=1&#38;auth&#61;S&#x26;b=1", "https://x/?a=1&#38;auth&#61;&#x26;b=1"],
  ["single quotes", "<a href='https://x/?auth=S'>t</a>", "<a href='https://x/?auth='>t</a>"],
  ["a quote of the secret's own", "https://x/?password=it'sS&a=1", "https://x/?password=&a=1"],
  [
    "brackets around it",
    "(https://x/?auth=S) [t](https://x/?auth=S)!",
    "(https://x/?auth=) [t](https://x/?auth=)!",
  ],
  [
    "a link in a link",
    "https://x/?to=https%3A%2F%2Fy%3Fauth%3DS%26a%3D1&b=1",
    "https://x/?to=https%3A%2F%2Fy%3Fauth%3D%26a%3D1&b=1",
  ],
  [
    "and one in that",
    "?to=%252Fy%253Fauth%253DS%2526a%253D1&b=1",
    "?to=%252Fy%253Fauth%253D%2526a%253D1&b=1",
  ],
  ["user and password", "ftp://u:p%40@S@h:21/x https://u:@h", "ftp://h:21/x https://h"],
  ["a webhook", "https://x/rest/1/S/crm.lead.list?a=1", "https://x/rest/1//crm.lead.list?a=1"],
  ["a webhook alone", "/rest/12/S", "/rest/12/"],
  [
    "an encoded webhook",
    "https%3A%2F%2Fx%2Frest%2F1%2FS%2Fprofile",
    "https%3A%2F%2Fx%2Frest%2F1%2F%2Fprofile",
  ],
  ["a webhook of REST 3", "https://x/rest/api/1/abcdefgh12345678/m", "https://x/rest/api/1//m"],
];

const json: [what: string, value: string, rest: string][] = [
  ["a string", `{"access_token":"S","a":1}`, `{"access_token":"","a":1}`],
  [
    "below a map",
    `{"auth":{"application_token":"S","user_id":31}}`,
    `{"auth":{"application_token":"","user_id":31}}`,
  ],
  ["a string named auth", `{"auth": "S"}`, `{"auth": ""}`],
  ["a number", `{"token": 1234, "password":-1.5e3}`, `{"token": 0, "password":0}`],
  ["a list", `{"token":["S",7,{"a":"S"}],"b":["S"]}`, `{"token":["",0,{"a":""}],"b":[""]}`],
  [
    "what is no secret value",
    `{"token":null,"secret":true,"password":""}`,
    `{"token":null,"secret":true,"password":""}`,
  ],
  ["escaped quotes", `{"token":"a\\"b\\\\","c":"d"}`, `{"token":"","c":"d"}`],
  ["an escaped name", `{"access\\u005ftoken":"a\\"b"}`, `{"access\\u005ftoken":""}`],
  ["JSON in JSON", `{"a":"{\\"token\\":\\"S\\"}"}`, `{"a":"{\\"token\\":\\"\\"}"}`],
  ["JSON in a link", "?q=%7B%22token%22%3A%22S%22%7D&a=1", "?q=%7B%22token%22%3A%22%22%7D&a=1"],
  [
    "a link in JSON",
    `{"u":"https:\\/\\/x\\/?a=1\\u0026auth=S\\u0026b=1"}`,
    `{"u":"https:\\/\\/x\\/?a=1\\u0026auth=\\u0026b=1"}`,
  ],
  ["a user in JSON", `{"u":"https:\\/\\/u:S@x\\/"}`, `{"u":"https:\\/\\/x\\/"}`],
  ["JSON inside other text", `it said {"token":"S"} to me`, `it said {"token":""} to me`],
  ["JSON that is cut short", `{"a":{"token":"S`, `{"a":{"token":"`],
];

describe("a secret goes and the rest of the link stays", () => {
  test.each(links)("%s", (_what, value, rest) => check(value, rest));
});
describe("a secret goes and the JSON text stays valid", () => {
  test.each(json)("%s", (_what, value, rest) => {
    check(value, rest);
    if (value.endsWith("}") && value.startsWith("{")) JSON.parse(rest);
  });
});

test.each([
  "the code=42 is in the mail",
  "code=42",
  "password: hunter2",
  "my token is here, & so is yours = fine",
  "https://x.com:8080/a@b?e=me@x.com&q=50%25+off",
  "https://t.me/me https://me@host/",
  "https://jira/rest/api/2/issue/KEY-1 https://x/rest/ https://x/rest/download.json",
  `{"code_name":"x","author":"y","n":[1,"2"]}`,
  `"quoted": yes, \\o/ \\\\o//`,
  "5 &gt; 3 && x=1; y='z'",
])("what holds no secret stays: %s", (value) => check(value, value));

test("what is encoded too often to be looked at becomes empty", () => {
  const deep = (layers: number) => `?auth%${"25".repeat(layers)}3Dabc`;
  expect(redacted(`v=${encodeURIComponent(deep(5))}&b=1`)).toBe(
    `v=${encodeURIComponent(deep(5).replace("abc", ""))}&b=1`,
  );
  expect(redacted(`v=${encodeURIComponent(deep(50))}&b=1`)).toBe("v=&b=1");
});

test("a key that quotes a link's secret goes with its pair", () => {
  expect(redacted("a[https://x/?auth%3Dabc]=1&b=1")).toBe("b=1");
});

test("a secret that only blanking brings together goes too", () => {
  const token = "ce190fd36162de25a3ec45b61ec15408";
  const halves = [token.slice(0, 10), token.slice(10)];
  expect(redacted(`token=${token}&v=x${halves.join(token)}y`)).toBe("v=xy");
  expect(redacted(`token=${token}&v=?a${token}uth=abc`)).toBe("v=?auth=");
});

describe("it takes no time to speak of", () => {
  const bytes = 150_000;
  const pieces = [
    ...[
      "?auth=x",
      "&a=",
      "a=a=",
      '"',
      '"token":',
      '"token":[',
      '"a":"',
      "\\",
      '"\\',
      "%25",
      "&amp;",
      "&#65;",
    ],
    ...[
      "//a:",
      "@",
      "/rest/1/",
      "/",
      ".",
      "'",
      "\\u0061",
      " a=b&c=d",
      "(a=",
      "?token=abcdefghijklmnopq ",
      "?au?auth=xth=y",
    ],
  ];
  const starts = ["", "?auth=", "//a:", "/rest", '"token":', '"a"'];
  test.each(pieces)("of very many %j", (piece) => {
    for (const start of starts) {
      const text = start + piece.repeat(bytes / piece.length);
      const body = Buffer.from(`v=${text.replaceAll("&", "%26")}&token=abcdefghijklmnopqrst`);
      const form = decodeForm(body);
      expect(
        worked(() => redact(body, form)),
        start,
      ).toBeLessThan(1000);
    }
  });
});
