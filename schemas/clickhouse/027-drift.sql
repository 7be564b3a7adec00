-- Side fields of an unknown shape that were left out of what an event tells, one row for each event and path. `path`: a constant of the
-- program, such as message.files; never a received key.
CREATE TABLE IF NOT EXISTS drift
(
    portal LowCardinality(String),
    event_name LowCardinality(String),
    path LowCardinality(String),
    event_id String,
    at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (portal, event_name, path, event_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 536870912
