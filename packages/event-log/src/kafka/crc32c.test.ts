import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32c } from "./crc32c.ts";

const reference: (bytes: Buffer) => number = createRequire(import.meta.url)(
  "kafkajs/src/protocol/recordBatch/crc32C",
);

test("the checksum of the digits is the one that the polynomial's catalogue gives", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

test("the checksum is the same as kafkajs's, of any bytes at any place of a buffer", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), (bytes, from) => {
      const part = Buffer.from(bytes).subarray(Math.min(from, bytes.length));
      expect(crc32c(part)).toBe(reference(part));
    }),
  );
});
