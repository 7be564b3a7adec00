import { openQueue, type Queue } from "../lmdb/queue.ts";
import { type EventLog, EventLogError } from "../port.ts";
import { Destination } from "./destination.ts";
import { Drainer } from "./drainer.ts";
import { Gate, type OnMode } from "./gate.ts";
import { Remote } from "./remote.ts";
import { SpooledLog } from "./spooled-log.ts";
import { within } from "./waiter.ts";

export type SpoolConfig = {
  /** The spool's folder. One process at a time has it. */
  path: string;
  /** With the path: for whom it is. Records that wait there are not sent to another prefix or cluster. */
  prefix: string;
  /** Called until it resolves. */
  openRemote: () => Promise<Reached>;
  /** Of disk, for the spool (1 GiB). */
  maxBytes?: number;
  /** How long the remote may take to confirm before the spool does (500 ms). */
  patienceMs?: number;
  /** How long the start waits for the remote to be open (3,000 ms). */
  startPatienceMs?: number;
  /** The longest pause between attempts to open the remote or to drain; the first is a fortieth (4,000 ms). */
  longestPauseMs?: number;
  /** How long closing waits for the remote to close (10,000 ms). */
  closeMs?: number;
  /** Hears every change of mode, and at the start that it begins spooling. */
  onMode?: OnMode;
  /** Hears every failure to open the remote, to drain, or to give back what was drained; each is tried again. */
  onError?: (error: unknown) => void;
};

/** A remote log, and the name of the cluster that has it. */
export type Reached = { log: EventLog; cluster: string };

// What is drained may take longer: it is more, and nobody waits for it.
const attemptPatience = 10;

/**
 * Resolves when the remote is open, cannot be opened now, or takes longer than is waited for. Rejects when the spool cannot be opened,
 * when what waits in it is for another remote, or when the remote says before that it will not open until somebody acts (not
 * retriable): a start is when somebody looks.
 */
export async function openSpooledLog(config: SpoolConfig): Promise<SpooledLog> {
  const { path, prefix, openRemote, maxBytes = 2 ** 30, patienceMs = 500, startPatienceMs = 3_000 } = config;
  const { closeMs = 10_000, longestPauseMs = 4_000, onMode = () => {}, onError = () => {} } = config;
  const queue = await openQueue({ path, maxBytes });
  const destination = await destinationOf(queue, path, prefix);
  const gate = new Gate({ queue, patienceMs, onMode });
  const remote = new Remote(() => openAt(destination, openRemote), longestPauseMs, onError);
  const begun = remote.openOnce();
  const failure = await within(startPatienceMs, failureOf(begun), null);
  if (failure !== null && !(failure instanceof EventLogError && failure.retriable)) {
    await queue.close();
    throw failure;
  }
  if (remote.log !== null && queue.records === 0) gate.goDirect(remote.log);
  else onMode("spooling", failure);
  void remote.keepOpening(begun);
  const drainer = new Drainer({
    queue,
    gate,
    attemptMs: attemptPatience * patienceMs,
    longestPauseMs,
    onError,
  });
  return new SpooledLog({ queue, gate, remote, patienceMs, closeMs, drainer });
}

async function destinationOf(queue: Queue, path: string, prefix: string): Promise<Destination> {
  try {
    return new Destination(path, prefix, queue.records);
  } catch (error) {
    await queue.close();
    throw error;
  }
}

async function openAt(destination: Destination, openRemote: () => Promise<Reached>): Promise<EventLog> {
  const { log, cluster } = await openRemote();
  try {
    destination.reached(cluster);
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => null,
    (error: unknown) => error ?? new Error("the remote did not open"),
  );
}
