-- What verify, rebuild and rollback do, and did, with a projection's tables: one row a run, the greatest version counts. A run that is
-- at work raises its version every few seconds. `rebuilt`, `exchanged`: positions in the log, as JSON.
CREATE TABLE IF NOT EXISTS maintenance
(
    projection_name String,
    run String,
    version UInt64,
    state Enum8('verifying' = 1, 'building' = 2, 'exchanging' = 3, 'done' = 4, 'rolling back' = 5, 'rolled back' = 6, 'ended' = 7),
    started_at DateTime64(3, 'UTC'),
    changed_at DateTime64(3, 'UTC'),
    rebuilt String,
    exchanged String
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (projection_name, run)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
