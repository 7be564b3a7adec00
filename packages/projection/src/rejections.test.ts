import { RecordError } from "@portalstream/events";
import { expect, test } from "vitest";
import { ProjectionFault } from "./projection-fault.ts";
import { reasonOf, rejectionReasons } from "./rejections.ts";

test("only errors about records give a reason, so that there are no more reasons than are declared", () => {
  for (const error of [new RecordError("not_avro", "x"), new ProjectionFault("unidentified_message")])
    expect(reasonOf(error)).toBe(error.code);
  const others = [new TypeError("x"), Object.assign(new Error("x"), { code: "ERR_ANY" }), "x", null];
  for (const error of others) expect(reasonOf(error)).toBe("not_projectable");
  expect(rejectionReasons).toContain(new ProjectionFault("unidentified_message").code);
});
