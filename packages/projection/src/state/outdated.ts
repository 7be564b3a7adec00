import type { Component } from "@portalstream/conversations";
import { keysOf } from "./name-table.ts";
import type { StateReader } from "./read-state.ts";

/**
 * Of chats in memory, those of which the tables hold facts or names that are not in memory: another writer added them. To be called
 * after a batch's own facts were inserted and added. `components`: with the keys of their names.
 */
export async function outdatedOf(
  reader: StateReader,
  portal: string,
  components: ReadonlyMap<Component, readonly string[]>,
): Promise<Component[]> {
  if (components.size === 0) return [];
  const inPortal = (value: string) => ({ portal, value });
  const [facts, names] = await Promise.all([
    reader.distinctFacts([...components.keys()].flatMap((component) => component.names.map(inPortal))),
    reader.names([...components.values()].flat().map(inPortal)),
  ]);
  const counts = new Map(facts.map(({ name, facts }) => [name, facts]));
  const byKey = new Map([...components].flatMap(([component, keys]) => keys.map((key) => [key, component])));
  const renamed = new Set(
    names.flatMap(({ fact }) => {
      const [key = ""] = keysOf(fact);
      const component = byKey.get(key) ?? byKey.get(keysOf(fact).at(-1) ?? "");
      return component?.hasName(fact) === false ? component : [];
    }),
  );
  return [...components.keys()].filter((component) => {
    const stored = component.names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
    return stored !== component.ownFacts || renamed.has(component);
  });
}
