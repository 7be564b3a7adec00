-- Bots for which the messages that they had written before they were known as bots were folded again.
CREATE TABLE IF NOT EXISTS analytics_folded_bots
(
    portal LowCardinality(String),
    bot_id String
)
ENGINE = ReplacingMergeTree
ORDER BY (portal, bot_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
