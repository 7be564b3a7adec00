import type { ClickHouse } from "@portalstream/clickhouse";
import { year } from "../history/history.ts";
import type { BenchPortal } from "../history/portals.ts";
import { words } from "../history/texts.ts";
import { against } from "../report.ts";
import { examplesOf, rangeOf } from "./cases.ts";
import type { QueryClient } from "./client.ts";
import { amount, measure } from "./measure.ts";

const mostTimes = 2.5;
const pageSize = 100;

type Side = { portal: BenchPortal; range: string; interval: string; open: number; chats: readonly string[] };

/**
 * The same question with as many rows in its range, on the largest portal and on a small one. Traffic is even over the year, so
 * the small portal's year holds as many messages as a short span of the largest one's.
 */
export async function measureGrowth(
  client: QueryClient,
  db: ClickHouse,
  [largest, small]: readonly [BenchPortal, BenchPortal],
  limits: { rounds: number; seconds: number },
): Promise<Record<string, string>> {
  const middle = (year.from + year.to) / 2;
  const span = ((year.to - year.from) * small.messages) / largest.messages;
  const open = await openChats(client, small);
  const sides: Side[] = [
    { portal: largest, range: rangeOf(middle, middle + span), interval: "hour", open, chats: [] },
    { portal: small, range: rangeOf(year.from, year.to), interval: "week", open, chats: [] },
  ];
  for (const side of sides) side.chats = (await examplesOf(client, side.portal)).chats;
  const figures: Record<string, string> = {};
  for (const { name, path } of questions) {
    const found = [];
    for (const side of sides) {
      const base = `/v1/portals/${side.portal.memberId}`;
      found.push(await measure(client, db, { path: (round) => `${base}${path(side, round)}` }, limits));
    }
    const [large, little] = found;
    if (large?.kind !== "answered" || little?.kind !== "answered") {
      figures[`growth, ${name}`] = `not answered (${found.map((one) => one.kind).join(", ")})`;
      continue;
    }
    const times = against(large.p50 / little.p50, { kind: "atMost", value: mostTimes }, 2);
    figures[`growth, ${name}`] =
      `${times}: p50 ${large.p50.toFixed(1)} / ${little.p50.toFixed(1)} ms, rows read ${amount(large.read.rows).trim()} / ${amount(little.read.rows).trim()}`;
    process.stderr.write(`growth, ${name}: ${figures[`growth, ${name}`]}\n`);
  }
  return figures;
}

type Question = { name: string; path: (side: Side, round: number) => string };

const figure = (name: string, path: string): Question => ({
  name,
  path: ({ range, interval }) =>
    `/analytics/${path}${path.includes("?") ? "&" : "?"}interval=${interval}&${range}`,
});
const ranged = (name: string, path: string): Question => ({
  name,
  path: ({ range }) => `${path}${path.includes("?") ? "&" : "?"}${range}`,
});
const search = (word: string) => `/messages?q=${encodeURIComponent(word)}`;
const chatOf = ({ chats }: Side, round: number) => `/chats/${chats[round % chats.length] ?? "none"}`;

// Few chats of the small portal are open: with the same limit both pages hold as many.
const questions: readonly Question[] = [
  { name: "chats by id", path: () => "/chats" },
  { name: "chats by activity", path: () => "/chats?sort=activity" },
  { name: "open chats", path: ({ open }) => `/chats?state=open&limit=${open}` },
  { name: "one chat", path: chatOf },
  { name: "messages of a chat", path: (side, round) => `${chatOf(side, round)}/messages` },
  ranged("sessions", "/sessions"),
  { name: "open sessions", path: ({ open }) => `/sessions?state=open&limit=${open}` },
  ranged("sessions of a line", "/sessions?line=3"),
  ranged("messages", "/messages"),
  ranged("inbound messages", "/messages?direction=inbound"),
  ranged("messages of a line", "/messages?line=3"),
  ranged("search, a common word", search(words.common)),
  ranged("search, a rare word", search(words.rare)),
  ranged("search, a part of a rare word", search(words.part)),
  figure("messages by time", "messages"),
  figure("messages by time and operator", "messages?groupBy=operator"),
  figure("response times by time", "response-times"),
  figure("response times by time and operator", "response-times?groupBy=operator"),
  figure("sessions by time", "sessions"),
  figure("sessions by time and operator", "sessions?groupBy=operator"),
  ranged("events of a name", "/events?name=ONSESSIONFINISH"),
];

async function openChats(client: QueryClient, { memberId }: BenchPortal): Promise<number> {
  const open = await client.items(`/v1/portals/${memberId}/chats?state=open&limit=${pageSize}`);
  return Math.max(1, open.length);
}
