import type { Config, Logger, Spans } from "@portalstream/runtime";
import type { Running } from "./process/running.ts";

/** Loaded when they are asked for: a process that only ingests needs no ClickHouse. */
export type Command = Service | Task;
export type Service = { kind: "service"; about: string; load: () => Promise<{ start: Start }> };
export type Task = { kind: "task"; about: string; usage: string; load: () => Promise<{ once: Once }> };
type Start = (config: Config, logger: Logger, spans: Spans | null) => Promise<Running>;
/** Resolves with the exit code. */
type Once = (config: Config, args: readonly string[]) => Promise<number>;

export const commands: Readonly<Record<string, Command>> = {
  standalone: {
    kind: "service",
    about: "everything in one process, on the embedded log and tables unless settings name others",
    load: () => import("./commands/standalone.ts"),
  },
  ingest: {
    kind: "service",
    about: "receives webhooks and enrolments, appends them to Kafka; keeps a spool in its data folder",
    load: () => import("./commands/ingest.ts"),
  },
  sessions: {
    kind: "service",
    about: "projects chats, messages, sessions and bots from Kafka into ClickHouse; any number may run",
    load: () => import("./commands/sessions.ts"),
  },
  analytics: {
    kind: "service",
    about: "projects what figures are computed from; any number may run",
    load: () => import("./commands/analytics.ts"),
  },
  query: {
    kind: "service",
    about: "serves the API and the page from ClickHouse; any number may run",
    load: () => import("./commands/query.ts"),
  },
  migrate: {
    kind: "task",
    about: "makes or completes the tables of a ClickHouse server",
    usage: "portalstream migrate",
    load: () => import("./commands/migrate.ts"),
  },
  verify: {
    kind: "task",
    about:
      "proves or refutes that the tables are what the log says, while everything runs; exit code 1 = refuted",
    usage: "portalstream verify [PROJECTION…] [--json]   (projections: sessions, analytics; none = both)",
    load: () => import("./commands/verify.ts"),
  },
  rebuild: {
    kind: "task",
    about:
      "makes a projection's tables anew from the log, with today's interpretation, while everything runs",
    usage: "portalstream rebuild PROJECTION…|--all",
    load: () => import("./commands/rebuild.ts"),
  },
  rollback: {
    kind: "task",
    about: "gives the tables of before the last rebuild their place back",
    usage: "portalstream rollback PROJECTION…",
    load: () => import("./commands/rollback.ts"),
  },
};
