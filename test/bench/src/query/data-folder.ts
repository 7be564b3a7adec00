import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fill } from "../fill.ts";
import { type BenchPortal, benchPortals, fewSizes, unevenSizes } from "../history/portals.ts";
import { type Product, runCommand, startProduct } from "../product.ts";
import { projected, readerOf } from "../progress.ts";
import { filling } from "../temporary-folder.ts";
import { enrolAll } from "../traffic.ts";

/** Greater whenever the history changes: a folder that was filled otherwise is not used. */
const revision = 1;

export type Filled = {
  product: Product;
  portals: readonly BenchPortal[];
  figures: Record<string, number | string>;
  release(): Promise<void>;
};
type Options = { scale: number; few: boolean; dataDir: string | undefined; rebuild: boolean };
/** `records` is 0 until the whole history is in the log. */
type Kept = { revision: number; scale: number; few?: boolean; records: number };

/** The product on the folder's history: filled through the log and projected where that was not done before. */
export async function openFilled({ scale, few, dataDir, rebuild }: Options): Promise<Filled> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "portalstream-bench-")));
  const portals = benchPortals((few ? fewSizes : unevenSizes)(scale));
  const figures: Record<string, number | string> = {};
  let kept = await readKept(folder);
  if (kept === null) {
    if ((await entriesOf(folder)).length > 0)
      throw new Error(`${folder} is not empty, and not of this benchmark`);
    kept = { revision, scale, few, records: 0 };
  }
  if (kept.revision !== revision || kept.scale !== scale || (kept.few ?? false) !== few)
    throw new Error(
      `${folder} holds another history (${JSON.stringify(kept)}): remove it or name another folder`,
    );
  if (kept.records === 0) {
    const started = performance.now();
    kept.records = await fillFolder(folder, portals, kept);
    figures["filled through the log, records/s"] = perSecond(kept.records, started);
    await keep(folder, kept);
  }
  figures["records in the log"] = kept.records;
  if (rebuild) {
    process.stderr.write("rebuilding the tables\n");
    const started = performance.now();
    await runCommand(folder, "migrate");
    await runCommand(folder, "rebuild", "--all");
    figures["rebuilt, records/s"] = perSecond(kept.records, started);
  }
  const product = await startProduct(folder);
  const release = async () => {
    await product.stop();
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
  };
  const started = performance.now();
  const left = await waitUntilProjected(folder);
  if (left > 0) figures["projected, records/s"] = perSecond(left, started);
  await enrolAll(product.url, product.adminKey, portals);
  return { product, portals, figures, release };
}

async function fillFolder(folder: string, portals: readonly BenchPortal[], kept: Kept): Promise<number> {
  // A run that was interrupted has left a part of the history.
  await rm(join(folder, "log"), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await keep(folder, kept);
  return filling(folder, (log) => fill(log, portals));
}

/** How many records were left to project. */
async function waitUntilProjected(folder: string): Promise<number> {
  const log = await readerOf(folder);
  let first = -1;
  try {
    await projected(log, 500, (left) => {
      if (first < 0) first = left;
      if (first > 0) process.stderr.write(`\rleft to project: ${left}      `);
    });
  } finally {
    await log.close();
  }
  if (first > 0) process.stderr.write("\n");
  return first;
}

async function readKept(folder: string): Promise<Kept | null> {
  try {
    return JSON.parse(await readFile(join(folder, "bench.json"), "utf8"));
  } catch {
    return null;
  }
}

const keep = (folder: string, kept: Kept): Promise<void> =>
  writeFile(join(folder, "bench.json"), JSON.stringify(kept));

const entriesOf = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const perSecond = (records: number, since: number): number =>
  Math.round((records * 1000) / (performance.now() - since));
