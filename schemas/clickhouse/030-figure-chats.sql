-- State for figures: that all rows of a chat are those of so many facts under these names, with this connector and line. Written after them.
CREATE TABLE IF NOT EXISTS figure_chats
(
    portal LowCardinality(String),
    chat_id String,
    version UInt64,
    deleted UInt8,
    facts UInt64,
    connector LowCardinality(String),
    line LowCardinality(String),
    names Array(String)
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (portal, chat_id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
