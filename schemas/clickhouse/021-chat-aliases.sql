-- State: the chat that each external name resolves to, so that an id that begins with x stays valid when the chat gets a Bitrix24 id.
CREATE TABLE IF NOT EXISTS chat_aliases
(
    portal LowCardinality(String),
    alias String,
    version UInt64,
    deleted UInt8,
    chat_id String
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (portal, alias)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
