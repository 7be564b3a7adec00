-- State for figures: one counted message. Keys as in the table messages. `operator`: its author, if an operator sent it.
CREATE TABLE IF NOT EXISTS figure_messages
(
    portal LowCardinality(String),
    at DateTime64(3, 'UTC'),
    message_key String,
    name String,
    version UInt64,
    deleted UInt8,
    chat_id String,
    connector LowCardinality(String),
    line LowCardinality(String),
    way Enum8('inbound' = 1, 'outbound' = 2, 'system' = 3),
    by_operator UInt8,
    operator LowCardinality(String),
    edited UInt8,
    erased UInt8
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (portal, at, message_key, name)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
