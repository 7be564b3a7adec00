import { isDeepStrictEqual } from "node:util";
import { at, type Json } from "./api.ts";

export type Comparison = { question: string; expected: Json; got: Json; ok: boolean };

export function compare(question: string, expected: Json, got: Json): Comparison {
  return { question, expected, got, ok: isDeepStrictEqual(rounded(expected), rounded(got)) };
}

/** Figures are equal to a thousandth; keys' order and how a time is written do not matter. */
function rounded(json: Json): Json {
  if (typeof json === "number") return Math.round(json * 1000) / 1000;
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(rounded);
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, rounded(value)]));
}

export const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** A time as the API wrote it, with milliseconds. */
export function timeAt(json: Json, key: string): Json {
  const time = at(json, key);
  return typeof time === "string" && !Number.isNaN(Date.parse(time)) ? new Date(time).toISOString() : time;
}

export const pick = (json: Json, keys: readonly string[]): { [key: string]: Json } =>
  Object.fromEntries(keys.map((key) => [key, at(json, key)]));

/** Lists that mean sets, in one order. */
export const sorted = (items: readonly Json[]): Json[] =>
  items
    .map((item) => ({ item, key: JSON.stringify(item) }))
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ item }) => item);
