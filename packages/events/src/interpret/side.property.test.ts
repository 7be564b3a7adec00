import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Body, bodies } from "../../test/bodies.ts";
import { read } from "../../test/read.ts";
import { decodeRecord, encodeRecord } from "../codec.ts";
import type { LogEvent } from "../log-event.ts";

/** Every side field and every map of side fields alone, by its path. */
function sidePaths({ identity, side }: Body): string[] {
  const prefixes = (key: string) => {
    const segments = key.split("]").slice(0, -1);
    return segments.map((_, end) => `${segments.slice(0, end + 1).join("]")}]`);
  };
  const needed = new Set(Object.keys(identity).flatMap(prefixes));
  const paths = new Set(Object.keys(side).flatMap(prefixes));
  return [...paths].filter((path) => !needed.has(path));
}

const word = fc.oneof(
  fc.constantFrom("constructor", "__proto__", "toString", "valueOf", "0", "-1", "Y", "[b]x:[/b] [br]"),
  fc.string({ maxLength: 12 }),
);
/** Names from which no path of ours is made. */
const key = fc.constantFrom("QtoString", "QvalueOf", "Q0", "Qname");
/** What may stand in a field's place: a scalar, a map, a list, a list of maps, a map of maps. */
const inPlace = fc.oneof(
  word.map((value) => ({ "": value })),
  fc.record({ key, value: word }).map(({ key, value }) => ({ [`[${key}]`]: value })),
  fc.array(word, { minLength: 1, maxLength: 3 }).map(listed),
  fc.record({ key, value: word }).map(({ key, value }) => ({ [`[0][${key}]`]: value, "[1]": value })),
  fc.record({ key, value: word }).map(({ key, value }) => ({ [`[${key}][${key}][0]`]: value })),
);

function listed(values: string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`[${index}]`, value]));
}

function replaced({ identity, side }: Body, path: string, by: Readonly<Record<string, string>>) {
  const kept = Object.entries(side).filter(([key]) => key !== path && !key.startsWith(`${path}[`));
  const odd = Object.entries(by).map(([key, value]): [string, string] => [path + key, value]);
  return { ...identity, ...Object.fromEntries([...kept, ...odd]) };
}

const idsOf = (event: LogEvent) =>
  event.kind === "message" ? event.messages.map(({ bitrixMessageId }) => bitrixMessageId) : [];

describe.each(bodies)("$event", (body) => {
  const whole = read(body.event, { ...body.identity, ...body.side });

  test("is understood without drift, with its side fields and without them", () => {
    for (const event of [whole, read(body.event, body.identity)])
      expect(event).toMatchObject({ kind: expect.not.stringMatching("rejected"), drift: [] });
  });

  test("a side field of any other shape never costs the event, nor the identity of its messages", () => {
    fc.assert(
      fc.property(fc.constantFrom(...sidePaths(body)), inPlace, (path, by) => {
        const event = read(body.event, replaced(body, path, by));
        expect([path, event.kind]).toEqual([path, whole.kind]);
        expect(idsOf(event)).toEqual(idsOf(whole));
        expect(decodeRecord(encodeRecord(event))).toEqual(event);
        if (!("drift" in event)) throw new Error("without drift");
        expect(new Set(event.drift).size).toBe(event.drift.length);
        for (const place of event.drift) expect(place).not.toContain("Q");
      }),
    );
  });

  test.runIf(Object.keys(body.identity).length > 0)("a field that identity needs does", () => {
    for (const path of Object.keys(body.identity)) {
      const { [path]: _needed, ...others } = body.identity;
      expect([path, read(body.event, { ...others, [`${path}[x]`]: "1" }).kind]).toEqual([path, "rejected"]);
    }
  });
});
