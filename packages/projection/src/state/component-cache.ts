import type { Component } from "@portalstream/conversations";
import { PortalState } from "./portal-state.ts";

type Cached = { portal: PortalState; keys: readonly string[]; facts: number };

/** Chats that were folded lately. Their rows in the tables are those of the facts that they hold. */
export class ComponentCache {
  readonly #portals = new Map<string, PortalState>();
  /** The one that was used last is the last. */
  readonly #cached = new Map<Component, Cached>();
  readonly #mostFacts: number;
  #facts = 0;

  /** `mostFacts`: a fact takes about 1 KB. */
  constructor(mostFacts: number) {
    this.#mostFacts = mostFacts;
  }

  portal(id: string): PortalState | undefined {
    return this.#portals.get(id);
  }

  portalOrNew(id: string): PortalState {
    const known = this.#portals.get(id);
    if (known !== undefined) return known;
    const portal = new PortalState();
    this.#portals.set(id, portal);
    return portal;
  }

  keep(portal: PortalState, component: Component, keys: readonly string[]): void {
    this.drop(component);
    const facts = component.facts;
    for (const key of keys) portal.components.set(key, component);
    this.#cached.set(component, { portal, keys, facts });
    this.#facts += facts;
    for (const oldest of this.#cached.keys()) {
      if (this.#facts <= this.#mostFacts) break;
      this.drop(oldest);
    }
  }

  keysOf(component: Component): readonly string[] {
    return this.#cached.get(component)?.keys ?? [];
  }

  drop(component: Component): void {
    const cached = this.#cached.get(component);
    if (cached === undefined) return;
    this.#cached.delete(component);
    this.#facts -= cached.facts;
    for (const key of cached.keys) cached.portal.components.delete(key);
  }

  dropPortal(id: string): void {
    const portal = this.#portals.get(id);
    if (portal === undefined) return;
    for (const component of new Set(portal.components.values())) this.drop(component);
    this.#portals.delete(id);
  }

  /** Forgets everything: what the tables hold is not known any more. */
  clear(): void {
    this.#portals.clear();
    this.#cached.clear();
    this.#facts = 0;
  }
}
