import { readFileSync } from "node:fs";
import type { Question } from "./analytics.ts";
import type { NotedEvent } from "./notation.ts";

type Analytics = "analytics/messages" | "analytics/response-times" | "analytics/sessions";
type Lists = "chats" | "messages" | "sessions";
type Item = Record<string, unknown>;
export type AnalyticsExample = {
  name: string;
  events: NotedEvent[];
  question: { ask: Analytics; from: string; to: string } & Partial<Question>;
  answer: { items: Item[]; total: Item[] };
};
export type ListExample = {
  name: string;
  events: NotedEvent[];
  question: { ask: Lists };
  answer: { items: Item[] };
};
/** The chat of this id or of this external name. */
export type ChatExample = {
  name: string;
  events: NotedEvent[];
  question: { ask: "chat"; chatId: string };
  answer: Item;
};
export type Example = AnalyticsExample | ListExample | ChatExample;

const page = new URL("../../../docs/metrics.md", import.meta.url);

/** Every worked example of docs/metrics.md: its json blocks. */
export function examplesOf(): Example[] {
  const blocks = readFileSync(page, "utf8").matchAll(/^```json\n(.*?)^```$/gms);
  return [...blocks].map((block) => {
    const example: Example = JSON.parse(block[1] ?? "");
    return example;
  });
}

export function isAnalytics(example: Example): example is AnalyticsExample {
  return example.question.ask.startsWith("analytics/");
}

export function isChat(example: Example): example is ChatExample {
  return example.question.ask === "chat";
}

export function questionOf(example: AnalyticsExample): Question {
  const { ask: _, ...told } = example.question;
  return { interval: "day", timezone: "UTC", groupBy: "none", ...told };
}

const bars = [10, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400, null];
const nothing = {
  "analytics/messages": { inbound: 0, outbound: 0, system: 0, edited: 0, deleted: 0, chats: 0 },
  "analytics/response-times": { count: 0, p50: null, p90: null, p95: null, mean: null },
  "analytics/sessions": {
    opened: 0,
    closed: 0,
    openAtEnd: 0,
    unanswered: 0,
    duration: { p50: null, p90: null, p95: null },
  },
};

const isTime = /^\d{4}-\d\d-\d\dT[\d:]+Z$/;
function inFull(value: unknown): unknown {
  if (typeof value === "string") return isTime.test(value) ? new Date(value).toISOString() : value;
  if (Array.isArray(value)) return value.map(inFull);
  return typeof value === "object" && value !== null ? withTimes(value) : value;
}
function withTimes(item: object): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, inFull(value)]));
}

/** The whole answer that an example promises: the figures that it leaves out are 0, null or empty bars. */
export function expectedAnalytics(example: AnalyticsExample): unknown {
  const { ask } = example.question;
  const question = questionOf(example);
  const whole = (item: Item): Item => {
    const figures: Item = { group: null, ...nothing[ask], ...withTimes(item) };
    if (ask === "analytics/response-times") {
      const shown = Array.isArray(item.histogram) ? item.histogram : [];
      figures.histogram = bars.map((upTo) => shown.find((bar) => bar.upTo === upTo) ?? { upTo, count: 0 });
    }
    return figures;
  };
  const { from, to, interval, timezone, groupBy } = question;
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    interval,
    timezone,
    groupBy,
    items: example.answer.items.map(whole),
    total: example.answer.total.map(whole),
  };
}

/** What a list's answer must contain: as many items, with at least these fields. */
export function expectedItems(example: ListExample): Item[] {
  return example.answer.items.map(withTimes);
}

/** The fields that a chat's answer must have at least. */
export function expectedChat(example: ChatExample): Item {
  return withTimes(example.answer);
}
