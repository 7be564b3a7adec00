import type { Fact, MessageFact, NameFact, Naming, Place, SessionFact } from "../src/index.ts";

export const naming: Naming = ({ key }, user) => `x${key}/${user}`;

export const placeOf = (externalChatId: string): Place => ({
  key: externalChatId,
  connector: "telegram",
  line: "1",
  externalChatId,
});

/** What an event tells of a chat: some of its names. */
export type Reference = { chat?: string; user?: string; bitrix?: string };

export function nameOf({ chat, user = "", bitrix = "" }: Reference): string {
  if (bitrix !== "") return `b${bitrix}`;
  return chat === undefined ? "m" : naming(placeOf(chat), user);
}

export const nameFact = ({ chat, user = "", bitrix = "" }: Reference, last: number): NameFact => ({
  place: chat === undefined ? null : placeOf(chat),
  user,
  bitrixChat: bitrix,
  connector: "telegram",
  line: "1",
  last,
});

let lastEvent = 0;

export function message(
  reference: Reference,
  told: Partial<MessageFact> & { at: number; key: string },
): MessageFact {
  const user = reference.user ?? "";
  return {
    kind: "message",
    name: reference.chat === undefined && reference.bitrix === undefined ? `m${told.key}` : nameOf(reference),
    eventId: `e${++lastEvent}`,
    connector: "telegram",
    line: "1",
    action: "add",
    origin: "connector",
    place: reference.chat ?? "",
    user,
    direction: "inbound",
    authorKind: "customer",
    authorId: "",
    vote: "none",
    content: null,
    bots: [],
    crm: [],
    sessionId: "",
    openedAt: 0,
    ...told,
  };
}

export const customer = (reference: Reference, id: string, at: number, more: Partial<MessageFact> = {}) =>
  message(reference, {
    at,
    key: `${naming(placeOf(reference.chat ?? ""), reference.user ?? "")}/${id}`,
    ...more,
  });

export const operator = (reference: Reference, id: string, at: number, more: Partial<MessageFact> = {}) =>
  message(reference, {
    at,
    key: `b${id}`,
    direction: "outbound",
    authorKind: "operator",
    authorId: "11",
    ...more,
  });

export const session = (
  reference: Reference,
  action: SessionFact["action"],
  at: number,
  more: Partial<SessionFact> = {},
): Fact => ({
  kind: "session",
  name: nameOf(reference),
  at,
  eventId: `e${++lastEvent}`,
  connector: "telegram",
  line: "1",
  place: reference.chat ?? "",
  action,
  origin: "dialog",
  sessionId: "",
  parentSessionId: "",
  ...more,
});
