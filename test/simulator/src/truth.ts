/** What the simulator knows it sent: what any reader of the events must come to say. Times are epoch seconds. */
export type AuthorKind = "customer" | "operator" | "bot" | "system";

export type TruthMessage = {
  /** bot: only bots' events tell of it. */
  source: "connector" | "bot";
  /** Whether figures count it: what only a bot told of counts only in chats that no connector event covers. */
  counted: boolean;
  bitrixMessageId: string | null;
  externalMessageIds: string[];
  direction: "inbound" | "outbound";
  /** A null name is not told by any event. */
  author: { kind: AuthorKind; id: string; name: string | null };
  text: string;
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
};

export type TruthBot = { botId: string; code: string; deletedAt: number | null; dialogs: string[] };

export type PortalTruth = { chats: TruthChat[]; bots: TruthBot[]; events: Record<string, number> };
