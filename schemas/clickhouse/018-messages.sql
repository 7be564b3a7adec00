-- State: one message, made of all its facts. A fold that moves a message to another time writes a row with deleted = 1 at the former
-- key. The key consists of values of one fact, so that a writer that knows fewer facts never uses a key that others do not overwrite.
CREATE TABLE IF NOT EXISTS messages
(
    portal LowCardinality(String),
    at DateTime64(3, 'UTC'),
    message_key String,
    name String,
    version UInt64,
    deleted UInt8,
    message_id String,
    chat_id String,
    connector LowCardinality(String),
    line LowCardinality(String),
    bitrix_message_id String,
    external_message_ids Array(String),
    direction Enum8('inbound' = 1, 'outbound' = 2),
    author_kind Enum8('unknown' = 0, 'customer' = 1, 'operator' = 2, 'bot' = 3, 'system' = 4),
    author_id String,
    author_name String,
    text Nullable(String) CODEC(ZSTD(1)),
    files String CODEC(ZSTD(1)),
    edited_at Nullable(DateTime64(3, 'UTC')),
    deleted_at Nullable(DateTime64(3, 'UTC')),
    session_id String,
    source Enum8('connector' = 1, 'bot' = 2),
    is_rating UInt8,
    counted UInt8,
    event_ids Array(String)
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (portal, at, message_key, name)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
