import { memoryFigures } from "./memory.ts";
import { startProduct } from "./product.ts";
import { behind, projected, readerOf } from "./progress.ts";

/** Starts the product on a filled folder and measures it until nothing is left to project. */
export async function projectFolder(
  dataDir: string,
  events: number,
): Promise<Record<string, number | string>> {
  const product = await startProduct(dataDir);
  const log = await readerOf(dataDir);
  const db = await product.openTables();
  try {
    // What it did before it was ready is not counted, and neither is that time.
    const [started, cpuBefore, before] = [performance.now(), product.cpu(), await behind(log)];
    const memory: number[] = [];
    await projected(log, 250, (left) => {
      memory.push(product.memory());
      if (memory.length % 8 === 0)
        process.stderr.write(`\rprojected ${Math.floor((1 - left / events) * 100)} % `);
    });
    process.stderr.write("\n");
    const seconds = (performance.now() - started) / 1000;
    const cpu = product.cpu() - cpuBefore;
    const rows = await db.query<{ rows: string }>(
      "SELECT sum(total_rows) AS rows FROM system.tables WHERE database = currentDatabase()",
    );
    return {
      "events/s": Math.round(before / seconds),
      seconds: seconds.toFixed(1),
      "CPU, µs an event": ((cpu * 1e6) / before).toFixed(1),
      "rows in all tables": rows[0]?.rows ?? "unknown",
      ...memoryFigures(memory),
    };
  } finally {
    await db.close();
    await log.close();
    await product.stop();
  }
}
