import { kafkaClassPath } from "./jars.ts";

/** The class path for brokers that a test may kill; null, and said aloud, where Kafka is somebody else's or cannot be fetched. */
export function ownBrokers(env: NodeJS.ProcessEnv = process.env): string | null {
  const given = (env.PORTALSTREAM_KAFKA_BROKERS ?? "") !== "";
  const classPath = given ? null : kafkaClassPath();
  if (classPath === null)
    process.stdout.write("stack: SKIPPED, because no brokers can be started here: chaos\n");
  return classPath;
}
