-- State: one chat. Its row is written after the rows of its messages and sessions. `facts`: how many facts it was folded from.
-- `session`: its last session as JSON, in the columns of the table sessions; empty where it has none.
CREATE TABLE IF NOT EXISTS chats
(
    portal LowCardinality(String),
    chat_id String,
    version UInt64,
    deleted UInt8,
    facts UInt64,
    bitrix_chat_id String,
    external_chat_id String,
    connector LowCardinality(String),
    line LowCardinality(String),
    state Enum8('none' = 0, 'open' = 1, 'closed' = 2),
    session String CODEC(ZSTD(1)),
    first_message_at Nullable(DateTime64(3, 'UTC')),
    last_message_at Nullable(DateTime64(3, 'UTC')),
    active_at DateTime64(3, 'UTC'),
    inbound UInt32,
    outbound UInt32,
    system UInt32,
    edited UInt32,
    deleted_messages UInt32,
    operators Array(String),
    bots Array(String),
    crm Array(String),
    names Array(String)
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (portal, chat_id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
