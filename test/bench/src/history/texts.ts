import { urlencode } from "../../../simulator/src/index.ts";
import { phrases } from "../../../simulator/src/phrases.ts";
import { createRandom, type Random } from "../../../simulator/src/random.ts";

/** A word in about one of seven messages, one in one of 20,000, and a part of the latter. */
export const words = { common: "заказ", rare: "kaleidoskop", part: "leidosk" };

const poolSize = 20_000;
const vocabularySize = 6_000;
const syllables = [
  "ka",
  "lo",
  "mi",
  "ter",
  "sun",
  "po",
  "re",
  "вод",
  "сто",
  "ли",
  "на",
  "при",
  "ge",
  "ung",
  "bar",
  "en",
];

export type Texts = {
  /** What a customer or an operator writes, encoded for a form. */
  next(random: Random, side: "ask" | "answer"): string;
};

/** Texts as people write them: a phrase, then some words of a vocabulary, few of which are frequent. */
export function benchTexts(): Texts {
  const random = createRandom("bench texts");
  const vocabulary = Array.from({ length: vocabularySize }, () =>
    Array.from({ length: random.int(2, 4) }, () => random.pick(syllables)).join(""),
  );
  const word = () => vocabulary[Math.floor(vocabularySize * random.float() ** 3)] ?? "";
  const pool = (side: "ask" | "answer") =>
    Array.from({ length: poolSize }, () => {
      const language = random.pick(["en", "de", "ru"] as const);
      const phrase = random.pick<string>(phrases[language][side]);
      const more = Array.from({ length: random.int(0, 12) }, word).join(" ");
      const common = random.chance(0.1) ? ` ${words.common}` : "";
      return urlencode(`${phrase}${common} ${more}`.trim()).replaceAll("%7Bn%7D", "{n}");
    });
  const pools = { ask: pool("ask"), answer: pool("answer") };
  let said = 0;
  return {
    next: (by, side) => {
      said += 1;
      const text = pools[side][by.int(0, poolSize - 1)] ?? "";
      const numbered = text.includes("{n}") ? text.replace("{n}", `A${by.int(100_000, 999_999)}`) : text;
      return said % 20_000 === 100 ? `${numbered}+${words.rare}` : numbered;
    },
  };
}
