-- What an event says of a bot: that it exists (seen), joined a chat, or was deleted.
CREATE TABLE IF NOT EXISTS bot_facts
(
    portal LowCardinality(String),
    bot_id String,
    action Enum8('seen' = 1, 'join' = 2, 'delete' = 3),
    dialog_id String,
    bitrix_chat String,
    chat_type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    event_id String,
    code String,
    user_id String
)
ENGINE = ReplacingMergeTree
ORDER BY (portal, bot_id, action, dialog_id, bitrix_chat, chat_type, at, event_id, code, user_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
