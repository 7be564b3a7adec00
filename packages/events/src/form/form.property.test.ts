import fc from "fast-check";
import { expect, test } from "vitest";
import { worked } from "../../test/worked.ts";
import { decodeForm } from "./decode-form.ts";
import { FormError, type FormMap, type FormValue } from "./form.ts";
import { eventId } from "./identity.ts";
import { nestForm } from "./nest.ts";
import { redact } from "./redact.ts";

type Leaf = [path: string[], value: string];

const forbidden = ["__proto__", "constructor", "prototype"];
const allowed = (name: string) => name !== "" && !forbidden.includes(name);
const topName = fc
  .oneof(fc.constantFrom("event", "ts", "data", "auth"), fc.stringMatching(/^[A-Za-z_]\w{0,8}$/))
  .filter(allowed);
const innerName = fc
  .oneof(
    fc.constantFrom("DATA", "message", "0", "1", "571", "files", "AUTH", "access_token", "expires", "token"),
    fc.string({ unit: "grapheme", maxLength: 12 }),
  )
  .filter((name) => allowed(name) && !/[\]\0]/.test(name) && !/^\s$/.test(name));
const value = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom("", "0", "a b+c&d=e%[]", "\0\r\n"),
);
const leaf: fc.Arbitrary<Leaf> = fc.tuple(
  fc.tuple(topName, fc.array(innerName, { maxLength: 5 })).map(([top, inner]) => [top, ...inner]),
  value,
);
const leaves = fc.array(leaf, { maxLength: 40 });

/** As http_build_query does, byte by byte. */
function encodeText(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9._-]/.test(char)) return char;
    return char === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

const encodePair = ([[top, ...inner], text]: Leaf) =>
  `${encodeText(`${top}${inner.map((name) => `[${name}]`).join("")}`)}=${encodeText(text)}`;
const encode = (all: readonly Leaf[]) => Buffer.from(all.map(encodePair).join("&"));

/** The last word on every path: what PHP keeps. */
function grow(all: readonly Leaf[]): FormMap {
  const root: FormMap = new Map();
  for (const [path, text] of all) {
    let map = root;
    for (const name of path.slice(0, -1)) {
      const below = map.get(name);
      const next: FormMap = below instanceof Map ? below : new Map();
      map.set(name, next);
      map = next;
    }
    map.set(path.at(-1) ?? "", text);
  }
  return root;
}

const ordered = (tree: FormValue): unknown =>
  typeof tree === "string" ? tree : Array.from(tree, ([k, v]) => [k, ordered(v)]);

test("what http_build_query wrote is read back, in its order", () => {
  fc.assert(
    fc.property(leaves, (all) => {
      const form = decodeForm(encode(all));
      expect(form.encodingFault).toBeNull();
      expect(form.pairs.map(({ key, value: text }) => [key.path, text])).toEqual(all);
      expect(ordered(form.root)).toEqual(ordered(grow(all)));
      JSON.stringify(nestForm(form.root));
    }),
    { numRuns: 500 },
  );
});

const secretName = fc.constantFrom(
  "access_token",
  "Refresh_Token",
  "x_token",
  "TOKEN",
  "auth_id",
  "api-key",
  "password",
);
const secretLeaf: fc.Arbitrary<Leaf> = fc.tuple(
  fc
    .tuple(topName, fc.array(innerName, { maxLength: 3 }), secretName)
    .map(([top, inner, last]) => [top, ...inner, last]),
  fc.oneof(
    fc.stringMatching(/^[0-9a-f]{16,40}$/),
    fc.string({ unit: "grapheme", minLength: 16, maxLength: 60 }),
    value,
  ),
);

test("redaction leaves the same pairs less the secrets, byte by byte, and no trace of a long secret", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(leaf, secretLeaf), { maxLength: 30 }),
      fc.array(fc.nat(29)),
      (all, leaks) => {
        const secrets = all.filter(([path]) =>
          path.some((name) => /_token$|^(token|auth_id|api-key|password)$/i.test(name)),
        );
        const long = secrets.map(([, text]) => text).filter((text) => text.length >= 16);
        const told: Leaf[] = leaks.flatMap((at, i) =>
          secrets[at] ? [[["data", `k${i}`], `see ${secrets[at][1]}!`]] : [],
        );
        const body = encode([...all, ...told]);
        const rest = redact(body, decodeForm(body));
        const longest = long.toSorted((one, other) => other.length - one.length);
        const kept = [...all, ...told]
          .filter(
            (pair) => !secrets.includes(pair) && !long.some((text) => pair[0].some((n) => n.includes(text))),
          )
          .map(([path, text]): Leaf => [path, longest.reduce((rest, one) => rest.replaceAll(one, ""), text)]);
        expect(rest.toString()).toBe(encode(kept).toString());
        expect(decodeForm(rest).pairs.map(({ key, value: text }) => [key.path, text])).toEqual(kept);
        expect(redact(rest, decodeForm(rest))).toEqual(rest);
      },
    ),
    { numRuns: 500 },
  );
});

