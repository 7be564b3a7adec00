/** What the simulator knows it sent: what any reader of the events must come to say. Times are epoch seconds. */
export type AuthorKind = "customer" | "operator" | "bot" | "system";

export type TruthMessage = {
  /** bot: only bots' events tell of it. */
  source: "connector" | "bot";
  /** Whether figures count it: ratings never, and what only a bot told of only in chats that no connector event covers. */
  counted: boolean;
  isRating: boolean;
  bitrixMessageId: string | null;
  externalMessageIds: string[];
  direction: "inbound" | "outbound";
  /** A null name is not told by any event. */
  author: { kind: AuthorKind; id: string | null; name: string | null };
  text: string;
  /** Their names, or their ids where no event told names. */
  files: string[];
  sentAt: number;
  editedAt: number | null;
  deletedAt: number | null;
  session: TruthSession | null;
};

export type OpenedBy = "dialog" | "session" | "bot" | "message";

export type TruthSession = {
  /** Null where no event told it. */
  sessionId: string | null;
  openedAt: number;
  closedAt: number | null;
  /** All that told of the start in that same second. */
  openedBy: OpenedBy[];
  firstInboundAt: number | null;
  firstResponseAt: number | null;
  responder: string | null;
  rating: { value: "like" | "dislike"; ratedAt: number } | null;
};

export type TruthChat = {
  connector: string | null;
  line: string | null;
  externalChatId: string | null;
  bitrixChatId: string | null;
  messages: TruthMessage[];
  sessions: TruthSession[];
  /** Lower-case type and id, as "deal:17". */
  crm: string[];
  bots: string[];
};

export type TruthBot = { botId: string; code: string; deletedAt: number | null; dialogs: string[] };

export type PortalTruth = { chats: TruthChat[]; bots: TruthBot[]; events: Record<string, number> };
