-- Which names events give to chats. `key`: the place (hash of connector, line and external chat id) or b + Bitrix24 chat id; an event
-- that tells both makes a row under each, which links them. `user`: the connector user, 0 for all, empty where the event does not tell it.
CREATE TABLE IF NOT EXISTS name_facts
(
    portal LowCardinality(String),
    key String,
    place String,
    user String,
    bitrix_chat String,
    connector LowCardinality(String),
    line LowCardinality(String),
    external_chat_id String,
    last SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (portal, key, place, user, bitrix_chat, connector, line, external_chat_id)
SETTINGS index_granularity = 512, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
