const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\0": "\\0",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

export const escaped = (text: string) => text.replace(/[\\'\0\b\f\n\r\t]/g, (one) => escapes[one] ?? one);
export const quoted = (text: string) => `'${escaped(text)}'`;

/** Literals, quoted names and comments: what looks like a keyword in there is none. */
const opaque = String.raw`'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S])*"|\`(?:[^\`\\]|\\[\s\S])*\`|--[^\n]*|/\*[\s\S]*?\*/`;

/** Replaces what `pattern` finds in the statement's own words. */
export function replaceInSql(sql: string, pattern: RegExp, by: (found: string) => string): string {
  return sql.replace(
    new RegExp(`(${opaque})|${pattern.source}`, `g${pattern.ignoreCase ? "i" : ""}`),
    (all, hidden) => (hidden === undefined ? by(all) : all),
  );
}

/** The statement's own words: literals, quoted names and comments are blank. */
export function bareSql(sql: string): string {
  return sql.replace(new RegExp(opaque, "g"), " ");
}
