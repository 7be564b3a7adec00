import { aliasesOf, type Chat, chatsOf, type Keys, Names, plainKeys } from "./chats.ts";
import { factsOf, type Naming } from "./facts.ts";
import { type Message, messagesOf } from "./messages.ts";
import { sorted } from "./order.ts";
import type { LogRecord } from "./records.ts";
import { type Session, sessionsOfChat } from "./sessions.ts";

/** Everything that one portal's records say, merged. */
export type Reading = {
  chats: Chat[];
  /** The chats that external names stand for. */
  aliases: Map<string, string>;
  messages: Message[];
  sessions: Session[];
};

/** The same naming said often needs to be looked at once, as of the last time. */
function once(namings: readonly Naming[]): Naming[] {
  const last = new Map<string, Naming>();
  for (const naming of namings) {
    const key = JSON.stringify({ ...naming, at: null });
    const before = last.get(key);
    if (before === undefined || before.at < naming.at) last.set(key, naming);
  }
  return [...last.values()];
}

export function read(records: readonly LogRecord[], portal: string, keys: Keys = plainKeys): Reading {
  const facts = factsOf(records, portal);
  const namings = once(facts.namings);
  const names = new Names(namings, keys);
  const chats = chatsOf(namings, names);
  const messages = messagesOf(facts, names, keys);
  const sessions: Session[] = [];
  for (const chat of chats) {
    for (const session of sessionsOfChat(chat, facts.sessions, names, messages)) sessions.push(session);
  }
  return {
    chats,
    aliases: aliasesOf(namings, names, keys),
    messages,
    sessions: sorted(sessions, (session) => [session.openedAt, session.chatId]),
  };
}
