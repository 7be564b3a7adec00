import { parseArgs } from "node:util";
import { foldFromScratch } from "./fold-from-scratch.ts";
import { oneChat } from "./history/one-chat.ts";
import { benchPortals } from "./history/portals.ts";
import { startProduct } from "./product.ts";
import { behind, projected, readerOf } from "./progress.ts";
import { appendAll, recordsOf } from "./records-of.ts";
import { against, report } from "./report.ts";
import { sendWatched } from "./send-watched.ts";
import { filling, inTemporaryFolder } from "./temporary-folder.ts";
import { enrolAll } from "./traffic.ts";
import { waitFigures } from "./visible.ts";

const watchEvery = 60;
const target = 500;
const scratchTarget = 300;

/** One chat with a long history takes new events at a fixed rate: how soon they are visible, and what they cost. */
export async function benchChat(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      messages: { type: "string", default: "100000" },
      seconds: { type: "string", default: "20" },
      rate: { type: "string", default: "500" },
    },
  });
  const [messages, rate, seconds] = [Number(values.messages), Number(values.rate), Number(values.seconds)];
  await inTemporaryFolder(async (dataDir) => {
    const [portal] = benchPortals([messages]);
    if (portal === undefined) throw new Error("there is no portal");
    const next = oneChat(portal);
    const bodies: string[] = [];
    for (let said = 0; said < messages; ) {
      const { body, watch } = next();
      bodies.push(body);
      if (watch !== null) said += 1;
    }
    const records = recordsOf(bodies);
    const scratch = foldFromScratch(records);
    await filling(dataDir, (log) => appendAll(log, records));
    const product = await startProduct(dataDir);
    const log = await readerOf(dataDir);
    try {
      const [before, started] = [await behind(log), performance.now()];
      await projected(log, 50, () => {});
      const projecting = performance.now() - started;
      await enrolAll(product.url, product.adminKey, [portal]);
      await sendWatched(product, next, { rate, count: rate * 3, watchEvery });
      const [from, cpuBefore] = [performance.now(), product.cpu()];
      const waits = await sendWatched(product, next, { rate, count: rate * seconds, watchEvery });
      const [elapsed, cpu] = [(performance.now() - from) / 1000, product.cpu() - cpuBefore];
      const left = await behind(log);
      const { p99, figures } = waitFigures(waits);
      report("chat", {
        "messages in the chat": messages,
        "its first projection, events/s":
          before === 0 ? "done before ready" : Math.round((before * 1000) / projecting),
        "records in the log before": bodies.length,
        "facts folded from scratch": scratch.facts,
        "fold from scratch, median ms of 7": against(
          scratch.medianMs,
          { kind: "atMost", value: scratchTarget },
          0,
        ),
        "events/s sent": rate,
        ...figures,
        "p99, ms": against(p99, { kind: "atMost", value: target }),
        "events left to project at the end": left,
        "CPU of the product, % of a core": Math.round((cpu / elapsed) * 100),
        "CPU of the product, µs an event": Math.round((cpu * 1e6) / (rate * seconds)),
      });
    } finally {
      await log.close();
      await product.stop();
    }
  });
}
