import { hash } from "node:crypto";
import type { DecodedForm, FormMap } from "./form.ts";
import { isAuthName, isExpiryName, isSecretName } from "./secrets.ts";

/**
 * One id for one fact, however often and through whichever subscription it is delivered: of portal, event name, `ts`
 * and `data`, without what differs between deliveries. Neither the order of the pairs nor overwritten duplicates matter.
 */
export function eventId(portal: string, name: string, ts: string, form: DecodedForm): string {
  const data = form.root.get("data") ?? new Map();
  const head = framed(portal) + framed(name.toUpperCase()) + framed(ts);
  return hash("sha256", head + (typeof data === "string" ? framed(data) : canonicalMap(data)), "hex");
}

/** A string as `length:text`, a map as `{` key value … `}` in the order of its keys: no two forms give one text. */
function canonicalMap(map: FormMap): string {
  let text = "";
  for (const name of sortedNames(map)) {
    const value = map.get(name);
    if (value === undefined) continue;
    const { label, kept } = labelOf(name);
    if (typeof value === "string") {
      if (kept === "always") text += `${label}${value.length}:${value}`;
    } else if (kept !== "never") {
      const below = canonicalMap(value);
      if (below !== "") text += label + below;
    }
  }
  return text === "" ? "" : `{${text}}`;
}

function framed(text: string): string {
  return `${text.length}:${text}`;
}

const fewNames = 16;

/** Most maps have a handful of names: to insert them costs half of what Array.sort does. */
function sortedNames(map: FormMap): string[] {
  if (map.size > fewNames) return [...map.keys()].sort();
  const names: string[] = [];
  for (const name of map.keys()) {
    let at = names.length;
    for (let before = names[at - 1]; before !== undefined && before > name; before = names[at - 1]) {
      names[at--] = before;
    }
    names[at] = name;
  }
  return names;
}

type Label = { label: string; kept: "always" | "asMap" | "never" };

const maxLabels = 4096;
const maxLabelLength = 64;
const labels = new Map<string, Label>();

/** Remembered, for the names of a few event families come again in every event. */
function labelOf(name: string): Label {
  const remembered = labels.get(name);
  if (remembered !== undefined) return remembered;
  const never = isSecretName(name) || isAuthName(name);
  const entry: Label = {
    label: framed(name),
    kept: never ? "never" : isExpiryName(name) ? "asMap" : "always",
  };
  if (name.length <= maxLabelLength) {
    if (labels.size >= maxLabels) labels.clear();
    labels.set(Buffer.from(name).toString(), entry);
  }
  return entry;
}
