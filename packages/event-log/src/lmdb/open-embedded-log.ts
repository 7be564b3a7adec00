import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type EventLog, EventLogError, type Observe } from "../port.ts";
import { Appender } from "./appender.ts";
import { Changes } from "./changes.ts";
import { EmbeddedLog } from "./embedded-log.ts";
import { lockFolder, syncFolders } from "./folder.ts";
import { asLogError } from "./lmdb-error.ts";
import { Notices } from "./notices.ts";
import { Progress } from "./progress.ts";
import { openEnvironment, Records } from "./records.ts";
import { Room } from "./room.ts";

export type EmbeddedConfig = {
  kind: "embedded";
  path: string;
  /** For ever: the log remembers it and opens with no other. */
  partitions: number;
  /** One writer a folder; beside it any number of readers, in other threads or processes, which consume but do not append. */
  role: "writer" | "reader";
  /** The log calls itself full rather than exceed this. Default: what the disk holds. */
  maxBytes?: number;
};

type Release = () => unknown;

export async function openEmbeddedLog(
  config: EmbeddedConfig,
  observe: Observe = () => {},
): Promise<EventLog> {
  const path = resolve(config.path);
  const held: Release[] = [];
  try {
    return await open({ ...config, path }, observe, held);
  } catch (error) {
    await releaseAll(held);
    throw await asLogError(error, `the log at ${path} cannot be opened`);
  }
}

async function open(
  { path, partitions, role, maxBytes }: EmbeddedConfig,
  observe: Observe,
  held: Release[],
): Promise<EventLog> {
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new EventLogError("log_unavailable", false, `a log has at least one partition, not ${partitions}`);
  }
  const writes = role === "writer";
  const folder = join(path, "records");
  if (writes) held.push(lockFolder(path));
  else if (!existsSync(join(folder, "data.mdb"))) {
    throw new EventLogError("log_unavailable", true, `there is no log at ${path} yet`);
  }
  const database = openEnvironment(folder, !writes);
  held.push(() => database.close());
  const records = await Records.open(database, partitions, writes);
  const saved = openEnvironment(join(path, "progress"), false);
  held.push(() => saved.close());
  const notices = new Notices(path);
  held.push(() => notices.close());
  const parts = { records, progress: new Progress(saved), release: () => releaseAll(held) };
  if (!writes) {
    const changes = new Changes(() => records.commits);
    notices.hear(() => {
      records.refresh();
      changes.announceAll();
    });
    return new EmbeddedLog({ ...parts, changes, appender: null });
  }
  syncFolders(path, ["records", "progress"]);
  const changes = new Changes(null);
  const room = new Room(path, database, maxBytes ?? Number.POSITIVE_INFINITY);
  const onCommit = (changed: Iterable<string>) => {
    changes.announce(changed);
    notices.send();
  };
  const appender = new Appender(records, room, onCommit, observe);
  return new EmbeddedLog({ ...parts, changes, appender });
}

async function releaseAll(held: Release[]): Promise<void> {
  for (const release of held.splice(0).reverse()) await release();
}
