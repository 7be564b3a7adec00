export type PhpValue = string | number | boolean | null | readonly PhpValue[] | PhpMap;
export type PhpMap = { readonly [key: string]: PhpValue };

/** What PHP's http_build_query makes of an array: nulls and empty arrays vanish, booleans are 1 and 0, keys nest in brackets. */
export function httpBuildQuery(data: PhpMap): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(data)) append(pairs, urlencode(key), value);
  return pairs.join("&");
}

function append(pairs: string[], name: string, value: PhpValue): void {
  if (value === null) return;
  if (typeof value === "object") {
    for (const [key, item] of Object.entries(value)) append(pairs, `${name}%5B${urlencode(key)}%5D`, item);
    return;
  }
  pairs.push(`${name}=${urlencode(typeof value === "boolean" ? (value ? "1" : "0") : String(value))}`);
}

/** RFC 1738 as PHP does it: a space is +, and only letters, digits and -_. stay as they are. */
export function urlencode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
