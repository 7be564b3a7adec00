import type { ProjectionObservation } from "@portalstream/projection";
import type { SpanRecord, Spans } from "@portalstream/runtime";

/** Inserts are heard of before the batch that they belong to is over: they are kept until then, and are its parts. */
export class BatchSpans {
  readonly #spans: Spans;
  /** By projection and partition, which has one batch at a time. */
  readonly #inserts = new Map<string, SpanRecord[]>();

  constructor(spans: Spans) {
    this.#spans = spans;
  }

  observe(what: ProjectionObservation): void {
    const to = performance.now();
    const { projection } = what;
    if (what.kind === "insert") {
      const { topic, partition, table, bytes, seconds } = what;
      const of = placeOf(projection, topic, partition);
      const inserts = this.#inserts.get(of) ?? [];
      this.#inserts.set(of, inserts);
      const attributes = { projection, table, bytes };
      const from = to - seconds * 1000;
      inserts.push({ name: "insert", kind: "client", from, to, failed: false, attributes, parts: [] });
      return;
    }
    if (what.kind === "fold") return;
    const place = what.kind === "failure" ? what.at : what;
    if (place === null) return;
    const { topic, partition } = place;
    const parts = this.#take(placeOf(projection, topic, partition));
    const failed = what.kind === "failure";
    const from = failed ? Math.min(to, ...parts.map((part) => part.from)) : to - what.seconds * 1000;
    const attributes = {
      ...{ projection, topic, partition },
      ...(failed
        ? { firstOffset: what.at?.offset ?? 0 }
        : { firstOffset: what.firstOffset, lastOffset: what.lastOffset, records: what.records }),
    };
    this.#spans.record({ name: "batch", kind: "consumer", from, to, failed, attributes, parts });
  }

  #take(of: string): SpanRecord[] {
    const inserts = this.#inserts.get(of) ?? [];
    this.#inserts.delete(of);
    return inserts;
  }
}

const placeOf = (projection: string, topic: string, partition: number): string =>
  `${projection}/${topic}/${partition}`;
