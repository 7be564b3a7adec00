import { httpBuildQuery, type PhpMap, type PhpValue } from "./encode-php.ts";
import type { Random } from "./random.ts";
import type { TruthBot } from "./truth.ts";
import { bareAuth, systemAuth, userAuth } from "./wire/envelope.ts";
import type { Bot, Portal } from "./world.ts";

/** One webhook call: `at` is its ts in epoch seconds, `portal` the member_id, `body` the form. */
export type Delivery = {
  at: number;
  body: string;
  portal: string;
  eventName: string;
  note: string;
  payload: PhpMap;
};

/** What one portal has sent so far, and the ids it gives out. */
export type Tape = {
  portal: Portal;
  random: Random;
  endAt: number;
  deliveries: Delivery[];
  bots: Map<string, TruthBot>;
  events: Map<string, number>;
  nextId: { message: number; chat: number; session: number; user: number; file: number };
};

export function createTape(portal: Portal, random: Random, endAt: number): Tape {
  const nextId = {
    message: random.int(80_000, 900_000),
    chat: random.int(1_000, 9_000),
    session: random.int(3_000, 50_000),
    user: random.int(1_000, 1_900),
    file: 5_500,
  };
  return { portal, random, endAt, deliveries: [], bots: new Map(), events: new Map(), nextId };
}

export const giveId = (tape: Tape, what: keyof Tape["nextId"]): string => String(tape.nextId[what]++);

/** On whose behalf the event is sent decides which tokens it carries. */
export type Actor = { kind: "user"; id: string; refresh: boolean } | { kind: "system" } | { kind: "bare" };

export function tell(
  tape: Tape,
  at: number,
  eventName: string,
  data: PhpValue,
  note: string,
  actor: Actor,
): void {
  const payload = {
    event: eventName,
    event_handler_id: String(handlerOf(eventName)),
    data,
    ts: String(at),
    auth: authOf(tape, at, actor),
  };
  const body = httpBuildQuery(payload);
  tape.deliveries.push({ at, body, portal: tape.portal.memberId, eventName, note, payload });
  tape.events.set(eventName, (tape.events.get(eventName) ?? 0) + 1);
}

function authOf(tape: Tape, at: number, actor: Actor): PhpMap {
  switch (actor.kind) {
    case "user":
      return userAuth(tape.portal, tape.random, at, actor.id, actor.refresh);
    case "system":
      return systemAuth(tape.portal);
    case "bare":
      return bareAuth(tape.portal);
  }
}

/** A subscription's id: the same for all events of one name. */
const handlerOf = (eventName: string): number =>
  [...eventName].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 500, 7) + 50;

export function knowBot(tape: Tape, bot: Bot): TruthBot {
  const known = tape.bots.get(bot.id) ?? { botId: bot.id, code: bot.code, deletedAt: null, dialogs: [] };
  tape.bots.set(bot.id, known);
  return known;
}
