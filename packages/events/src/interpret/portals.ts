import type { FormMap } from "../form/form.ts";
import type { PortalAction, PortalEvent } from "../records.gen.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, needId, ShapeFault } from "./read.ts";
import type { Side } from "./side.ts";

const lifecycle = (
  action: PortalAction,
  side: Side,
  data: FormMap | null,
  place: { connector: string | null; line: string | null } = { connector: null, line: null },
): Interpreted<PortalEvent> => {
  const clean = side.id("", data, "CLEAN");
  return {
    kind: "portal",
    action,
    version: side.id("", data, "VERSION"),
    previousVersion: side.id("", data, "PREVIOUS_VERSION"),
    status: side.id("", data, "STATUS", "status"),
    clean: clean === null ? null : clean === "1" || clean === "Y",
    ...place,
  };
};

/** ONAPP* and their like, recorded as they are; `data` may be absent. */
export const portalLifecycle = (action: PortalAction) =>
  interpreter((value, side) => {
    const isText = typeof value === "string";
    if (isText && value !== "") side.odd("data");
    return lifecycle(action, side, isText || value === undefined ? null : value);
  });

/** Settings forms hold whatever the user typed under names of the application's choosing. */
export const portalSettings = interpreter((_value, side) => lifecycle("settings", side, null));

/** ONIMCONNECTORSTATUSDELETE: a connector was switched off on a line. */
export const connectorOff = interpreter((value, side) => {
  const data = asMap(value, "data");
  return lifecycle("connectorOff", side, null, {
    connector: needId(data, "connector", "CONNECTOR"),
    line: side.id("", data, "line", "LINE"),
  });
});

/** ONIMCONNECTORLINEDELETE: `data` is the line's id itself. */
export const lineDelete = interpreter((value, side) => {
  if (value === undefined || value === "") throw new ShapeFault("missing_field", "data");
  const line = typeof value === "string" ? value : needId(value, "line", "LINE", "id", "ID");
  return lifecycle("lineDelete", side, null, { connector: null, line });
});
