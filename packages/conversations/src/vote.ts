import type { Vote, VoteInText } from "./fact.ts";

/** Bitrix24 takes a reply for a rating that is `1` or `0`, alone or before a blank; its own screens show `[like]` and `[dislike]`. */
export function voteOf(text: string | null): VoteInText {
  if (text === null) return "unknown";
  if (text.length > 1 && text[1] !== " " && text[0] !== "[") return "none";
  return signs.get(text) ?? (text[1] === " " ? (signs.get(text.slice(0, 1)) ?? "none") : "none");
}

const signs: ReadonlyMap<string, Vote> = new Map([
  ["1", "like"],
  ["0", "dislike"],
  ["[like]", "like"],
  ["[dislike]", "dislike"],
]);
