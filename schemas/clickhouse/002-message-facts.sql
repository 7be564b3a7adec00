-- What one event says of one message: facts, never sums. A message is the GROUP BY of its facts over (portal, message_key);
-- every aggregate used on them is idempotent and commutative, so duplicates and order cannot change an answer.
CREATE TABLE IF NOT EXISTS message_facts
(
    portal LowCardinality(String),
    message_key String,
    event_id String,
    action Enum8('add' = 1, 'edit' = 2, 'delete' = 3),
    origin Enum8('connector' = 1, 'bot' = 2),
    at DateTime64(3, 'UTC'),
    connector LowCardinality(String),
    line LowCardinality(String),
    external_chat_id String,
    external_chat String,
    bitrix_chat String,
    direction Enum8('inbound' = 1, 'outbound' = 2),
    author_kind Enum8('unknown' = 0, 'customer' = 1, 'operator' = 2, 'bot' = 3, 'system' = 4),
    author_id String,
    bitrix_message_id String,
    external_message_ids Array(String),
    author_name String,
    text Nullable(String) CODEC(ZSTD(1)),
    files String CODEC(ZSTD(1)),
    topic LowCardinality(String),
    partition UInt16,
    offset UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (portal, message_key, event_id, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
