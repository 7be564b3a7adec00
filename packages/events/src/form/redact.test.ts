import { describe, expect, test } from "vitest";
import { worked } from "../../test/worked.ts";
import { decodeForm } from "./decode-form.ts";
import { redact } from "./redact.ts";

const redacted = (body: string) => {
  const bytes = Buffer.from(body);
  return redact(bytes, decodeForm(bytes)).toString();
};
const token = "ce190fd36162de25a3ec45b61ec15408";

const cases: [what: string, body: string, rest: string][] = [
  ["nothing secret: nothing changes", "&a=1&&b=%zz+", "&a=1&&b=%zz+"],
  ["a secret goes with its separator", "a=1&token=x&b=2", "a=1&b=2"],
  ["the first", "token=x&b=2", "b=2"],
  ["the last", "a=1&token=x", "a=1"],
  ["several at the end", "a=1&token=x&secret=y", "a=1"],
  ["all of them", "token=x&secret=y", ""],
  ["other separators stay", "&a=1&&token=x&&b=%5b&", "&a=1&&&b=%5b&"],
  ["at any depth and in any case", "data[BOT][7][Access_TOKEN]=x&data[b]=1", "data[b]=1"],
  ["below a secret name", "auth[access_token][0]=x&b=1", "b=1"],
  ["without a value", "a=1&token&b=2", "a=1&b=2"],
  ["short secrets do not take others along", "token=1&a=1", "a=1"],
];

test.each(cases)("%s", (_what, body, rest) => {
  expect(redacted(body)).toBe(rest);
});

describe("a long secret leaves no trace", () => {
  const traces: [where: string, body: string, rest: string][] = [
    ["in a value", `token=${token}&a=x${token}y&b=1`, "b=1"],
    ["in a value, encoded", `token=${token}&a=%63e${token.slice(2)}&b=1`, "b=1"],
    ["in a name", `token=${token}&a[${token}]=1&b=1`, "b=1"],
    ["in a name, encoded", `token=${token}&a[%63e${token.slice(2)}]=1&b=1`, "b=1"],
    ["in what PHP drops of a name", `token=${token}&a[b]%63e${token.slice(2)}=1&b=1`, "b=1"],
    ["in a URL", `token=${token}&a=https%3A%2F%2Fx%2F%3Fauth%3D${token}&b=1`, "b=1"],
    ["undecoded", `token=61${token}&a=%61${token}&b=1`, "b=1"],
    ["across an equals sign", `token=${token}%3Dab&${token}=ab&b=1`, "b=1"],
    ["across a separator", `token=${token}%26ab&a=${token}&ab=2&b=1`, "b=1"],
    ["across what redaction joins", `token=${token}%26ab&a=${token}&secret=x&ab=2&b=1`, "b=1"],
    [
      "not ASCII",
      "token=%D0%96%D0%96%D0%96%D0%96%D0%96%D0%96%D0%96%D0%96abcdefgh&a=ЖЖЖЖЖЖЖЖabcdefgh&b=1",
      "b=1",
    ],
  ];
  test.each(traces)("%s", (_where, body, rest) => {
    expect(redacted(body)).toBe(rest);
  });

  test("of very many secrets", () => {
    const secrets = Array.from({ length: 300 }, (_, i) => `${i}-${token}`);
    const pairs = secrets.flatMap((secret, i) => [`s${i}_token=${secret}`, `a${i}=see+${secret}`, `b${i}=1`]);
    expect(redacted(pairs.join("&"))).toBe(secrets.map((_, i) => `b${i}=1`).join("&"));
  });
});

describe("redaction takes no time to speak of", () => {
  const bodies: [string, string][] = [
    [
      "as many secrets as may be",
      Array.from({ length: 5000 }, (_, i) => `s_token=${token}${i}&a=${"x".repeat(150)}`).join("&"),
    ],
    ["a secret made to match almost", `token=b${"a".repeat(300_000)}&a=${"a".repeat(700_000)}`],
    [
      "several such",
      `${Array.from({ length: 15 }, (_, i) => `s_token=b${"a".repeat(60 + i)}`).join("&")}&a=${"a".repeat(900_000)}`,
    ],
    ["secrets that only joining shows", `token=${"%26x".repeat(16)}&${"x&token=x&".repeat(4000)}b=1`],
    ["nothing but separators", `token=${"%26".repeat(20)}&b=1${"&".repeat(900_000)}`],
  ];
  test.each(bodies)("%s", (_name, text) => {
    const body = Buffer.from(text);
    const form = decodeForm(body);
    expect(worked(() => redact(body, form))).toBeLessThan(1000);
  });
});
