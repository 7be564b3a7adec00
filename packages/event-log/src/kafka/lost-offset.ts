import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The group stands where the partition has nothing any more, or nothing yet. */
export class LostOffset extends Error {
  override readonly name = "LostOffset";
  readonly retriable = false;
  readonly topic: string;
  readonly partition: number;

  constructor(topic: string, partition: number) {
    super("the group's offset is out of the partition's range");
    this.topic = topic;
    this.partition = partition;
  }
}

/** Of what kafkajs crashed with; null where it was something else. */
export function lostOffset(error: unknown): LostOffset | null {
  for (let one = error; one instanceof Error; one = one.cause) if (one instanceof LostOffset) return one;
  return null;
}

let mended = false;

/**
 * kafkajs 2.2.4 overwrites the group's progress when the log does not hold what comes next, and goes on with the oldest record: what
 * lies between would be skipped, and after a restart nobody could know. Here it fails instead.
 */
export function withoutOffsetReset(): void {
  if (mended) return;
  mended = true;
  const OffsetManager: { prototype: OffsetManagerState } = require("kafkajs/src/consumer/offsetManager");
  OffsetManager.prototype.setDefaultOffset = async ({ topic, partition }) => {
    throw new LostOffset(topic, partition);
  };
}

type OffsetManagerState = { setDefaultOffset(place: { topic: string; partition: number }): Promise<void> };
