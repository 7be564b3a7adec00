import type { Current, SessionReport, Talk } from "./talk.ts";
import { giveId, knowBot, tell } from "./tape.ts";
import type { OpenedBy, TruthSession } from "./truth.ts";
import * as botV1 from "./wire/bot-v1.ts";
import * as connector from "./wire/connector.ts";
import * as openLine from "./wire/open-line.ts";

const tellsDialogs = (talk: Talk): boolean => talk.chat.line.kind === "own";

/** Whether events tell that sessions of this chat start and finish; a bot in the line tells of starts only. */
export const tellsStarts = (talk: Talk): boolean => tellsFinishes(talk) || talk.chat.line.bot !== null;
export const tellsFinishes = (talk: Talk): boolean => tellsDialogs(talk) || talk.tape.portal.sessionEvents;

/** A session starts in Bitrix24 at `at`; its events may carry the next second. */
export function startSession(talk: Talk, at: number): Current {
  const { tape, chat, random } = talk;
  const real = { id: giveId(tape, "session"), openedAt: at };
  if (!tellsStarts(talk)) return { real, told: implicitSession(talk) };
  const starts: { by: OpenedBy; at: number }[] = [];
  const reported: { by: SessionReport["by"]; openedAt: number }[] = [];
  const actor = { kind: "user", id: chat.customer.id, refresh: false } as const;
  if (tellsDialogs(talk)) {
    const toldAt = at + random.int(0, 1);
    tell(
      tape,
      toldAt,
      "ONIMCONNECTORDIALOGSTART",
      connector.dialog(chat, real, false),
      "dialog starts",
      actor,
    );
    starts.push({ by: "dialog", at: toldAt });
    reported.push({ by: "dialog", openedAt: toldAt });
  }
  if (tape.portal.sessionEvents) {
    const toldAt = at + random.int(0, 1);
    tell(tape, toldAt, "ONSESSIONSTART", openLine.session(chat), "session starts", actor);
    starts.push({ by: "session", at: toldAt });
    reported.push({ by: "session", openedAt: toldAt });
  }
  if (chat.line.bot !== null) starts.push({ by: "bot", at });
  const openedAt = Math.min(...starts.map((start) => start.at));
  const openedBy = starts.filter((start) => start.at === openedAt).map((start) => start.by);
  const sessionId = tellsDialogs(talk) || chat.line.bot !== null ? real.id : null;
  const told = newSession(sessionId, openedAt, openedBy);
  const previous = talk.sessions.at(-1);
  // No finish was told: the next start is the first word of the session's end.
  if (previous !== undefined && previous.closedAt === null) previous.closedAt = openedAt;
  talk.sessions.push(told);
  for (const report of reported) talk.reports.push({ ...report, of: told, closedAt: null });
  return { real, told };
}

export function finishSession(talk: Talk, current: Current, at: number): void {
  const { tape, chat, random } = talk;
  const actor = { kind: "system" } as const;
  const finishes: number[] = [];
  const closed = (by: SessionReport["by"], toldAt: number) => {
    finishes.push(toldAt);
    for (const report of talk.reports)
      if (report.of === current.told && report.by === by) report.closedAt = toldAt;
  };
  if (tellsDialogs(talk)) {
    const toldAt = at + random.int(0, 2);
    tell(
      tape,
      toldAt,
      "ONIMCONNECTORDIALOGFINISH",
      connector.dialog(chat, current.real, true),
      "dialog finishes",
      actor,
    );
    closed("dialog", toldAt);
  }
  if (tape.portal.sessionEvents) {
    const toldAt = at + random.int(0, 2);
    tell(tape, toldAt, "ONSESSIONFINISH", openLine.session(chat), "session finishes", actor);
    closed("session", toldAt);
  }
  if (finishes.length > 0) current.told.closedAt = Math.min(...finishes);
}

/** A bot that sits in the line enters the chat with its first session. */
export function botJoins(talk: Talk, current: Current): void {
  const { tape, chat } = talk;
  const { bot } = chat.line;
  if (bot === null) return;
  const data = {
    BOT: botV1.botMap(tape.portal, tape.random, bot, current.real.openedAt),
    PARAMS: { ...botV1.openLineParams(chat, current.real), BOT_ID: bot.id, USER_ID: chat.customer.id },
    USER: { ID: chat.customer.id, NAME: chat.customer.name },
  };
  tell(tape, current.real.openedAt, "ONIMBOTJOINCHAT", data, "bot joins an open line", { kind: "system" });
  knowBot(tape, bot).dialogs.push(`chat${chat.bitrixChatId}`);
  talk.linked = true;
}

export const newSession = (
  sessionId: string | null,
  openedAt: number,
  openedBy: OpenedBy[],
): TruthSession => ({
  sessionId,
  openedAt,
  closedAt: null,
  openedBy,
  firstInboundAt: null,
  firstResponseAt: null,
  responder: null,
  rating: null,
});

/** Nobody tells of sessions: the customer's first message opens one that nothing closes. */
function implicitSession(talk: Talk): TruthSession {
  const [only] = talk.sessions;
  if (only !== undefined) return only;
  const session = newSession(null, 0, ["message"]);
  talk.sessions.push(session);
  return session;
}
