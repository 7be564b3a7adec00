export type Direction = "inbound" | "outbound";
export type AuthorKind = "customer" | "operator" | "bot" | "system";
export type Vote = "like" | "dislike";
/** The rating that a text would be, if one was requested; `unknown`: the event tells no text. */
export type VoteInText = "unknown" | "none" | Vote;

/** Where a chat lies in the connector's world: the first three parts of Bitrix24's USER_CODE. `key`: their hash. */
export type Place = { key: string; connector: string; line: string; externalChatId: string };

/** What each fact has. Texts that an event does not tell are "". `name`: the chat as the event names it. `at`: epoch milliseconds. */
type Named = {
  name: string;
  at: number;
  eventId: string;
  connector: string;
  line: string;
  /** The key of the place that the event names. */
  place: string;
};
/** A start that bots' events repeat with everything they report; `openedAt` 0: none. */
type RepeatedStart = { sessionId: string; openedAt: number };

/** What a message says beside what figures need. */
export type Content = {
  bitrixMessageId: string;
  externalMessageIds: readonly string[];
  authorName: string;
  text: string | null;
  /** JSON; "" where the event tells no files. */
  files: string;
};

/** What one event states about one message. `user`: the connector user ("0": all of the external chat). */
export type MessageFact = Named &
  RepeatedStart & {
    kind: "message";
    key: string;
    action: "add" | "edit" | "delete";
    origin: "connector" | "bot";
    user: string;
    direction: Direction;
    authorKind: AuthorKind | "unknown";
    authorId: string;
    vote: VoteInText;
    /** Null where figures alone are wanted. */
    content: Content | null;
    bots: readonly string[];
    /** `type|id` */
    crm: readonly string[];
  };

export type SessionFact = Named & {
  kind: "session";
  action: "start" | "finish";
  origin: "dialog" | "session";
  sessionId: string;
  parentSessionId: string;
};

/** That a bot's event names a chat. */
export type BotFact = Named &
  RepeatedStart & { kind: "bot"; bots: readonly string[]; crm: readonly string[] };

export type Fact = MessageFact | SessionFact | BotFact;

/** Two facts of one id are one fact, delivered twice. */
export function factId(fact: Fact): string {
  const said = `${fact.at} ${fact.eventId} ${fact.name}`;
  switch (fact.kind) {
    case "message":
      return `m ${fact.key} ${said}`;
    case "session":
      return `s ${fact.action} ${fact.origin} ${fact.sessionId} ${fact.parentSessionId} ${said}`;
    case "bot":
      return `b ${said}`;
  }
}
