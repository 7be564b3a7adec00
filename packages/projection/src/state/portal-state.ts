import type { Component, MessageFact, PortalContext } from "@portalstream/conversations";
import { nameOfPlace } from "./chat-facts.ts";

/** What is held in memory of a portal. */
export class PortalState {
  readonly bots = new Set<string>();
  /** Bots for which messages may still have to be folded again. */
  readonly unfoldedBots = new Set<string>();
  readonly strays = new Map<string, MessageFact[]>();
  /** By the keys of the names that belong to them. */
  readonly components = new Map<string, Component>();
  readonly context: PortalContext = { naming: nameOfPlace, bots: this.bots, strays: this.strays };

  addStray(fact: MessageFact): void {
    const known = this.strays.get(fact.key) ?? [];
    this.strays.set(fact.key, known);
    if (!known.some(({ eventId, at }) => eventId === fact.eventId && at === fact.at)) known.push(fact);
  }
}
