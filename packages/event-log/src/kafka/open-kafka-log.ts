import type { Observe } from "../port.ts";
import type { KafkaConfig } from "./config.ts";
import { KafkaLog } from "./kafka-log.ts";

/** Rejects where Kafka cannot be reached, or where a topic is kept so that events would be lost. */
export async function openKafkaLog(config: KafkaConfig, observe: Observe): Promise<KafkaLog> {
  const log = new KafkaLog(config, observe);
  try {
    await log.prepare();
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}
