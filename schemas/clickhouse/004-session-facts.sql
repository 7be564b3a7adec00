-- Starts and finishes of sessions as events report them; sessions themselves are folded from these when they are asked for.
CREATE TABLE IF NOT EXISTS session_facts
(
    portal LowCardinality(String),
    bitrix_chat String,
    at DateTime64(3, 'UTC'),
    action Enum8('start' = 1, 'finish' = 2),
    origin Enum8('dialog' = 1, 'session' = 2, 'bot' = 3),
    session_id String,
    parent_session_id String,
    connector LowCardinality(String),
    line LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (portal, bitrix_chat, at, action, origin, session_id, parent_session_id, connector, line)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
