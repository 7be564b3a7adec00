/** Chance that is the same for the same seed, on every machine. */
export type Random = {
  float(): number;
  int(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  hex(length: number): string;
  /** Log-normal: half of the values are below `median`, some are far above. */
  spread(median: number, sigma: number): number;
  fork(name: string): Random;
};

export function createRandom(seed: string): Random {
  const next = sfc32(seed);
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  const hexDigit = () => int(0, 15).toString(16);
  return {
    float: next,
    int,
    chance: (probability) => next() < probability,
    pick: <T>(items: readonly T[]): T => {
      const [chosen] = items.slice(int(0, items.length - 1));
      if (chosen === undefined) throw new RangeError("nothing to pick from");
      return chosen;
    },
    hex: (length) => Array.from({ length }, hexDigit).join(""),
    spread: (median, sigma) => median * Math.exp(sigma * normal(next)),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

const normal = (next: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

function sfc32(seed: string): () => number {
  const hash = hasher(seed);
  let [a, b, c, d] = [hash(), hash(), hash(), hash()];
  const next = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

function hasher(text: string): () => number {
  let state = 1779033703 ^ text.length;
  for (let at = 0; at < text.length; at++) {
    state = Math.imul(state ^ text.charCodeAt(at), 3432918353);
    state = (state << 13) | (state >>> 19);
  }
  return () => {
    state = Math.imul(state ^ (state >>> 16), 2246822507);
    state = Math.imul(state ^ (state >>> 13), 3266489909);
    state ^= state >>> 16;
    return state | 0;
  };
}
