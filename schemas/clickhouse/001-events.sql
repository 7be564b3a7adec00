-- Every verified event, for audit and drill-down. A redelivery shares the sorting key; the first delivery (greatest version) wins.
-- Read with LIMIT 1 BY or argMax(…, version): correctness does not wait for a merge.
CREATE TABLE IF NOT EXISTS events
(
    portal LowCardinality(String),
    at DateTime64(3, 'UTC'),
    event_id String,
    version UInt64,
    name LowCardinality(String),
    occurred_at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    application LowCardinality(String),
    topic LowCardinality(String),
    partition UInt16,
    offset UInt64,
    reason LowCardinality(String),
    source String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (portal, at, event_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
