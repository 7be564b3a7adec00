/** Where in a text one of the needles was found. */
export type Hit = { from: number; to: number };
export type Finder = (text: string) => Hit | null;

export const shortestNeedle = 16;
/** V8's search is linear up to this length; of a longer needle the beginning gives it away. */
const longestNeedle = 250;
/** Of more needles than this only the first 16 characters are compared, all in one pass: time must not be needles × text. */
const maxExactNeedles = 16;

export function needleFinder(needles: ReadonlySet<string>): Finder {
  return needles.size <= maxExactNeedles ? exactFinder(needles) : prefixFinder(needles);
}

function exactFinder(needles: ReadonlySet<string>): Finder {
  const wanted = Array.from(needles, (needle) => needle.slice(0, longestNeedle));
  return (text) => {
    if (text.length < shortestNeedle) return null;
    for (const needle of wanted) {
      const from = needle.length > text.length ? -1 : text.indexOf(needle);
      if (from !== -1) return { from, to: from + needle.length };
    }
    return null;
  };
}

function prefixFinder(needles: ReadonlySet<string>): Finder {
  const prefixes = new Set(Array.from(needles, (needle) => needle.slice(0, shortestNeedle)));
  return (text) => {
    for (let from = 0; from + shortestNeedle <= text.length; from++) {
      const to = from + shortestNeedle;
      if (prefixes.has(text.slice(from, to))) return { from, to };
    }
    return null;
  };
}
