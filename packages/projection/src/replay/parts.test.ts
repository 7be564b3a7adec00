import fc from "fast-check";
import { expect, test } from "vitest";
import { planParts, type Range } from "./parts.ts";

const range = fc
  .record({
    projection: fc.constantFrom("a", "b", "c"),
    topic: fc.constantFrom("x", "y"),
    partition: fc.constantFrom(0, 1),
    from: fc.nat(30),
    size: fc.integer({ min: 1, max: 30 }),
    reread: fc.boolean(),
  })
  .map(({ size, ...rest }): Range => ({ ...rest, to: rest.from + size }));

/** Every record that is wanted, once for each projection that wants it. */
const wanted = (ranges: readonly Range[]) =>
  new Set(
    ranges.flatMap(({ projection, topic, partition, from, to, reread }) =>
      Array.from(
        { length: to - from },
        (_, at) => `${projection} ${topic} ${partition} ${reread} ${from + at}`,
      ),
    ),
  );

test("parts hold every wanted record once, for all that want it, and are no larger than asked", () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (ranges, size) => {
      const parts = planParts(ranges, size);
      const records = parts.flatMap(({ topic, partition, from, to, reread }) =>
        Array.from({ length: to - from }, (_, at) => `${topic} ${partition} ${reread} ${from + at}`),
      );
      expect(new Set(records).size).toBe(records.length);
      for (const { from, to } of parts) expect(to - from).toBeLessThanOrEqual(size);
      const given = parts.flatMap(({ projections, ...part }) =>
        projections.map((projection) => ({ ...part, projection })),
      );
      expect(wanted(given)).toEqual(wanted(ranges));
    }),
  );
});
