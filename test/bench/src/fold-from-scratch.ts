import { Component, type Fact, type NameFact } from "@portalstream/conversations";
import type { Entry } from "@portalstream/event-log";
import { decodeRecord } from "@portalstream/events";
import { chatFactsOf } from "../../../packages/projection/src/state/chat-facts.ts";
import { PortalState } from "../../../packages/projection/src/state/portal-state.ts";
import { median } from "./report.ts";

const rounds = 7;

export type FoldFigures = { facts: number; medianMs: number };

/** Folds all facts of the chats that these records tell of, as a process does that has none of them in memory. */
export function foldFromScratch(byTopic: ReadonlyMap<string, readonly Entry[]>): FoldFigures {
  const facts: Fact[] = [];
  // The tables have each name once, with its last time.
  const names = new Map<string, NameFact>();
  for (const entries of byTopic.values())
    for (const { value } of entries) {
      const told = chatFactsOf(decodeRecord(value));
      if (told === null) continue;
      for (const fact of told.facts) facts.push(fact);
      for (const name of told.names) names.set(JSON.stringify({ ...name, last: 0 }), name);
    }
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    const component = new Component(new PortalState().context);
    component.addNames(names.values());
    component.add(facts);
    component.settle("changes");
    took.push(performance.now() - started);
  }
  return { facts: facts.length, medianMs: median(took) };
}
