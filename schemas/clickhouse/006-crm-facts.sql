-- CRM entities that an event named for a chat.
CREATE TABLE IF NOT EXISTS crm_facts
(
    portal LowCardinality(String),
    bitrix_chat String,
    type LowCardinality(String),
    id String
)
ENGINE = ReplacingMergeTree
ORDER BY (portal, bitrix_chat, type, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
