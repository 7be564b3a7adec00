import { type Static, type TArray, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { problem } from "./problems.ts";
import { orNull } from "./schemas.ts";

/** Spread into the querystring of every list. */
export const pageParameters = {
  limit: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 100,
    description: "How many items a page holds at most",
  }),
  cursor: Type.Optional(Type.String({ maxLength: 2000, description: "nextCursor of the page before" })),
};

export type PageOf<T extends TSchema> = TObject<{
  items: TArray<T>;
  nextCursor: ReturnType<typeof nextCursorSchema>;
}>;

function nextCursorSchema() {
  return orNull(Type.String(), {
    description: "Ask for it as `cursor` to go on; null on the last page",
  });
}

export function PageOf<T extends TSchema>(item: T): PageOf<T> {
  return Type.Object({ items: Type.Array(item), nextCursor: nextCursorSchema() });
}

/** A cursor is the sorting key of the last item of a page: it stays right while new items arrive. */
export function encodeCursor(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** null where there is none; 400 invalid_cursor where it is not one of this list's. */
export function decodeCursor<T extends TSchema>(shape: T, cursor: string | undefined): Static<T> | null {
  if (cursor === undefined) return null;
  const key = parseJson(Buffer.from(cursor, "base64url").toString("utf8"));
  if (Value.Check(shape, key)) return key;
  throw problem("invalid_cursor", "query parameter cursor must be a nextCursor of this same list");
}

/** Ask the database for limit + 1 rows; the row too many says that there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  keyOf: (row: Row) => unknown,
): { items: Item[]; nextCursor: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null;
  return { items: kept.map(itemOf), nextCursor };
}

function parseJson(text: string): unknown {
  try {
    // No key of a list holds another number; a database would refuse it.
    const whole = (_name: string, value: unknown) =>
      typeof value === "number" && !Number.isSafeInteger(value) ? undefined : value;
    return JSON.parse(text, whole);
  } catch {
    return undefined;
  }
}
