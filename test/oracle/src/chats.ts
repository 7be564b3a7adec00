import type { Naming, Place, Reference } from "./facts.ts";
import { distinct, greatest } from "./order.ts";
import type { CrmEntity } from "./records.ts";

/** How a chat or a message without a Bitrix24 id is called; user "" stands for "not told". The query API hashes; a test may hand its hash in. */
export type Keys = {
  chat: (connector: string, line: string, chat: string, user: string) => string;
  message: (connector: string, line: string, chat: string, user: string, message: string) => string;
};
const joined = (...parts: string[]) =>
  `x:${parts
    .filter((part, at) => at !== 3 || part !== "")
    .map(encodeURIComponent)
    .join("/")}`;
export const plainKeys: Keys = { chat: joined, message: joined };

/** "0" stands for all users of the external chat. */
const group = "0";

/** All that the namings of a portal tell of its chats' names. */
export class Names {
  readonly #namings: readonly Naming[];
  readonly #keys: Keys;
  readonly #known = new Map<string, string>();

  constructor(namings: readonly Naming[], keys: Keys) {
    this.#namings = namings;
    this.#keys = keys;
  }

  /** The chat that is meant, as far as all events together know; "" where nothing is told of it. */
  chatOf(reference: Reference): string {
    const key = JSON.stringify(reference);
    const chat = this.#known.get(key) ?? this.#chatOf(reference);
    this.#known.set(key, chat);
    return chat;
  }

  #chatOf({ place, user, bitrixChat }: Reference): string {
    if (bitrixChat !== "") return `b${bitrixChat}`;
    if (place === null) return "";
    return user === "" ? this.#ofNobody(place) : this.#ofUser(place, user);
  }

  /** The user whose name an event means that does not tell the user; "" where no one user is meant. */
  userMeantAt(place: Place): string {
    const users = this.#usersOf(place);
    const [only] = users;
    if (only !== undefined && users.length === 1) return only;
    const ownLinks = users.filter((user) => user !== group && this.#linkOf(place, [user]) !== null);
    return users.includes(group) && ownLinks.length === 0 ? group : "";
  }

  #ofUser(place: Place, user: string): string {
    const tellers = this.userMeantAt(place) === user ? [user, ""] : [user];
    const link = this.#linkOf(place, tellers);
    if (link !== null) return `b${link}`;
    if (user !== group && this.#usersOf(place).includes(group)) return this.#ofUser(place, group);
    return this.#keys.chat(place.connector, place.line, place.chat, user);
  }

  #ofNobody(place: Place): string {
    const user = this.userMeantAt(place);
    if (user !== "") return this.#ofUser(place, user);
    const chats = distinct(this.#usersOf(place).map((each) => this.#ofUser(place, each)));
    const [only] = chats;
    if (only !== undefined && chats.length === 1 && only.startsWith("b")) return only;
    const link = this.#linkOf(place, [""]);
    return link !== null ? `b${link}` : this.#keys.chat(place.connector, place.line, place.chat, "");
  }

  #at(place: Place): Naming[] {
    return this.#namings.filter(({ reference }) => samePlace(reference.place, place));
  }

  #usersOf(place: Place): string[] {
    const users = this.#at(place).map(({ reference }) => reference.user);
    return distinct(users.filter((user) => user !== ""));
  }

  /** The Bitrix24 chat that events which tell one of these users told last. */
  #linkOf(place: Place, users: readonly string[]): string | null {
    const links = this.#at(place).filter(
      ({ reference }) => users.includes(reference.user) && reference.bitrixChat !== "",
    );
    return greatest(links, (link) => [link.at, link.reference.bitrixChat])?.reference.bitrixChat ?? null;
  }
}

function samePlace(a: Place | null, b: Place): boolean {
  return a !== null && a.connector === b.connector && a.line === b.line && a.chat === b.chat;
}

export type Chat = {
  chatId: string;
  bitrixChatId: string | null;
  externalChatId: string | null;
  connector: string;
  line: string;
  bots: string[];
  crm: CrmEntity[];
};

export function chatsOf(namings: readonly Naming[], names: Names): Chat[] {
  const chats: Chat[] = [];
  for (const chatId of distinct(namings.map((naming) => names.chatOf(naming.reference)))) {
    if (chatId === "") continue;
    const own = namings.filter((naming) => names.chatOf(naming.reference) === chatId);
    const best = greatest(
      own.filter((naming) => naming.connector !== ""),
      (naming) => [
        naming.externalChatId === "" ? 0 : 1,
        naming.at,
        naming.connector,
        naming.line,
        naming.externalChatId,
      ],
    );
    chats.push({
      chatId,
      bitrixChatId: chatId.startsWith("b") ? chatId.slice(1) : null,
      externalChatId: best === null || best.externalChatId === "" ? null : best.externalChatId,
      connector: best?.connector ?? "",
      line: best?.line ?? "",
      bots: distinct(own.flatMap((naming) => naming.bots)),
      crm: distinct(own.flatMap(({ crm }) => crm.map(({ type, id }) => `${type} ${id}`))).map((entity) => {
        const [type = "", id = ""] = entity.split(" ");
        return { type, id };
      }),
    });
  }
  return chats;
}

/** Every name that events tell, and the chat that it stands for. */
export function aliasesOf(namings: readonly Naming[], names: Names, keys: Keys): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const { place, user } of namings.map(({ reference }) => reference)) {
    if (place === null) continue;
    const alias = keys.chat(place.connector, place.line, place.chat, user);
    aliases.set(alias, names.chatOf({ place, user, bitrixChat: "" }));
  }
  return aliases;
}
