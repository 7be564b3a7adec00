import type { Place } from "./fact.ts";
import { compareText, greatestOf } from "./message.ts";

const group = "0";
const anonymous = "";

type Link = { bitrixChat: string; last: number };

/** The names that one place's events give: by connector user, the links to Bitrix24 chats. */
export class PlaceNames {
  readonly place: Place;
  readonly #links = new Map<string, Link[]>();

  constructor(place: Place) {
    this.place = place;
  }

  get users(): Iterable<string> {
    return this.#links.keys();
  }

  /** Whether names may mean other chats now. */
  add(user: string, bitrixChat: string, last: number): boolean {
    const before = this.#links.get(user);
    const links = before ?? [];
    this.#links.set(user, links);
    if (bitrixChat === "") return before === undefined;
    const known = links.find((link) => link.bitrixChat === bitrixChat);
    if (known === undefined) links.push({ bitrixChat, last });
    else if (known.last < last) known.last = last;
    else return before === undefined;
    return known === undefined || before === undefined || this.#linked > 1;
  }

  get #linked(): number {
    let linked = 0;
    for (const links of this.#links.values()) linked += links.length;
    return linked;
  }

  /** The user whose name is meant where an event does not tell the user; null: a name of its own, or only `common`. */
  #representative(): string | null {
    const known = [...this.#links.keys()].filter((user) => user !== anonymous);
    const [only, ...others] = known;
    if (only !== undefined && others.length === 0) return only;
    const separate = known.some((user) => user !== group && this.#own(user).length > 0);
    return this.#links.has(group) && !separate ? group : null;
  }

  /** The Bitrix24 chat of a name, or the user under whose name it is known. */
  resolve(user: string): { bitrixChat: string } | { user: string } {
    if (user === anonymous) return this.#resolveAnonymous();
    const linked = this.#linkOf(user);
    if (linked !== null) return { bitrixChat: linked };
    return user !== group && this.#links.has(group) ? this.resolve(group) : { user };
  }

  #resolveAnonymous(): { bitrixChat: string } | { user: string } {
    const user = this.#representative();
    if (user !== null) return this.resolve(user);
    const known = [...this.#links.keys()].filter((one) => one !== anonymous);
    const meant = known.map((one) => this.resolve(one));
    const chats = new Set(meant.map((one) => ("bitrixChat" in one ? one.bitrixChat : null)));
    const [only, ...others] = chats;
    if (typeof only === "string" && others.length === 0) return { bitrixChat: only };
    const own = latest(this.#own(anonymous));
    return own === null ? { user: anonymous } : { bitrixChat: own };
  }

  #linkOf(user: string): string | null {
    const own = this.#own(user);
    return latest(this.#representative() === user ? [...own, ...this.#own(anonymous)] : own);
  }

  #own(user: string): readonly Link[] {
    return this.#links.get(user) ?? [];
  }
}

/** The latest link counts; at the same time the one with the greater Bitrix24 chat id. */
function latest(links: readonly Link[]): string | null {
  const compare = (a: Link, b: Link) => a.last - b.last || compareText(a.bitrixChat, b.bitrixChat);
  return greatestOf(links, compare)?.bitrixChat ?? null;
}
