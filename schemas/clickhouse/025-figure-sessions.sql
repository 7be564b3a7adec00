-- State for figures: one session, as in the table sessions.
CREATE TABLE IF NOT EXISTS figure_sessions
(
    portal LowCardinality(String),
    opened_at DateTime64(3, 'UTC'),
    name String,
    opener String,
    version UInt64,
    deleted UInt8,
    place UInt32,
    chat_id String,
    session_id String,
    parent_session_id String,
    connector LowCardinality(String),
    line LowCardinality(String),
    opened_by Enum8('dialog' = 1, 'session' = 2, 'bot' = 3, 'message' = 4, 'finish' = 5),
    closed_at Nullable(DateTime64(3, 'UTC')),
    first_inbound_at Nullable(DateTime64(3, 'UTC')),
    first_response_at Nullable(DateTime64(3, 'UTC')),
    first_response_by String,
    rating Enum8('none' = 0, 'like' = 1, 'dislike' = 2),
    rated_at Nullable(DateTime64(3, 'UTC')),
    inbound UInt32,
    outbound UInt32,
    system UInt32,
    operators Array(String)
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (portal, opened_at, name, opener)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
