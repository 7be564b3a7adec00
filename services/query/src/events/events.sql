-- Events, newest first, each once: the first delivery (greatest version) counts. The keys of a page are found before its bodies are
-- read. Without a time of its own (at = 0) an event is timed by its first delivery, which has to be known before it is placed.
WITH
page AS (
  SELECT at, event_id, version
  FROM events
  WHERE portal = {portal:String}
    AND ({eventId:String} = '' OR event_id = {eventId:String})
    AND ({name:String} = '' OR name = {name:String})
    AND occurred_at >= fromUnixTimestamp64Milli({from:Int64})
    AND occurred_at < fromUnixTimestamp64Milli({to:Int64})
    AND (occurred_at, event_id) < (fromUnixTimestamp64Milli({beforeMs:Int64}), {beforeId:String})
    AND (at > fromUnixTimestamp64Milli(toInt64(0)) OR (event_id, version) IN (
      SELECT event_id, max(version)
      FROM events
      WHERE portal = {portal:String} AND at = fromUnixTimestamp64Milli(toInt64(0))
      GROUP BY event_id
    ))
  ORDER BY occurred_at DESC, event_id DESC, version DESC
  LIMIT 1 BY event_id
  LIMIT {limit:UInt32}
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
FROM events
WHERE portal = {portal:String} AND (at, event_id, version) IN (SELECT at, event_id, version FROM page)
ORDER BY occurred_at DESC, event_id DESC
LIMIT 1 BY event_id
