import { parseArgs } from "node:util";
import { benchPortals, evenSizes } from "./history/portals.ts";
import { startProduct } from "./product.ts";
import { against, report } from "./report.ts";
import { sendWatched } from "./send-watched.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";
import { enrolAll, trafficOf } from "./traffic.ts";
import { waitFigures } from "./visible.ts";

const portalCount = 1_000;
const watchEvery = 125;
const target = 500;

/** Accepted to visible: every 125th of 1,000 messages a second is looked for until the list of messages shows it. */
export async function benchFresh(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      seconds: { type: "string", default: "20" },
      rate: { type: "string", default: "1000" },
    },
  });
  const rate = Number(values.rate);
  await inTemporaryFolder(async (dataDir) => {
    const product = await startProduct(dataDir);
    try {
      const portals = benchPortals(evenSizes(portalCount, portalCount));
      await enrolAll(product.url, product.adminKey, portals);
      const traffic = trafficOf(portals, 1_000_000);
      const next = () => {
        const webhook = traffic(Math.floor(Date.now() / 1000));
        return { body: webhook.body, watch: webhook };
      };
      // The first seconds only warm up.
      await sendWatched(product, next, { rate, count: rate * 3, watchEvery });
      const [started, cpuBefore] = [performance.now(), product.cpu()];
      const waits = await sendWatched(product, next, {
        rate,
        count: rate * Number(values.seconds),
        watchEvery,
      });
      const cpu = (product.cpu() - cpuBefore) / ((performance.now() - started) / 1000);
      const { p99, figures } = waitFigures(waits);
      report("fresh", {
        "events/s sent": rate,
        portals: portals.length,
        ...figures,
        "p99, ms": against(p99, { kind: "atMost", value: target }),
        "CPU of the product, % of a core": Math.round(cpu * 100),
      });
    } finally {
      await product.stop();
    }
  });
}
