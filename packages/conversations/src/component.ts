import type { ChatChanges, ChatSummary } from "./chat.ts";
import { ChatFold } from "./chat-fold.ts";
import { ChatNames } from "./chat-names.ts";
import type { Fact, MessageFact } from "./fact.ts";
import { FactSet } from "./fact-set.ts";
import { chatOfBitrix, type Face, type NameFact, type Naming } from "./name-fact.ts";

/** What belongs to a portal as a whole. Both grow. */
export type PortalContext = {
  naming: Naming;
  /** The user ids that any event of the portal names as bots'. */
  bots: ReadonlySet<string>;
  /** Facts that name no chat, by the key of their message: they belong to that message wherever it is. */
  strays: ReadonlyMap<string, readonly MessageFact[]>;
};

/** A chat's rows. `gone`: no name means it any more. */
export type ChatUpdate =
  | {
      kind: "chat";
      chatId: string;
      changes: ChatChanges;
      summary: ChatSummary;
      face: Face;
      names: readonly string[];
      /** Whether its stored row may tell other names. */
      isRenamed: boolean;
      /** How many facts of its own it has. */
      facts: number;
    }
  | { kind: "gone"; chatId: string };

/** What is known of a chat's stored row. */
export type StoredChat = {
  chatId: string;
  facts: number;
  connector: string;
  line: string;
  names: readonly string[];
};

/** Chats that are linked with one another by their names, which decide together where facts belong. */
export class Component {
  readonly #portal: PortalContext;
  readonly #names: ChatNames;
  readonly #facts = new Map<string, Fact[]>();
  readonly #all = new FactSet();
  readonly #chats = new Map<string, ChatFold>();
  /** The strays that are in a chat. */
  readonly #joined = new Map<string, Set<MessageFact>>();
  readonly #touched = new Set<string>();
  /** What chats were shown as when their rows were written. */
  readonly #faces = new Map<string, Pick<StoredChat, "connector" | "line" | "names">>();
  /** Chats whose stored rows may be anything. */
  readonly #unsure = new Set<string>();

  constructor(portal: PortalContext) {
    this.#portal = portal;
    this.#names = new ChatNames(portal.naming);
  }

