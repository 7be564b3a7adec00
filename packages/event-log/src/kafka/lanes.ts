import type { Kafka } from "kafkajs";
import type { Entry, EventLogError, Observe } from "../port.ts";
import { Lane } from "./lane.ts";

const count = 4;
// Groups cost the brokers and us by the request, so a lane is filled before the next one is used.
const fullRecords = 200;

type Route = { lane: Lane; pending: number };

/**
 * Several producers side by side, for brokers that are far away or many. What is on its way to a partition keeps its lane, so that
 * a partition's entries never overtake each other.
 */
export class Lanes {
  readonly #lanes: readonly Lane[];
  /** By topic and partition, while something is on its way there. */
  readonly #routes = new Map<string, Route>();

  constructor(kafka: Kafka, observe: Observe) {
    this.#lanes = Array.from({ length: count }, () => new Lane(kafka, observe));
  }

  /** Appends entries whose partitions were chosen; `topic` is the name on the brokers. Resolves with each one's offset. */
  async append(topic: string, entries: readonly Entry[], partitions: readonly number[]): Promise<number[]> {
    const offsets: number[] = [];
    const byPartition = Map.groupBy(entries.keys(), (at) => partitions[at] ?? 0);
    await Promise.all(
      [...byPartition].map(async ([partition, own]) => {
        const given = await this.#push(
          topic,
          partition,
          own.flatMap((at) => entries[at] ?? []),
        );
        own.forEach((at, index) => {
          offsets[at] = given[index] ?? -1;
        });
      }),
    );
    return offsets;
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  #push(topic: string, partition: number, entries: readonly Entry[]): Promise<number[]> {
    const place = `${topic}/${partition}`;
    const route = this.#routes.get(place) ?? { lane: this.#free(), pending: 0 };
    route.pending += 1;
    this.#routes.set(place, route);
    return new Promise((resolve, reject) => {
      const done = () => {
        route.pending -= 1;
        if (route.pending === 0) this.#routes.delete(place);
      };
      route.lane.push({
        topic,
        partition,
        entries,
        resolve: (offsets) => {
          done();
          resolve(offsets);
        },
        reject: (error: EventLogError) => {
          done();
          reject(error);
        },
      });
    });
  }

  #free(): Lane {
    let best: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.waiting < fullRecords) return lane;
      if (best === undefined || lane.waiting < best.waiting) best = lane;
    }
    if (best === undefined) throw new Error("there is a lane");
    return best;
  }
}
