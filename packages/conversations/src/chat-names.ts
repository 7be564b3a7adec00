import { compareText, greatestOf } from "./message.ts";
import { chatOfBitrix, type Face, type NameFact, type Naming } from "./name-fact.ts";
import { PlaceNames } from "./place-names.ts";

/** The names of chats that are linked with one another, and the chat that each of them means. */
export class ChatNames {
  readonly #naming: Naming;
  readonly #places = new Map<string, PlaceNames>();
  readonly #facts = new Map<string, NameFact>();
  #chats = new Map<string, string>();
  #names = new Map<string, string[]>();

  constructor(naming: Naming) {
    this.#naming = naming;
  }

  /** Answers the chats that lost or got names. */
  add(facts: Iterable<NameFact>): Set<string> {
    let isNew = false;
    for (const fact of facts) {
      const { place, user, bitrixChat, last } = fact;
      const key = keyOf(fact);
      const known = this.#facts.get(key);
      this.#facts.set(key, { ...fact, last: Math.max(last, known?.last ?? last) });
      if (bitrixChat !== "" && !this.#chats.has(chatOfBitrix(bitrixChat))) isNew = true;
      if (place === null) continue;
      const names = this.#places.get(place.key) ?? new PlaceNames(place);
      this.#places.set(place.key, names);
      if (names.add(user, bitrixChat, last)) isNew = true;
    }
    return isNew ? this.#resolve() : new Set();
  }

  #resolve(): Set<string> {
    const chats = new Map<string, string>();
    for (const { bitrixChat } of this.#facts.values())
      if (bitrixChat !== "") chats.set(chatOfBitrix(bitrixChat), chatOfBitrix(bitrixChat));
    for (const names of this.#places.values())
      for (const user of names.users) chats.set(this.#naming(names.place, user), this.#chatOf(names, user));
    const changed = new Set<string>();
    for (const [name, chat] of chats) {
      const before = this.#chats.get(name);
      if (before !== undefined && before !== chat) changed.add(before).add(chat);
    }
    this.#chats = chats;
    this.#names = new Map();
    for (const [name, chat] of chats) this.#names.set(chat, [...(this.#names.get(chat) ?? []), name]);
    return changed;
  }

  get size(): number {
    return this.#facts.size;
  }

  has(fact: NameFact): boolean {
    return (this.#facts.get(keyOf(fact))?.last ?? Number.NEGATIVE_INFINITY) >= fact.last;
  }

  /** The names that mean a chat, sorted. */
  namesOf(chatId: string): readonly string[] {
    const unnamed = this.#chats.has(chatId) ? [] : [chatId];
    return (this.#names.get(chatId) ?? unnamed).toSorted();
  }

  /** The chat that a name means; a name that no event gave a chat means itself. */
  chatOf(name: string): string {
    return this.#chats.get(name) ?? name;
  }

  /** Each name with its chat. */
  get all(): ReadonlyMap<string, string> {
    return this.#chats;
  }

  /** What the event said that named the chat last; one that tells its external chat id goes before one that does not. */
  faceOf(chatId: string): Face {
    const own = [...this.#facts.values()].filter((fact) => this.#chatOfFact(fact) === chatId);
    const best = greatestOf(
      own.filter(({ connector }) => connector !== ""),
      compareFaces,
    );
    return {
      connector: best?.connector ?? "",
      line: best?.line ?? "",
      externalChatId: best?.place?.externalChatId ?? "",
      namedAt: own.reduce((latest, { last }) => Math.max(latest, last), 0),
    };
  }

  #chatOfFact({ place, user, bitrixChat }: NameFact): string {
    if (bitrixChat !== "") return chatOfBitrix(bitrixChat);
    return place === null ? "" : this.chatOf(this.#naming(place, user));
  }

  #chatOf(names: PlaceNames, user: string): string {
    const found = names.resolve(user);
    return "user" in found ? this.#naming(names.place, found.user) : chatOfBitrix(found.bitrixChat);
  }
}

const keyOf = ({ place, user, bitrixChat, connector, line }: NameFact): string =>
  [place?.key ?? "", user, bitrixChat, connector, line].join("\n");

const compareFaces = (a: NameFact, b: NameFact): number =>
  Number(a.place !== null) - Number(b.place !== null) ||
  a.last - b.last ||
  compareText(a.connector, b.connector) ||
  compareText(a.line, b.line) ||
  compareText(a.place?.externalChatId ?? "", b.place?.externalChatId ?? "");
