import { isGenerated, isTest, type Source } from "./sources.ts";

const literal = /"([a-z]\w+)"/g;
const comment = /(?<!:)\/\/[^\n]*|\/\*.*?\*\//gs;

const firstOf = (matches: Iterable<RegExpMatchArray>): string[] =>
  [...matches].flatMap(([, found]) => found ?? []);

/**
 * Every code that an error of the product may carry and every reason of a rejected event: literals given to a `code`, members of
 * the types that a `code` may have, keys of the tables that such a type is made from, and literals that constructors take for one.
 */
export function errorCodes(sources: readonly Source[]): Set<string> {
  const product = sources
    .filter(({ path }) => !isTest(path) && !isGenerated(path))
    .map(({ path, text }) => ({ path, text: text.replaceAll(comment, "") }));
  const whole = product.map(({ text }) => text).join("\n");
  // Elsewhere a reason may also be one of an observation.
  const codes = product.flatMap(({ path, text }) =>
    path.startsWith("packages/events/")
      ? [...ofField("code", text), ...ofField("reason", text)]
      : ofField("code", text),
  );
  return new Set([...codes, ...constructed(whole)]);

  function ofField(name: string, text: string): string[] {
    const given = new RegExp(String.raw`\b${name}\??\s*[:=]\s*(\|?\s*"[^;,){}]*|[A-Z]\w+)`, "g");
    return firstOf(text.matchAll(given)).flatMap((type) => membersOf(type, whole));
  }
}

/** The literals of a type as it is written, and those of the types that it names. */
function membersOf(type: string, whole: string): string[] {
  const named = firstOf(type.matchAll(/(?<!typeof )\b([A-Z]\w+)/g)).flatMap((name) =>
    firstOf(whole.matchAll(new RegExp(String.raw`\btype ${name} =([^;]*);`, "g"))),
  );
  const tables = firstOf(type.matchAll(/keyof typeof (\w+)/g));
  return [
    ...firstOf(type.matchAll(literal)),
    ...named.flatMap((one) => membersOf(one, whole)),
    ...tables.flatMap((table) => keysOf(table, whole)),
  ];
}

/** The keys of a table, and those of the tables that it takes in. */
function keysOf(table: string, whole: string): string[] {
  const bodies = firstOf(whole.matchAll(new RegExp(String.raw`\bconst ${table} = \{\n(.*?)\n\}`, "gs")));
  return bodies.flatMap((body) => [
    ...firstOf(body.matchAll(/^ {2}(\w+):/gm)),
    ...firstOf(body.matchAll(/^ {2}\.\.\.(\w+),/gm)).flatMap((other) => keysOf(other, whole)),
  ]);
}

function constructed(whole: string): string[] {
  const classes = firstOf(
    whole.matchAll(/\bclass (\w+)[^{]*\{(?:(?!\bclass\b).)*?constructor\(code: string\b/gs),
  );
  return classes.flatMap((name) =>
    firstOf(whole.matchAll(new RegExp(String.raw`\bnew ${name}\(\s*${literal.source}`, "g"))),
  );
}
