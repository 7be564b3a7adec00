type Cell = string | number;

/** Rows as aligned columns: numbers to the right, text to the left. */
export function printTable(output: { write(text: string): unknown }, head: string[], rows: Cell[][]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column] ?? "").length)),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === "number" ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  output.write(`${line(head)}\n`);
  for (const row of rows) output.write(`${line(row)}\n`);
}
