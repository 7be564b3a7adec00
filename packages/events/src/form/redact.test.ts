import { describe, expect, test } from "vitest";
import { worked } from "../../test/worked.ts";
import { decodeForm } from "./decode-form.ts";
import { eventId } from "./identity.ts";
import { nestForm } from "./nest.ts";
import { redact, redactForm } from "./redact.ts";

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
    ["in a value", `token=${token}&a=x${token}y&b=1`, "a=xy&b=1"],
    ["in a value, encoded", `token=${token}&a=%63e${token.slice(2)}&b=1`, "a=&b=1"],
    ["in a name", `token=${token}&a[${token}]=1&b=1`, "b=1"],
    ["in a name, encoded", `token=${token}&a[%63e${token.slice(2)}]=1&b=1`, "b=1"],
    ["in what PHP drops of a name", `token=${token}&a[b]%63e${token.slice(2)}=1&b=1`, "b=1"],
    ["several times in a value", `token=${token}&a=${token}+or+${token}!&b=1`, "a=+or+!&b=1"],
    ["in a URL", `token=${token}&a=https%3A%2F%2Fx%2F${token}%3Fb=c&b=1`, "a=https%3A%2F%2Fx%2F%3Fb=c&b=1"],
    ["after a broken escape", `token=${token}&a=%zz${token}&b=1`, "a=%zz&b=1"],
    ["with a blank and a plus", `token=${token}+a%2Bb&a=${token}%2Ba+b&c=${token}%2Ba%2Bb`, "a=&c="],
    ["as a link says it", `token=${token}&a=?auth=${token}%26x=1&b=${token}`, "a=?auth=%26x=1&b="],
    ["that only a link says", `a=?auth=${token}%26x=1&b=see+${token}&c=1`, "a=?auth=%26x=1&b=see+&c=1"],
    ["that only a JSON text says", `a={"token":"${token}"}&b=${token}`, `a={"token":""}&b=`],
    ["undecoded", `token=61${token}&a=%61${token}&b=1`, "b=1"],
    ["across an equals sign", `token=${token}%3Dab&${token}=ab&b=1`, "b=1"],
    ["across a separator", `token=${token}%26ab&a=${token}&ab=2&b=1`, "b=1"],
    ["across what redaction joins", `token=${token}%26ab&a=${token}&secret=x&ab=2&b=1`, "b=1"],
    [
      "not ASCII",
      "token=%D0%96%D0%96%D0%96%D0%96%D0%96%D0%96%D0%96%D0%96abcdefgh&a=ЖЖЖЖЖЖЖЖabcdefgh&b=1",
      "a=&b=1",
    ],
  ];
  test.each(traces)("%s", (_where, body, rest) => {
    expect(redacted(body)).toBe(rest);
  });

  test("of very many secrets", () => {
    const secrets = Array.from({ length: 300 }, (_, i) => `${i}-${token}`);
    const pairs = secrets.flatMap((secret, i) => [`s${i}_token=${secret}`, `a${i}=see+${secret}`, `b${i}=1`]);
    expect(redacted(pairs.join("&"))).toBe(secrets.map((_, i) => `a${i}=see+&b${i}=1`).join("&"));
  });
});

test("what no rule can tell from secrets leaves nothing", () => {
  const [body] = [`token=${"%26x".repeat(16)}&${"x&token=x&".repeat(4000)}b=1`];
  expect(redacted(body)).toBe("");
});

describe("the form that is read from what is left", () => {
  const read = (body: string) => redactForm(Buffer.from(body), decodeForm(Buffer.from(body)));

  test("has the blanked values, and so one identity whatever the token was", () => {
    const ids = ["x", token, "%3D"].map((secret) => {
      const { form } = read(`data[a]=https%3A%2F%2Fx%2F%3Fauth%3D${secret}%26b%3D1&data[b]=1`);
      expect(nestForm(form.root)).toEqual({ data: { a: "https://x/?auth=&b=1", b: "1" } });
      return eventId("p", "ONX", "1", form);
    });
    expect(new Set(ids).size).toBe(1);
  });

  test("has no key that quotes a secret", () => {
    const { form } = read("data[x?auth%3Dabc]=1&data[b]=1");
    expect(nestForm(form.root)).toEqual({ data: { b: "1" } });
  });

  test("is the very same where nothing but secret pairs went", () => {
    const body = Buffer.from("a=1&auth[token]=x&b=https%3A%2F%2Fx%2F%3Fc%3D1");
    const form = decodeForm(body);
    expect(redactForm(body, form).form).toBe(form);
  });

  test("is still broken where it was, unless it went with the secret", () => {
    expect(read("a=%zz&b=?auth=x").form.encodingFault?.detail).toBe("a");
    expect(read("a=?auth=x%26b=%zz").form.encodingFault?.detail).toBe("a");
    expect(read("a=?auth=%zz&b=1").form.encodingFault).toBeNull();
    expect(read("token=%zz&a=?auth=x").form.encodingFault?.detail).toBe("token");
  });

  test("names no broken field by a secret", () => {
    expect(read(`token=${token}&a[${token}]=%zz&b=?auth=x`).form.encodingFault?.detail).toBe("?");
    expect(read(`a[https://x/?auth%3D${token}]=%zz&b=1`).form.encodingFault?.detail).toBe("?");
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
