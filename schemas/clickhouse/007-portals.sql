-- The registry of portals as the query API shows it: one row a portal and application, no secrets.
CREATE TABLE IF NOT EXISTS portals
(
    portal String,
    application String,
    domain String,
    status LowCardinality(String),
    enrolled_at DateTime64(3, 'UTC'),
    changed_at DateTime64(3, 'UTC'),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (portal, application)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
