import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeForm } from "./decode-form.ts";
import { eventId } from "./identity.ts";
import { bytesOf, layersOf } from "./layers.ts";
import { decodeBytes } from "./percent.ts";
import { redact, redactForm } from "./redact.ts";

const secret = fc.stringMatching(/^[A-Za-z0-9_~-][A-Za-z0-9_~./-]{4,40}[A-Za-z0-9_~-]$/);
const word = fc.stringMatching(/^[a-zжé😀0-9.,!*-]{1,12}$/u);
const words = fc.array(word, { maxLength: 4 }).map((some) => some.join(" "));

/** `<>` stands for the secret. */
const carrier = fc.constantFrom(
  "https://x.com/rest/d.json?id=9&auth=<>&x=1",
  "https://x.com/?token=<>#here",
  "http://x/a/b?CODE=<>&access_token=<>&b",
  "/a?b=c&client_secret=<>",
  "?sessid=<>&refresh_token=",
  "#application_token=<>&state=1",
  '{"access_token":"<>","a":{"b":[1]}}',
  '{"auth":{"application_token": "<>", "user_id":31}}',
  '{"link":"https://x/?auth=<>&b=1","password":["<>"]}',
  "[url=https://x/?auth=<>]here[/url]",
  '<a href="https://x/?a=1&auth=<>">here</a>',
  "(https://x/?auth[access_token]=<>)",
);
/** A path and a host hold no slash. */
const bareCarrier = fc.constantFrom("https://x/rest/12/<>/profile.json?a=1");

const percentAll = (text: string) =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const encodings: ((text: string) => string)[] = [
  encodeURIComponent,
  (text) => encodeURIComponent(text).replace(/%../g, (hex) => hex.toLowerCase()),
  percentAll,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll("/", "\\/")
      .replaceAll("&", "\\u0026")
      .replaceAll('\\"', "\\u0022"),
  (text) =>
    text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (text) => text.replace(/[&"'<>]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`),
];
const encoding = fc
  .array(fc.constantFrom(...encodings), { maxLength: 3 })
  .map((some) => (text: string) => some.reduce((encoded, encode) => encode(encoded), text));

const planted = fc.record({
  carriers: fc.array(carrier, { minLength: 1, maxLength: 3 }),
  before: words,
  after: words,
  encode: encoding,
});
type Planted = { carriers: string[]; before: string; after: string; encode: (text: string) => string };
const textOf = ({ carriers, before, after, encode }: Planted, value: string) =>
  [before, ...carriers.map((one) => encode(one.replaceAll("<>", value))), after].join(" ");

const bodyOf = (values: readonly string[]) =>
  Buffer.from(
    values.map((value, at) => `data[v${at}]=${encodeURIComponent(value).replaceAll("%20", "+")}`).join("&"),
  );
const clean = (body: Buffer) => redactForm(body, decodeForm(body));
const shows = (body: Buffer, text: string) =>
  layersOf(decodeBytes(body)).some((layer) => layer.includes(bytesOf(text)));

test("a secret of a link or a JSON text goes whatever it is encoded with, and all else stays byte by byte", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(planted, words), { minLength: 1, maxLength: 5 }),
      secret,
      (parts, value) => {
        const texts = (put: string) =>
          parts.map((part) => (typeof part === "string" ? part : textOf(part, put)));
        fc.pre(!texts("").join(" ").includes(value));
        const { source } = clean(bodyOf(texts(value)));
        expect(source.toString()).toBe(bodyOf(texts("")).toString());
        expect(shows(source, value)).toBe(false);
        expect(redact(source, decodeForm(source))).toEqual(source);
      },
    ),
    { numRuns: 500 },
  );
});

test("the secret of a webhook's path goes whatever it is encoded with", () => {
  fc.assert(
    fc.property(bareCarrier, encoding, fc.stringMatching(/^[a-z0-9]{6,20}$/), (link, encode, value) => {
      const texts = (put: string) => [`see ${encode(link.replaceAll("<>", put))} now`];
      fc.pre(!texts("").join(" ").includes(value));
      expect(clean(bodyOf(texts(value))).source.toString()).toBe(bodyOf(texts("")).toString());
    }),
    { numRuns: 200 },
  );
});

test("events that differ only in the secrets of their links and JSON texts have one identity", () => {
  fc.assert(
    fc.property(planted, secret, secret, (part, one, other) => {
      const idOf = (value: string) => eventId("p", "ONX", "1", clean(bodyOf([textOf(part, value)])).form);
      fc.pre([one, other].every((value) => !textOf(part, "").includes(value)));
      expect(idOf(one)).toBe(idOf(other));
    }),
    { numRuns: 200 },
  );
});

/** Ways to write one byte, each of which a layer takes off. */
const spellings: ((byte: number) => string)[] = [
  (byte) => String.fromCharCode(byte),
  (byte) => `%${byte.toString(16).padStart(2, "0")}`,
  (byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`,
  (byte) => `%25${byte.toString(16).padStart(2, "0")}`,
  (byte) => `\\u00${byte.toString(16).padStart(2, "0")}`,
  (byte) => `&#${byte};`,
];

test("a body's own secret goes wherever it stands, however each of its characters is written", () => {
  const spelt = fc.array(fc.constantFrom(...spellings), { minLength: 1, maxLength: 6 });
  const own = fc.stringMatching(/^[A-Za-z0-9_.~/ -]{16,40}$/).filter((text) => text === text.trim());
  fc.assert(
    fc.property(
      own,
      fc.array(fc.tuple(words, spelt, words), { minLength: 1, maxLength: 4 }),
      (token, places) => {
        const texts = (put: string) =>
          places.map(([before, ways, after]) => {
            const written = Array.from(
              Buffer.from(put),
              (byte, at) => ways[at % ways.length]?.(byte) ?? "",
            ).join("");
            return `${before} ${written} ${after}`;
          });
        fc.pre(!texts("").join(" ").includes(token));
        const sent = `&auth[application_token]=${encodeURIComponent(token)}`;
        const { source } = clean(Buffer.concat([bodyOf(texts(token)), Buffer.from(sent)]));
        expect(source.toString()).toBe(bodyOf(texts("")).toString());
      },
    ),
    { numRuns: 500 },
  );
});
