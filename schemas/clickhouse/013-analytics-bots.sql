-- User ids known to be bots.
CREATE TABLE IF NOT EXISTS analytics_bots
(
    portal LowCardinality(String),
    bot_id String
)
ENGINE = ReplacingMergeTree
ORDER BY (portal, bot_id)
