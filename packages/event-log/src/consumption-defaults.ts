import type { Consumption, Position } from "./port.ts";

/** What the port says of a consumption that does not say it itself. */
export const consumptionDefaults = {
  maxRecords: 10_000,
  maxBytes: 8 * 2 ** 20,
  lingerMs: 100,
  onError: warn,
} satisfies Partial<Consumption>;

function warn(error: unknown, { topic, partition, offset }: Position): void {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.emitWarning(`${topic}/${partition} from ${offset}: ${reason}`, "ConsumerWarning");
}