  /** Grows with every fact that the chats, and what decides between them, are made of, and with every name. */
  get facts(): number {
    let strays = 0;
    for (const joined of this.#joined.values()) strays += joined.size;
    return this.#all.size + strays + this.#names.size;
  }

  /** How many facts lie under its names. */
  get ownFacts(): number {
    return this.#all.size;
  }

  /** Whether it knows that events named a chat so, as late as that. */
  hasName(fact: NameFact): boolean {
    return this.#names.has(fact);
  }

  /** All names under which its facts lie. */
  get names(): string[] {
    return [...new Set([...this.#facts.keys(), ...this.#names.all.keys()])];
  }

  /** The chats that its names and facts mean. */
  get chatIds(): Set<string> {
    return new Set(
      [...this.#facts.keys(), ...this.#names.all.keys()].map((name) => this.#names.chatOf(name)),
    );
  }

  /** To be called before `add` with facts of the same events. */
  addNames(names: Iterable<NameFact>): void {
    const facts = [...names];
    for (const chatId of this.#names.add(facts)) {
      this.#unsure.add(chatId);
      this.#chats.delete(chatId);
      this.#joined.delete(chatId);
    }
    for (const { place, user, bitrixChat } of facts) {
      if (bitrixChat !== "") this.#touched.add(chatOfBitrix(bitrixChat));
      if (place !== null) this.#touched.add(this.#names.chatOf(this.#portal.naming(place, user)));
    }
  }

  /** Facts, some of which it may have. */
  add(facts: Iterable<Fact>): void {
    for (const fact of facts) {
      const chatId = this.#names.chatOf(fact.name);
      this.#touched.add(chatId);
      if (!this.#all.add(fact)) continue;
      const known = this.#facts.get(fact.name);
      if (known === undefined) this.#facts.set(fact.name, [fact]);
      else known.push(fact);
      this.#chats.get(chatId)?.add(this.#withStrays(chatId, [fact]));
    }
  }

  /** User ids that are known as bots' from now on. */
  learnBots(ids: ReadonlySet<string>): void {
    for (const [chatId, chat] of this.#chats) if (chat.learnBots(ids)) this.#touched.add(chatId);
  }

  /** The stored rows of its chats, which are those of the facts that it has now unless counts or names tell otherwise. */
  expect(stored: readonly StoredChat[]): void {
    const rows = new Map(stored.map((row) => [row.chatId, row]));
    for (const chatId of this.chatIds) {
      const row = rows.get(chatId);
      const [facts, names] = [this.#countOf(chatId), this.#names.namesOf(chatId)];
      const isRight =
        row === undefined ? facts === 0 : row.facts === facts && row.names.join() === names.join();
      if (!isRight) this.#unsure.add(chatId);
      // Sessions that tell no connector or line have the chat's.
      if (row !== undefined) this.#faces.set(chatId, row);
    }
    // A name that had a row of its own means another chat now, whose fold takes that row back.
    for (const { chatId } of stored) {
      const meant = this.#names.chatOf(chatId);
      if (meant !== chatId) this.#unsure.add(meant);
    }
  }

  /**
   * Whether the stored rows of its names tell that they were made of this many facts, which need not have been added. Facts only become
   * more: a row of fewer, or of a chat that was known by other names, makes the sum or the names differ.
   */
  isStoredAs(stored: readonly StoredChat[], facts: number): boolean {
    const sum = stored.reduce((total, row) => total + row.facts, 0);
    return (
      sum === facts &&
      stored.every(({ chatId, names }) => names.join() === this.#names.namesOf(chatId).join())
    );
  }

  /**
   * Rows of what was added. `changes`: what differs from before. `all`: every row and every key that a writer that knows fewer facts may
   * have written. `nothing`: the stored rows are known to be right.
   */
  settle(wanted: "changes" | "all" | "nothing"): ChatUpdate[] {
    const chats = wanted === "all" ? this.chatIds : new Set([...this.#touched, ...this.#unsure]);
    const updates = new Map(
      [...chats]
        .flatMap((chatId) => this.#settle(chatId, wanted))
        .map((update) => [`${update.kind} ${update.chatId}`, update]),
    );
    this.#touched.clear();
    this.#unsure.clear();
    return [...updates.values()];
  }

  #settle(chatId: string, wanted: "changes" | "all" | "nothing"): ChatUpdate[] {
    const facts = this.#countOf(chatId);
    if (facts === 0) {
      this.#chats.delete(chatId);
      return wanted === "nothing" ? [] : [{ kind: "gone", chatId }];
    }
    const known = this.#chats.get(chatId);
    const chat = known ?? this.#fold(chatId);
    this.#chats.set(chatId, chat);
    const all = wanted === "all" || this.#unsure.has(chatId);
    const changes = chat.settle(all ? "all" : "changes");
    if (wanted === "nothing") return [];
    const [names, face] = [this.#names.namesOf(chatId), this.#names.faceOf(chatId)];
    const before = this.#faces.get(chatId);
    this.#faces.set(chatId, { ...face, names });
    const isSameFace = before?.connector === face.connector && before.line === face.line;
    const update: ChatUpdate = {
      kind: "chat",
      chatId,
      changes: isSameFace ? changes : { ...changes, sessions: chat.sessions },
      summary: chat.summary(),
      face,
      names,
      isRenamed: all || before?.names.join() !== names.join(),
      facts,
    };
    // Names that mean this chat may have been chats of their own before, or for a writer of fewer facts.
    const others = names.filter((name) => name !== chatId && all);
    return [update, ...others.map((name): ChatUpdate => ({ kind: "gone", chatId: name }))];
  }

  #fold(chatId: string): ChatFold {
    const chat = new ChatFold({
      isKnown: !chatId.startsWith(unknownChat),
      bots: this.#portal.bots,
    });
    for (const name of this.#names.namesOf(chatId))
      chat.add(this.#withStrays(chatId, this.#facts.get(name) ?? []));
    return chat;
  }

  #withStrays(chatId: string, facts: Iterable<Fact>): Iterable<Fact> {
    const isPlain = this.#portal.strays.size === 0 || chatId.startsWith(unknownChat);
    return isPlain ? facts : this.#joinStrays(chatId, facts);
  }

  *#joinStrays(chatId: string, facts: Iterable<Fact>): Generator<Fact> {
    const joined = this.#joined.get(chatId) ?? new Set();
    this.#joined.set(chatId, joined);
    for (const fact of facts) {
      yield fact;
      if (fact.kind !== "message") continue;
      for (const stray of this.#portal.strays.get(fact.key) ?? []) {
        if (joined.has(stray)) continue;
        joined.add(stray);
        yield stray;
      }
    }
  }

  #countOf(chatId: string): number {
    return this.#names
      .namesOf(chatId)
      .reduce((count, name) => count + (this.#facts.get(name)?.length ?? 0), 0);
  }
}

/** What the names of chats begin with that no event names. */
const unknownChat = "m";
