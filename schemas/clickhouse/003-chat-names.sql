-- That an event named a chat by these of its names. external_chat is the key made of connector, line and external_chat_id; '' where
-- the event does not know a name. A row with both names links them; the link with the greatest (last, bitrix_chat) counts.
CREATE TABLE IF NOT EXISTS chat_names
(
    portal LowCardinality(String),
    external_chat String,
    bitrix_chat String,
    connector LowCardinality(String),
    line LowCardinality(String),
    external_chat_id String,
    last SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (portal, external_chat, bitrix_chat, connector, line, external_chat_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
