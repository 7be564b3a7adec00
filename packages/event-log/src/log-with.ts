import type { EventLog } from "./port.ts";

/** The log as it is, but for what `change` says. */
export const logWith = (log: EventLog, change: Partial<EventLog>): EventLog => ({
  append: (topic, entries) => log.append(topic, entries),
  consume: (what, handle) => log.consume(what, handle),
  read: (topic, partition, from, to) => log.read(topic, partition, from, to),
  extents: (topic) => log.extents(topic),
  progress: (group, topic) => log.progress(group, topic),
  ready: () => log.ready(),
  close: () => log.close(),
  ...change,
});
