export type RowFormat = "Native" | "JSONCompactEachRow";

export function jsonLines(rows: readonly (readonly unknown[])[]): readonly Uint8Array[] {
  return rows.map((row) => Buffer.from(`${JSON.stringify(row)}\n`));
}
