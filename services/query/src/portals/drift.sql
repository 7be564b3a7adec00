-- An event that was delivered twice has two rows until they are merged.
SELECT
  event_name AS event,
  path,
  toFloat64(uniqExact(event_id)) AS count,
  toFloat64(toUnixTimestamp64Milli(max(at))) AS lastMs
FROM drift
WHERE portal = {portal:String} AND (event_name, path) > ({afterEvent:String}, {afterPath:String})
GROUP BY event_name, path
ORDER BY event_name, path
LIMIT {limit:UInt32}
