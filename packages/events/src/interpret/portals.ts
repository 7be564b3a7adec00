import type { FormMap } from "../form/form.ts";
import type { PortalAction, PortalEvent } from "../records.gen.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, needId, ShapeFault } from "./read.ts";

const lifecycle = (
  action: PortalAction,
  data: FormMap | null,
  place: { connector: string | null; line: string | null } = { connector: null, line: null },
): Interpreted<PortalEvent> => {
  const clean = idOf(data, "CLEAN");
  return {
    kind: "portal",
    action,
    version: idOf(data, "VERSION"),
    previousVersion: idOf(data, "PREVIOUS_VERSION"),
    status: idOf(data, "STATUS", "status"),
    clean: clean === null ? null : clean === "1" || clean === "Y",
    ...place,
    drift: [],
  };
};

/** ONAPP* and their like, recorded as they are; `data` may be absent. */
export const portalLifecycle = (action: PortalAction) =>
  interpreter((value) =>
    lifecycle(action, value === undefined || value === "" ? null : asMap(value, "data")),
  );

/** Settings forms hold whatever the user typed under names of the application's choosing. */
export const portalSettings = interpreter(() => lifecycle("settings", null));

/** ONIMCONNECTORSTATUSDELETE: a connector was switched off on a line. */
export const connectorOff = interpreter((value) => {
  const data = asMap(value, "data");
  return lifecycle("connectorOff", null, {
    connector: needId(data, "connector", "CONNECTOR"),
    line: idOf(data, "line", "LINE"),
  });
});

/** ONIMCONNECTORLINEDELETE: `data` is the line's id itself. */
export const lineDelete = interpreter((value) => {
  if (value === undefined || value === "") throw new ShapeFault("missing_field", "data");
  const line = typeof value === "string" ? value : needId(value, "line", "LINE", "id", "ID");
  return lifecycle("lineDelete", null, { connector: null, line });
});
