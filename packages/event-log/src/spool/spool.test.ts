import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consumerContract } from "../../test/consumer-contract.ts";
import { type Fresh, storageContract } from "../../test/contract.ts";

async function fresh(): Promise<Fresh> {
  const path = await mkdtemp(join(tmpdir(), "portalstream-spool-"));
  return { config: { kind: "spooled", path, partitions: 3 }, remove: () => rm(path, { recursive: true }) };
}

storageContract("spooled", fresh);
consumerContract("spooled", fresh);
