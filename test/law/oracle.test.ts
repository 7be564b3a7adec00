import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import {
  chatAnswers,
  generateHistory,
  type Interval,
  messageAnswers,
  messagesAnswer,
  rangeOf,
  read,
  responseTimesAnswer,
  sessionAnswers,
  sessionsAnswer,
} from "../oracle/src/index.ts";
import { eventsOf } from "./events.ts";
import { Installation } from "./installation.ts";
import { apiKeys } from "./naming.ts";

// The plain, slow oracle written from docs/metrics.md against the product. Slow: the real engine answers every history.

const portal = "p1";
// On Kafka every history has topics and consumer groups of its own, which takes seconds.
const numRuns = inject("stack") === "kafka" ? 12 : 60;
let installation: Installation;
beforeAll(async () => {
  installation = await Installation.open();
});
afterAll(() => installation.close());

const items = async (path: string): Promise<Record<string, unknown>[]> =>
  Object(await installation.ask(`/v1/portals/${portal}/${path}`)).items;

/** The fields that the oracle answers of an item of the API. */
const likeOracle = (item: Record<string, unknown>, like: object | undefined) =>
  Object.fromEntries(Object.keys(like ?? {}).map((name) => [name, item[name]]));

/** Where events contradict one another, a message may be there once for each of several chats. */
const rankOf = (item: Record<string, unknown>) => JSON.stringify([item.messageId, item.chatId]);
const byId = (a: Record<string, unknown>, b: Record<string, unknown>) => (rankOf(a) < rankOf(b) ? -1 : 1);

const question = fc.record({
  interval: fc.constantFrom<Interval>("hour", "day", "week", "month"),
  timezone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
  groupBy: fc.constantFrom("none" as const, "line" as const, "connector" as const, "operator" as const),
});

test("lists and figures equal the oracle's", async () => {
  await fc.assert(
    fc.asyncProperty(generateHistory(portal), question, async (history, { interval, timezone, groupBy }) => {
      await installation.empty();
      await installation.enrol(portal);
      await installation.live({ batches: [eventsOf(history)], failInsertAt: new Set() });
      const reading = read(history, portal, apiKeys);
      const lists = [
        ["chats", chatAnswers(reading)],
        ["messages", messageAnswers(reading)],
      ] as const;
      for (const [list, expected] of lists) {
        const got = (await items(`${list}?limit=1000`)).sort(byId);
        const wanted = [...expected].map((one): Record<string, unknown> => ({ ...one })).sort(byId);
        expect(got.map((item) => likeOracle(item, wanted[0]))).toEqual(wanted);
      }
      for (const [alias, chatId] of reading.aliases) {
        expect(await installation.ask(`/v1/portals/${portal}/chats/${alias}`)).toMatchObject({ chatId });
      }
      const sessions = await items("sessions?limit=1000");
      const wantedSessions = sessionAnswers(reading);
      const key = (one: object) => JSON.stringify(one);
      expect(
        sessions
          .map((item) => likeOracle(item, wantedSessions[0]))
          .map(key)
          .sort(),
      ).toEqual(wantedSessions.map(key).sort());
      const { from, to } = rangeOf(history);
      const asked = { from, to, interval, timezone, groupBy };
      const answers = [
        ["messages", messagesAnswer(reading, asked)],
        ["response-times", responseTimesAnswer(reading, asked)],
        ["sessions", sessionsAnswer(reading, asked)],
      ] as const;
      for (const [figure, wanted] of answers) {
        const path = `/v1/portals/${portal}/analytics/${figure}?from=${from}&to=${to}&interval=${interval}&timezone=${timezone}&groupBy=${groupBy}`;
        expect(await installation.ask(path)).toEqual(wanted);
      }
    }),
    { numRuns, seed: 20_261_121, endOnFailure: true },
  );
});
