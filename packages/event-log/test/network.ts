import { logWith } from "../src/log-with.ts";
import { type EventLog, EventLogError } from "../src/port.ts";
import { readAll, text } from "./support.ts";

/**
 * What becomes of an append on its way: `lost` = it arrives, its answer does not; `late` = it arrives after a while; `narrow` = what
 * is larger is refused.
 */
export type Weather =
  | { kind: "fair" }
  | { kind: "refuses" }
  | { kind: "misconfigured" }
  | { kind: "hangs" }
  | { kind: "lost" }
  | { kind: "late"; ms: number }
  | { kind: "narrow"; bytes: number };

/** The way to a log that really is there. What hangs never ends, like a connection whose other end has gone without a word. */
export function network(log: EventLog, weather: () => Weather): EventLog & { appends: number } {
  const through = async <Value>(call: () => Promise<Value>, bytes = 0): Promise<Value> => {
    const now = weather();
    switch (now.kind) {
      case "fair":
        return call();
      case "refuses":
        throw new EventLogError("log_unavailable", true, "refused");
      case "misconfigured":
        throw new EventLogError("log_unavailable", false, "misconfigured");
      case "hangs":
        return new Promise(() => {});
      case "lost":
        await call();
        throw new EventLogError("log_unavailable", true, "the answer was lost");
      case "late":
        await new Promise((resolve) => setTimeout(resolve, now.ms));
        return call();
      case "narrow":
        if (bytes > now.bytes)
          throw new EventLogError("record_too_large", false, "larger than the topic takes");
        return call();
    }
  };
  const calls = { appends: 0 };
  const changed = logWith(log, {
    append: (topic, entries) => {
      calls.appends++;
      const bytes = entries.reduce((sum, { value }) => sum + value.length, 0);
      return through(() => log.append(topic, entries), bytes);
    },
    ready: () => through(() => log.ready()),
    close: () => (weather().kind === "hangs" ? new Promise(() => {}) : log.close()),
  });
  return Object.assign(calls, changed);
}

/** The values of one key, each where it first occurs. */
export async function firstOccurrences(log: EventLog, topic: string, key: string): Promise<string[]> {
  const own = (await readAll(log, topic)).filter((record) => record.key === key);
  return [...new Set(own.map(text))];
}
