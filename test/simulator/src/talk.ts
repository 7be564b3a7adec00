import type { Random } from "./random.ts";
import type { Tape } from "./tape.ts";
import type { TruthMessage, TruthSession } from "./truth.ts";
import type { Chat, OpenSession, Said } from "./wire/said.ts";
import type { Bot, Operator } from "./world.ts";

/** A chat while it is played, and what became of it. */
export type Talk = {
  tape: Tape;
  random: Random;
  chat: Chat;
  messages: TruthMessage[];
  sessions: TruthSession[];
  /** Whether any event named the chat by both its external and its Bitrix24 id. */
  linked: boolean;
};

/** The session as Bitrix24 has it, and as its events tell of it. */
export type Current = { real: OpenSession; told: TruthSession };

export type Speaker =
  | { kind: "customer" }
  | { kind: "operator"; who: Operator }
  | { kind: "bot"; who: Bot }
  | { kind: "system" };

/** An utterance with the messages that readers know of it: one, or two where a bot tells of a customer's message too. */
export type Spoken = { said: Said; speaker: Speaker; current: Current; known: TruthMessage[] };
