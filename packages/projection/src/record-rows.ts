import type { LogRecord } from "@portalstream/event-log";
import { type AnyRecord, decodeAnew, decodeRecord } from "@portalstream/events";
import type { Projection, RecordPosition } from "./projection.ts";
import { type KnownRows, Rows } from "./rows.ts";
import { type ChatFacts, chatFactsOf } from "./state/chat-facts.ts";
import { addName } from "./state/name-table.ts";

/** `keepsFacts` (default no): chat facts of a whole batch are a heavy load for the garbage collector. */
export type RecordRowsOptions = { keepsFacts?: boolean; known?: KnownRows };

export type ProjectedRecord = { projection: string; offset: number };

/**
 * Rows of one partition's records in the making. A record that today's interpreter cannot interpret again, or whose new interpretation cannot be projected, is
 * projected as it was received: nothing that was there may vanish because a program understands less.
 */
export class RecordRows {
  readonly rows: Rows;
  /** What the records tell of chats, by projection; empty unless it is kept. */
  readonly chatFacts = new Map<string, ChatFacts[]>();
  /** The portals of whose chats the records tell something. */
  readonly chatPortals = new Set<string>();
  /** What was to be interpreted again, and is here as it was received. */
  readonly asReceived: ProjectedRecord[] = [];
  readonly unprojectable: { projection: string; record: LogRecord; error: unknown }[] = [];
  readonly #projections: readonly Projection[];
  readonly #options: RecordRowsOptions;
  readonly #failed: Set<string>;
  #spoilt = false;

  constructor(
    projections: readonly Projection[],
    options: RecordRowsOptions = {},
    failed = new Set<string>(),
  ) {
    this.#projections = projections;
    this.#options = options;
    this.#failed = failed;
    this.rows = new Rows(options.known);
  }

  /** Whether rows of an interpretation that failed midway are among the others: then all is to be made once more, by `again`. */
  get spoilt(): boolean {
    return this.#spoilt;
  }

  /** Empty, and knows which interpretations fail. */
  again(): RecordRows {
    return new RecordRows(this.#projections, this.#options, this.#failed);
  }

  /** Answers what was projected last; null where no projection could. */
  add(record: LogRecord, topic: string, anew: boolean): AnyRecord | null {
    const position = { topic, partition: record.partition, offset: record.offset };
    const reading: Reading = { anew: anew ? attempt(() => decodeAnew(record.value)) : null, received: null };
    let projected: AnyRecord | null = null;
    for (const projection of this.#projections)
      projected = this.#project(projection, record, position, reading, anew) ?? projected;
    return projected;
  }

  #project(
    projection: Projection,
    record: LogRecord,
    position: RecordPosition,
    reading: Reading,
    anew: boolean,
  ): AnyRecord | null {
    const { name } = projection;
    const { value, offset } = record;
    try {
      if (reading.anew !== null && !this.#failed.has(keyOf(name, offset))) {
        this.#add(projection, reading.anew, position);
        return reading.anew;
      }
    } catch {
      this.#failed.add(keyOf(name, offset));
      this.#spoilt = true;
      return null;
    }
    try {
      reading.received ??= decodeRecord(value);
      this.#add(projection, reading.received, position);
      if (anew) this.asReceived.push({ projection: name, offset });
      return reading.received;
    } catch (error) {
      this.unprojectable.push({ projection: name, record, error });
      return null;
    }
  }

  #add({ project, state, name }: Projection, record: AnyRecord, position: RecordPosition): void {
    project(record, position, this.rows);
    const chatFacts = chatFactsOf(record);
    if (chatFacts === null) return;
    for (const fact of chatFacts.facts) state.facts.add(this.rows, chatFacts.portal, fact);
    for (const fact of chatFacts.names) addName(this.rows, state.names, chatFacts.portal, fact);
    this.chatPortals.add(chatFacts.portal);
    if (this.#options.keepsFacts !== true) return;
    const others = this.chatFacts.get(name);
    if (others === undefined) this.chatFacts.set(name, [chatFacts]);
    else others.push(chatFacts);
  }
}

/** A record's interpretations, made when they are asked for and once for all projections. */
type Reading = { anew: AnyRecord | null; received: AnyRecord | null };

const keyOf = (projection: string, offset: number) => `${projection}/${offset}`;

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
