/** Where in a text one of the needles was found. */
export type Hit = { from: number; to: number };
export type Finder = {
  /** Whether the needles look the same with one character a byte as with one a letter, and no key's brackets can cut them. */
  plain: boolean;
  /** One place, not always the first one. */
  one(text: string): Hit | null;
  all(text: string): Hit[];
};

export const shortestNeedle = 16;
/** V8's search is linear up to this length; of a longer needle the beginning gives it away. */
const longestNeedle = 250;
/** Of more needles than this only the first 16 characters are compared, all in one pass: time must not be needles × text. */
const maxExactNeedles = 16;

const plainNeedle = /^[\w.~-]*$/;

/** A plus is found where a blank was, and the other way round: a link may have either. */
export function needleFinder(needles: ReadonlySet<string>): Finder {
  let plain = true;
  for (const needle of needles) plain &&= plainNeedle.test(needle);
  const fold = plain ? asItIs : withoutPlus;
  const folded = Array.from(needles, fold);
  return folded.length <= maxExactNeedles
    ? exactFinder(folded, plain, fold)
    : prefixFinder(folded, plain, fold);
}

type Fold = (text: string) => string;
const asItIs: Fold = (text) => text;
const withoutPlus: Fold = (text) => text.replaceAll("+", " ");

function exactFinder(needles: readonly string[], plain: boolean, fold: Fold): Finder {
  const heads = needles.map((needle) => needle.slice(0, longestNeedle));
  const one = (text: string): Hit | null => {
    const folded = fold(text);
    for (const head of heads) {
      const from = folded.indexOf(head);
      if (from !== -1) return { from, to: from + head.length };
    }
    return null;
  };
  const all = (text: string): Hit[] => {
    const folded = fold(text);
    const hits: Hit[] = [];
    for (const [index, head] of heads.entries()) {
      const length = needles[index]?.length ?? 0;
      for (let from = folded.indexOf(head); from !== -1; ) {
        const to = Math.min(from + length, text.length);
        hits.push({ from, to });
        from = folded.indexOf(head, to);
      }
    }
    return hits;
  };
  return { plain, one, all };
}

function prefixFinder(needles: readonly string[], plain: boolean, fold: Fold): Finder {
  /** With the length of the longest needle that begins so. */
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
  return { plain, one: (text) => search(text, 1)[0] ?? null, all: (text) => search(text, text.length) };
}
