-- Portals whose facts a projection has stored without their state: while it is far behind the log, it folds each chat once, at the end.
-- One row a batch of records; folded = 1 takes its place when the state is in. A partition of the log holds all records of a portal.
CREATE TABLE IF NOT EXISTS pending_folds
(
    projection_name LowCardinality(String),
    partition UInt64,
    batch String,
    version UInt64,
    folded UInt8,
    portals Array(String)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (projection_name, partition, batch)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
