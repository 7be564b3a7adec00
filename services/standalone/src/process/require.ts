import { type Config, SettingError, settings } from "@portalstream/runtime";

/** Processes of their own meet in Kafka and in a ClickHouse server: the embedded pair belongs to one process. */
export function requireKafka(config: Config, command: string): void {
  if (config.log.kind !== "kafka")
    throw new SettingError(
      `portalstream ${command} needs ${settings.kafkaBrokers.env}; alone on a machine, run portalstream standalone`,
    );
}

export function requireServer(config: Config, command: string): void {
  if (config.tables.kind !== "server")
    throw new SettingError(
      `portalstream ${command} needs ${settings.clickHouseUrl.env}; alone on a machine, run portalstream standalone`,
    );
}
