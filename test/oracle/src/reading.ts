import { type ChatPlace, chatPlaces } from "./chats.ts";
import { type ChatName, factsOf, type Naming, plainNaming } from "./facts.ts";
import { type Message, messagesOf } from "./messages.ts";
import { sorted } from "./order.ts";
import type { LogRecord } from "./records.ts";
import { type Session, sessionsOfChat } from "./sessions.ts";

/** Everything that one portal's records say, merged. */
export type Reading = { chats: ChatPlace[]; messages: Message[]; sessions: Session[] };

/** The same name said often needs to be looked at once, as of the last time. */
function once(names: readonly ChatName[]): ChatName[] {
  const last = new Map<string, ChatName>();
  for (const name of names) {
    const key = JSON.stringify({ ...name, at: null });
    const before = last.get(key);
    if (before === undefined || before.at < name.at) last.set(key, name);
  }
  return [...last.values()];
}

export function read(records: readonly LogRecord[], portal: string, naming: Naming = plainNaming): Reading {
  const facts = factsOf(records, portal, naming);
  facts.names = once(facts.names);
  const chats = chatPlaces(facts.names);
  const messages = messagesOf(facts);
  const sessions: Session[] = [];
  for (const chat of chats) {
    for (const session of sessionsOfChat(chat, facts, messages)) sessions.push(session);
  }
  return { chats, messages, sessions: sorted(sessions, (session) => [session.openedAt, session.chatId]) };
}
