-- User ids known to be bots.
CREATE TABLE IF NOT EXISTS analytics_bots
(
    portal LowCardinality(String),
    bot_id String
)
ENGINE = ReplacingMergeTree
ORDER BY (portal, bot_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
