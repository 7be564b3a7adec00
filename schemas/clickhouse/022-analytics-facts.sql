-- What figures are folded from: the columns of the table facts without the words. `vote`: the rating that the text would be, if any.
CREATE TABLE IF NOT EXISTS analytics_facts
(
    portal LowCardinality(String),
    name String,
    message_key String,
    at DateTime64(3, 'UTC'),
    event_id String,
    kind Enum8('message' = 1, 'session' = 2, 'bot' = 3),
    action Enum8('add' = 1, 'edit' = 2, 'delete' = 3, 'start' = 4, 'finish' = 5, 'seen' = 6),
    origin Enum8('connector' = 1, 'bot' = 2, 'dialog' = 3, 'session' = 4),
    connector LowCardinality(String),
    line LowCardinality(String),
    place String,
    user String,
    direction Enum8('inbound' = 1, 'outbound' = 2),
    author_kind Enum8('unknown' = 0, 'customer' = 1, 'operator' = 2, 'bot' = 3, 'system' = 4),
    author_id String,
    session_id String,
    parent_session_id String,
    session_opened_at DateTime64(3, 'UTC'),
    vote Enum8('unknown' = 0, 'none' = 1, 'like' = 2, 'dislike' = 3)
)
ENGINE = ReplacingMergeTree
ORDER BY (portal, name, message_key, at, event_id, kind, action, origin, session_id, parent_session_id)
SETTINGS index_granularity = 512, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
