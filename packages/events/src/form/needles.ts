/** Where in a text one of the needles was found. */
export type Hit = { from: number; to: number };
export type Finder = {
  /** One place, not always the first one. */
  one(text: string): Hit | null;
  all(text: string): Hit[];
};

export const shortestNeedle = 16;
/** V8's search is linear up to this length; of a longer needle the beginning gives it away. */
const longestNeedle = 250;
/** Of more needles than this only the first 16 characters are compared, all in one pass: time must not be needles × text. */
const maxExactNeedles = 16;

/** Letters are found in either case, and a plus where a blank was. */
export function needleFinder(needles: ReadonlySet<string>): Finder {
  const folded = Array.from(needles, fold);
  return folded.length <= maxExactNeedles ? exactFinder(folded) : prefixFinder(folded);
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll("+", " ");
}

function exactFinder(needles: readonly string[]): Finder {
  const wanted = needles.map((needle) => ({ head: needle.slice(0, longestNeedle), length: needle.length }));
  return {
    one: (text) => {
      if (text.length < shortestNeedle) return null;
      const folded = fold(text);
      for (const { head } of wanted) {
        const from = folded.indexOf(head);
        if (from !== -1) return { from, to: from + head.length };
      }
      return null;
    },
    all: (text) => {
      const folded = fold(text);
      const hits: Hit[] = [];
      for (const { head, length } of wanted) {
        for (let from = folded.indexOf(head); from !== -1; ) {
          const to = Math.min(from + length, text.length);
          hits.push({ from, to });
          from = folded.indexOf(head, to);
        }
      }
      return hits;
    },
  };
}

function prefixFinder(needles: readonly string[]): Finder {
  /** With the longest needle that begins so. */
  const lengths = new Map<string, number>();
  for (const needle of needles) {
    const prefix = needle.slice(0, shortestNeedle);
    lengths.set(prefix, Math.max(needle.length, lengths.get(prefix) ?? 0));
  }
  const search = (text: string, most: number): Hit[] => {
    const folded = fold(text);
    const hits: Hit[] = [];
    for (let from = 0; from + shortestNeedle <= folded.length && hits.length < most; from++) {
      const length = lengths.get(folded.slice(from, from + shortestNeedle));
      if (length !== undefined) hits.push({ from, to: Math.min(from + length, text.length) });
    }
    return hits;
  };
  return { one: (text) => search(text, 1)[0] ?? null, all: (text) => search(text, text.length) };
}
