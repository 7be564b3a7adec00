import type { AnyRecord, RecordKind } from "./log-event.ts";

export const topics = {
  messages: "bitrix24.messages",
  sessions: "bitrix24.sessions",
  bots: "bitrix24.bots",
  portals: "bitrix24.portals",
  other: "bitrix24.other",
  rejected: "bitrix24.rejected",
  registry: "portalstream.portals",
  apiKeys: "portalstream.api-keys",
} as const;

/** The topics that hold what portals sent. */
export const eventTopics: readonly string[] = [
  topics.messages,
  topics.sessions,
  topics.bots,
  topics.portals,
  topics.other,
  topics.rejected,
];

/** The topics of the registry: of each key only the last record counts. */
export const registryTopics: readonly string[] = [topics.registry, topics.apiKeys];

export const allTopics: readonly string[] = [...eventTopics, ...registryTopics];

/** Whether a topic drops records that a later one of their key replaced: gaps are no loss there. */
export const isCompacted = (topic: string): boolean => registryTopics.includes(topic);

export const topicOfKind: Readonly<Record<RecordKind, string>> = {
  message: topics.messages,
  session: topics.sessions,
  bot: topics.bots,
  portal: topics.portals,
  other: topics.other,
  rejected: topics.rejected,
  registration: topics.registry,
  apiKey: topics.apiKeys,
};

export function topicOf(record: AnyRecord): string {
  return topicOfKind[record.kind];
}
