import { type Bucket, bucketsOf, type Interval } from "./calendar.ts";
import { countMessages, type MessageCounts, time } from "./lists.ts";
import type { Message } from "./messages.ts";
import { distinct } from "./order.ts";
import type { Reading } from "./reading.ts";
import type { Session } from "./sessions.ts";

export type GroupBy = "line" | "connector" | "operator" | "none";
/** The parameters of the API; from and to are ISO 8601. */
export type Question = {
  from: string;
  to: string;
  interval: Interval;
  timezone: string;
  line?: string;
  connector?: string;
  groupBy: GroupBy;
};
export type Answer<Figures> = {
  from: string;
  to: string;
  interval: Interval;
  timezone: string;
  groupBy: GroupBy;
  items: ({ start: string; end: string; group: string | null } & Figures)[];
  total: ({ group: string | null } & Figures)[];
};
export type Percentiles = { p50: number | null; p90: number | null; p95: number | null };
export type MessageFigures = MessageCounts & { chats: number };
export type ResponseFigures = { count: number } & Percentiles & {
    mean: number | null;
    histogram: { upTo: number | null; count: number }[];
  };
export type SessionFigures = {
  opened: number;
  closed: number;
  openAtEnd: number;
  unanswered: number;
  duration: Percentiles;
};

const bounds = [10, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400, null];

const within = (at: number | null, bucket: Bucket) => at !== null && bucket.start <= at && at < bucket.end;
const milliseconds = (seconds: number) => Math.round(seconds * 1000) / 1000;

function percentile(values: readonly number[], share: number): number | null {
  const ordered = [...values].sort((a, b) => a - b);
  const place = share * (ordered.length - 1);
  const below = ordered[Math.floor(place)];
  const above = ordered[Math.ceil(place)];
  if (below === undefined || above === undefined) return null;
  return milliseconds(below + (above - below) * (place - Math.floor(place)));
}
const percentiles = (values: readonly number[]): Percentiles => ({
  p50: percentile(values, 0.5),
  p90: percentile(values, 0.9),
  p95: percentile(values, 0.95),
});

/** One item for every bucket and group; total is the same question asked of one bucket, [from, to). */
function answer<Thing extends { connector: string; line: string }, Figures>(
  question: Question,
  all: readonly Thing[],
  operatorOf: (thing: Thing) => string,
  matters: (thing: Thing, bucket: Bucket) => boolean,
  figures: (things: readonly Thing[], bucket: Bucket) => Figures,
): Answer<Figures> {
  const { interval, timezone, line, connector, groupBy } = question;
  const from = Date.parse(question.from);
  const to = Date.parse(question.to);
  const whole = { start: from, end: to };
  const things = all.filter(
    (thing) =>
      (line === undefined || thing.line === line) &&
      (connector === undefined || thing.connector === connector),
  );
  const groupOf = (thing: Thing) => {
    if (groupBy === "line") return thing.line;
    if (groupBy === "connector") return thing.connector;
    return groupBy === "operator" ? operatorOf(thing) : null;
  };
  const named = things.filter((thing) => matters(thing, whole)).map((thing) => groupOf(thing) ?? "");
  const groups = groupBy === "none" ? [null] : distinct(named);

  const items: Answer<Figures>["items"] = [];
  for (const bucket of bucketsOf(from, to, interval, timezone)) {
    for (const group of groups) {
      const own = things.filter((thing) => groupOf(thing) === group);
      items.push({ start: time(bucket.start), end: time(bucket.end), group, ...figures(own, bucket) });
    }
  }
  const total: Answer<Figures>["total"] = [];
  for (const group of groups) {
    const own = things.filter((thing) => groupOf(thing) === group);
    total.push({ group, ...figures(own, whole) });
  }
  return { from: time(from), to: time(to), interval, timezone, groupBy, items, total };
}

export function messagesAnswer(reading: Reading, question: Question): Answer<MessageFigures> {
  const counted = reading.messages.filter((message) => message.counted);
  const byOperators = counted.filter(
    (message) => message.direction === "outbound" && message.author.kind === "operator",
  );
  const sentIn = (message: Message, bucket: Bucket) => within(message.sentAt, bucket);
  return answer(
    question,
    question.groupBy === "operator" ? byOperators : counted,
    (message) => message.author.id,
    sentIn,
    (messages, bucket) => {
      const sent = messages.filter((message) => sentIn(message, bucket));
      const chats = distinct(sent.map((message) => message.chatId)).filter((chatId) => chatId !== "");
      return { ...countMessages(sent), chats: chats.length };
    },
  );
}

export function responseTimesAnswer(reading: Reading, question: Question): Answer<ResponseFigures> {
  const answeredIn = (session: Session, bucket: Bucket) =>
    within(session.firstInboundAt, bucket) && session.firstResponseAt !== null;
  return answer(
    question,
    reading.sessions,
    (session) => session.firstResponder,
    answeredIn,
    (sessions, bucket) => {
      const waits: number[] = [];
      for (const session of sessions) {
        if (session.firstInboundAt === null || session.firstResponseAt === null) continue;
        if (within(session.firstInboundAt, bucket)) {
          waits.push((session.firstResponseAt - session.firstInboundAt) / 1000);
        }
      }
      const sum = waits.reduce((total, wait) => total + wait, 0);
      const histogram = bounds.map((upTo, i) => {
        const above = bounds[i - 1] ?? -1;
        const held = waits.filter((wait) => wait > above && (upTo === null || wait <= upTo));
        return { upTo, count: held.length };
      });
      const mean = waits.length === 0 ? null : milliseconds(sum / waits.length);
      return { count: waits.length, ...percentiles(waits), mean, histogram };
    },
  );
}

export function sessionsAnswer(reading: Reading, question: Question): Answer<SessionFigures> {
  const openAt = (session: Session, at: number) =>
    session.openedAt < at && (session.closedAt === null || session.closedAt >= at);
  return answer(
    question,
    reading.sessions,
    (session) => session.firstResponder,
    (session, bucket) =>
      within(session.openedAt, bucket) || within(session.closedAt, bucket) || openAt(session, bucket.end),
    (sessions, bucket) => {
      const opened = sessions.filter((session) => within(session.openedAt, bucket));
      const unanswered = opened.filter(
        (session) => session.firstInboundAt !== null && session.firstResponseAt === null,
      );
      const durations: number[] = [];
      for (const session of sessions) {
        if (session.closedAt !== null && within(session.closedAt, bucket)) {
          durations.push((session.closedAt - session.openedAt) / 1000);
        }
      }
      return {
        opened: opened.length,
        closed: durations.length,
        openAtEnd: sessions.filter((session) => openAt(session, bucket.end)).length,
        unanswered: unanswered.length,
        duration: percentiles(durations),
      };
    },
  );
}
