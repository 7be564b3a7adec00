import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GroupBy, Question } from "./analytics.ts";
import {
  chatAnswers,
  generateDeliveries,
  generateHistory,
  type Interval,
  type LogRecord,
  messageAnswers,
  messagesAnswer,
  rangeOf,
  read,
  responseTimesAnswer,
  sessionAnswers,
  sessionsAnswer,
} from "./index.ts";

// What is right today is right tomorrow: other histories are for whoever changes the code to try.
fc.configureGlobal({ seed: 20_261_121 });

const groupings: GroupBy[] = ["none", "line", "connector", "operator"];
const intervals: Interval[] = ["hour", "day", "week", "month"];

const spanning = (
  records: readonly LogRecord[],
  told: Pick<Question, "interval" | "groupBy" | "timezone">,
) => ({
  ...rangeOf(records),
  ...told,
});

const asked = fc.record({
  interval: fc.constantFrom(...intervals),
  groupBy: fc.constantFrom(...groupings),
  timezone: fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
  ),
});

function everything(records: readonly LogRecord[], question: Question) {
  const reading = read(records, "p1");
  return {
    chats: chatAnswers(reading),
    messages: messageAnswers(reading),
    sessions: sessionAnswers(reading),
    figures: messagesAnswer(reading, question),
    responses: responseTimesAnswer(reading, question),
    figuresOfSessions: sessionsAnswer(reading, question),
  };
}

describe("the law of the set", () => {
  it("answers depend neither on the order of deliveries nor on repetitions", () => {
    fc.assert(
      fc.property(generateDeliveries(), asked, ({ history, delivered }, told) => {
        const question = spanning(history, told);
        expect(everything(delivered, question)).toEqual(everything(history, question));
      }),
      { numRuns: 150 },
    );
  });

  it("another portal's events change nothing", () => {
    fc.assert(
      fc.property(generateHistory("p1"), generateHistory("p2"), asked, (own, others, told) => {
        const question = spanning(own, told);
        expect(everything([...others, ...own], question)).toEqual(everything(own, question));
      }),
      { numRuns: 50 },
    );
  });
});

describe("what always holds of answers", () => {
  it("a chat has at most one open session, and its sessions follow one another", () => {
    fc.assert(
      fc.property(generateHistory(), (history) => {
        const { chats, sessions } = read(history, "p1");
        for (const chat of chats) {
          const own = sessions.filter((session) => session.chatId === chat.chatId);
          for (const [i, session] of own.entries()) {
            const next = own[i + 1];
            if (next === undefined) continue;
            expect(session.closedAt).not.toBeNull();
            expect(session.closedAt ?? 0).toBeLessThanOrEqual(next.openedAt);
          }
        }
      }),
    );
  });

  it("what is counted bucket by bucket adds up to the total", () => {
    fc.assert(
      fc.property(generateHistory(), asked, (history, told) => {
        const question = spanning(history, told);
        const reading = read(history, "p1");
        const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
        const messages = messagesAnswer(reading, question);
        for (const figure of ["inbound", "outbound", "system", "edited", "deleted"] as const) {
          expect(sum(messages.items.map((item) => item[figure]))).toBe(
            sum(messages.total.map((item) => item[figure])),
          );
        }
        const sessions = sessionsAnswer(reading, question);
        for (const figure of ["opened", "closed", "unanswered"] as const) {
          expect(sum(sessions.items.map((item) => item[figure]))).toBe(
            sum(sessions.total.map((item) => item[figure])),
          );
        }
        const responses = responseTimesAnswer(reading, question);
        for (const item of [...responses.items, ...responses.total]) {
          expect(sum(item.histogram.map((bar) => bar.count))).toBe(item.count);
        }
      }),
    );
  });

  it("every rating is the rating of one session of its chat, and has no part in the session's messages", () => {
    fc.assert(
      fc.property(generateHistory(), (history) => {
        const { messages, sessions } = read(history, "p1");
        const rated = sessions.flatMap(({ chatId, rating }) =>
          rating === null ? [] : [`${chatId} ${rating.messageId}`],
        );
        const ratings = messages.filter(({ isRating }) => isRating);
        expect(rated.sort()).toEqual(ratings.map(({ chatId, messageId }) => `${chatId} ${messageId}`).sort());
        for (const session of sessions)
          for (const message of session.messages) expect(message.isRating).toBe(false);
      }),
    );
  });

  it("the last bucket ends with as many open sessions as the total", () => {
    fc.assert(
      fc.property(generateHistory(), asked, (history, told) => {
        const { items, total } = sessionsAnswer(read(history, "p1"), spanning(history, told));
        const ends = items.slice(items.length - total.length).map((item) => item.openAtEnd);
        expect(ends).toEqual(total.map((item) => item.openAtEnd));
      }),
    );
  });

  it("a message that a connector reported is counted unless it is a rating, which never counts", () => {
    fc.assert(
      fc.property(generateHistory(), (history) => {
        for (const message of read(history, "p1").messages) {
          if (message.source === "connector") expect(message.counted).toBe(!message.isRating);
          if (message.isRating) expect(message.counted).toBe(false);
        }
      }),
    );
  });
});