const idOf = (body: Buffer) => eventId("portal", "ONTEST", "1", decodeForm(body));
const underData = (all: readonly Leaf[]): Leaf[] => all.map(([path, text]) => [["data", ...path], text]);

test("the identity minds neither order nor overwritten duplicates nor what varies between deliveries", () => {
  const distinct = fc.uniqueArray(leaf, { selector: ([path]) => path[0], maxLength: 12 }).map(underData);
  fc.assert(
    fc.property(distinct, fc.array(fc.nat()), value, (all, order, other) => {
      const shuffled = all
        .map((pair, i) => ({ pair, rank: order[i] ?? 0 }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ pair }) => pair);
      const losing = all.slice(0, 3).map(([path]): Leaf => [path, other]);
      const varying: Leaf[] = [
        [["event_handler_id"], other],
        [["auth", "access_token"], other],
        [["data", "zzBOT", "7", "AUTH", "user_id"], other],
        [["data", "zzBOT", "7", "application_token"], other],
        [["data", "zzBOT", "7", "expires_in"], other],
      ];
      expect(idOf(encode([...losing, ...varying, ...shuffled]))).toBe(idOf(encode(all)));
    }),
    { numRuns: 300 },
  );
});

const lasting = (tree: FormValue): FormValue => {
  if (typeof tree === "string") return tree;
  const entries = Array.from(tree).filter(
    ([name, below]) =>
      !/_token$|^(token|auth)$/i.test(name) && !(typeof below === "string" && /^expires(_in)?$/i.test(name)),
  );
  const kept = entries.map(([name, below]): [string, FormValue] => [name, lasting(below)]);
  return new Map(
    kept
      .filter(([, below]) => typeof below === "string" || below.size > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

test("two forms have one identity exactly when their lasting data is the same", () => {
  const tiny: fc.Arbitrary<Leaf[]> = fc.array(
    fc.tuple(
      fc.array(fc.constantFrom("a", "b", "1:a", "auth", "expires"), { minLength: 1, maxLength: 2 }),
      fc.constantFrom("", "a", "1:a", "{", "}"),
    ),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(tiny, tiny, (one, two) => {
      const tree = (all: Leaf[]) => ordered(lasting(grow(all)));
      const same = JSON.stringify(tree(one)) === JSON.stringify(tree(two));
      expect(idOf(encode(underData(one))) === idOf(encode(underData(two)))).toBe(same);
    }),
    { numRuns: 3000 },
  );
});

const piece = fc.constantFrom(
  "a",
  "data",
  "[",
  "]",
  "[]",
  "=",
  "&",
  "%",
  "%5B",
  "%5D",
  "%00",
  "%FF",
  "+",
  ".",
  "token",
  "_token=",
  "0123456789abcdef",
);
const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.array(piece, { maxLength: 80 }).map((pieces) => Buffer.from(pieces.join(""))),
);

test("no body whatever throws anything but a FormError, and what is redacted is clean", () => {
  fc.assert(
    fc.property(hostile, (body) => {
      const milliseconds = worked(() => {
        try {
          const form = decodeForm(body);
          nestForm(form.root);
          eventId("portal", "ONTEST", "1", form);
          const rest = redact(
            Buffer.concat([body, Buffer.from("&event=X")]),
            decodeForm(Buffer.concat([body, Buffer.from("&event=X")])),
          );
          for (const { key, value: text } of form.pairs) {
            if (key.secret && text.length >= 16) expect(rest.includes(text)).toBe(false);
          }
          expect(decodeForm(rest).pairs.filter(({ key }) => key.secret)).toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(FormError);
        }
      });
      expect(milliseconds).toBeLessThan(1000);
    }),
    { numRuns: 3000 },
  );
});
