import { type Entry, EventLogError } from "./port.ts";

/** A topic of Kafka takes a batch of so many bytes. */
export const largestBatchBytes = 16 * 2 ** 20;
// What Kafka puts around a record that is alone in its batch: less than a hundred bytes.
const framingBytes = 2 ** 10;
const largestRecordBytes = largestBatchBytes - framingBytes;

/** Refuses what no log takes, before it is kept anywhere on the way: one that could never be sent would hold up all behind it. */
export function refuseTooLarge(entries: readonly Entry[]): void {
  for (const { key, value } of entries)
    if (Buffer.byteLength(key) + value.length > largestRecordBytes)
      throw new EventLogError(
        "record_too_large",
        false,
        `larger than a record of ${largestRecordBytes} bytes`,
      );
}
