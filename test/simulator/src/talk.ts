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
  /** What the two families told of sessions, each for itself. */
  reports: SessionReport[];
  /** Whether the last session was rated: then nobody of the company writes before the customer does. */
  rated: boolean;
};

export type SessionReport = {
  by: "dialog" | "session";
  of: TruthSession;
  openedAt: number;
  closedAt: number | null;
};

/** The session as Bitrix24 has it, and as its events tell of it. */
export type Current = { real: OpenSession; told: TruthSession };

export type Speaker =
  | { kind: "customer" }
  | { kind: "operator"; who: Operator }
  /** An answer given outside Bitrix24, by somebody known or not. */
  | { kind: "outside"; who: Operator | null }
  | { kind: "bot"; who: Bot }
  | { kind: "system" };

/** An utterance with the messages that readers know of it: one, or two where a bot tells of a customer's message too. */
export type Spoken = { said: Said; speaker: Speaker; current: Current; known: TruthMessage[] };
