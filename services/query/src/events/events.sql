-- Events, newest first, each once: the first delivery (greatest version) counts. The keys of a page are found before its bodies
-- are read. An event that tells its time is placed by the table's own order. Without one (at = 0) it is timed by its first
-- delivery, which has to be known before it is placed.
WITH
fromUnixTimestamp64Milli(toInt64(0), 'UTC') AS never,
fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS since,
fromUnixTimestamp64Milli({to:Int64}, 'UTC') AS until,
fromUnixTimestamp64Milli({beforeMs:Int64}, 'UTC') AS before,
timed AS (
  SELECT DISTINCT at, event_id, at AS placed_at
  FROM events
  WHERE portal = {portal:String}
    AND at > never AND at >= since AND at < until
    AND at <= before AND (at < before OR event_id < {beforeId:String})
    AND ({name:String} = '' OR name = {name:String})
    AND ({eventId:String} = '' OR event_id = {eventId:String})
  ORDER BY at DESC, event_id DESC
  LIMIT {limit:UInt32}
),
untimed AS (
  SELECT at, event_id, argMax(occurred_at, version) AS placed_at
  FROM events
  WHERE portal = {portal:String}
    AND at = never
    AND ({name:String} = '' OR name = {name:String})
    AND ({eventId:String} = '' OR event_id = {eventId:String})
  GROUP BY at, event_id
  HAVING placed_at >= since AND placed_at < until AND (placed_at, event_id) < (before, {beforeId:String})
  ORDER BY placed_at DESC, event_id DESC
  LIMIT {limit:UInt32}
),
page AS (
  SELECT at, event_id
  FROM (SELECT * FROM timed UNION ALL SELECT * FROM untimed)
  ORDER BY placed_at DESC, event_id DESC
  LIMIT {limit:UInt32}
),
deliveries AS (
  SELECT *
  FROM events
  WHERE portal = {portal:String} AND (at, event_id) IN (SELECT at, event_id FROM page)
  ORDER BY version DESC, topic
  LIMIT 1 BY event_id
)
SELECT
  event_id AS eventId,
  name,
  toFloat64(toUnixTimestamp64Milli(occurred_at)) AS occurredMs,
  toFloat64(toUnixTimestamp64Milli(received_at)) AS receivedMs,
  application,
  topic,
  partition,
  toFloat64(offset) AS offset,
  reason,
  source
FROM deliveries
ORDER BY occurred_at DESC, event_id DESC
