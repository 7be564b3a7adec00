import { year } from "../history/history.ts";
import type { BenchPortal } from "../history/portals.ts";
import { words } from "../history/texts.ts";
import type { QueryClient } from "./client.ts";

/** One question of the API, each round about another chat or month where that can be. `target` is for the p95, in milliseconds. */
export type Case = { name: string; target: number | null; path: (round: number) => string };

/** Chats that are asked for one by one. */
export type Examples = { chats: readonly string[] };

const exampleChats = 50;
const months = 12;

export async function examplesOf(client: QueryClient, portal: BenchPortal): Promise<Examples> {
  const items = await client.items(`/v1/portals/${portal.memberId}/chats?limit=${exampleChats}`);
  return { chats: items.map(({ chatId }) => encodeURIComponent(String(chatId))) };
}

/** Every question of the API, about one portal. */
export function casesOf(portal: BenchPortal, { chats }: Examples): Case[] {
  const base = `/v1/portals/${portal.memberId}`;
  const chat = (round: number) => `${base}/chats/${chats[round % chats.length] ?? "none"}`;
  const same = (name: string, target: number | null, path: string): Case => ({
    name,
    target,
    path: () => `${base}${path}`,
  });
  const figure = (name: string, path: string): Case => ({
    name,
    target: 150,
    path: (round) =>
      `${base}/analytics/${path}${path.includes("?") ? "&" : "?"}interval=day&${monthOf(round)}`,
  });
  const search = (word: string) => `/messages?q=${encodeURIComponent(word)}`;
  return [
    same("chats by id", 50, "/chats"),
    same("chats by activity", 50, "/chats?sort=activity"),
    same("open chats", 100, "/chats?state=open"),
    same("open chats by activity", 100, "/chats?sort=activity&state=open"),
    { name: "one chat", target: 50, path: chat },
    { name: "messages of a chat", target: null, path: (round) => `${chat(round)}/messages` },
    same("sessions", 50, "/sessions"),
    same("open sessions", 50, "/sessions?state=open"),
    same("sessions of a line", 50, "/sessions?line=3"),
    same("messages", 50, "/messages"),
    same("inbound messages", 50, "/messages?direction=inbound"),
    same("messages of an operator", 50, "/messages?operator=21"),
    same("messages of a line", 50, "/messages?line=3"),
    same("search, a common word", 200, search(words.common)),
    same("search, a rare word", 200, search(words.rare)),
    same("search, a part of a rare word", 200, search(words.part)),
    same("search, a word that is nowhere", 200, search("nowheretobefound")),
    figure("messages by day", "messages"),
    figure("messages by day and operator", "messages?groupBy=operator"),
    figure("response times by day", "response-times"),
    figure("response times by day and operator", "response-times?groupBy=operator"),
    figure("sessions by day", "sessions"),
    figure("sessions by day and operator", "sessions?groupBy=operator"),
    same("events of a name", null, "/events?name=ONSESSIONFINISH"),
    same("bots", null, "/bots"),
    { name: "portals", target: null, path: () => "/v1/portals" },
  ];
}

function monthOf(round: number): string {
  const length = (year.to - year.from) / months;
  const from = year.from + (round % months) * length;
  return rangeOf(from, from + length);
}

/** `from` and `to` of a query, of epoch seconds. */
export const rangeOf = (from: number, to: number): string =>
  `from=${new Date(Math.floor(from) * 1000).toISOString()}&to=${new Date(Math.floor(to) * 1000).toISOString()}`;
