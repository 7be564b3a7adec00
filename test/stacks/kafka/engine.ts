const text = "Nullable(String)";
export const engineFiles = `Array(Tuple(id ${text}, name ${text}, type ${text}, mime ${text}, url ${text}, size Nullable(Float64)))`;

/**
 * A table of ClickHouse's own Kafka engine over the topic of messages, which reads our records as any Confluent consumer would:
 * framing, schema by its id from the registry. ClickHouse wants every field of a nested record; top-level ones may be left out.
 */
export const engineQueue = (where: {
  brokers: string;
  topic: string;
  group: string;
  registryUrl: string;
}): string => `CREATE TABLE queue (
  envelope Tuple(eventId String, portal String, application String, name String, occurredAt DateTime64(3), timed Bool,
    receivedAt DateTime64(3), subscriptionId ${text}, domain ${text}),
  action String, origin String,
  messages Array(Tuple(bitrixMessageId ${text}, externalMessageIds Array(String), connector ${text}, line ${text},
    externalChatId ${text}, connectorUserId ${text}, bitrixChatId ${text}, direction String, authorKind String, authorId ${text}, authorName ${text},
    text ${text}, files ${engineFiles})))
ENGINE = Kafka SETTINGS kafka_broker_list = '${where.brokers}', kafka_topic_list = '${where.topic}',
  kafka_group_name = '${where.group}', kafka_format = 'AvroConfluent',
  format_avro_schema_registry_url = '${where.registryUrl}', kafka_num_consumers = 1, kafka_flush_interval_ms = 500`;
