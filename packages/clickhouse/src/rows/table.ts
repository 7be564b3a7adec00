import type { Column } from "./columns.ts";

/** A table as rows are written to it: all its columns, and so the shape of a row. */
export type Table<Row extends readonly unknown[]> = {
  name: string;
  columns: { readonly [Index in keyof Row]: Column<Row[Index]> };
};

/** The values of these columns. */
export type RowOf<Columns extends readonly unknown[]> = {
  readonly [Index in keyof Columns]: Columns[Index] extends Column<infer Value> ? Value : never;
};

export function table<const Row extends readonly unknown[]>(
  name: string,
  columns: { readonly [Index in keyof Row]: Column<Row[Index]> },
): Table<Row> {
  return { name, columns };
}
