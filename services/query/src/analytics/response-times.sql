-- Waits for the first response by interval and group, and by group over the whole range (whole = 1); times in milliseconds. A session opens at
-- most 5 s after its first message. Those that opened before the range are few among all: they are found by few columns, and then looked at
-- in their newest rows.
WITH
  fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS start,
  fromUnixTimestamp64Milli({to:Int64}, 'UTC') AS end,
  waits AS (
    SELECT line, connector, first_inbound_at, first_response_at, first_response_by
    FROM figure_sessions FINAL
    WHERE portal = {portal:String} AND opened_at >= start AND opened_at <= end + INTERVAL 5 SECOND
    UNION ALL
    SELECT line, connector, first_inbound_at, first_response_at, first_response_by
    FROM figure_sessions FINAL
    WHERE portal = {portal:String} AND opened_at < start AND (opened_at, name, opener) IN (
      SELECT opened_at, name, opener
      FROM figure_sessions
      WHERE portal = {portal:String} AND opened_at < start AND first_inbound_at >= start AND first_inbound_at < end
    )
  )
SELECT
  toUInt8(grouping(bucket)) AS whole,
  toFloat64(roundDown(toUnixTimestamp64Milli(assumeNotNull(first_inbound_at)), arrayMap(start -> toInt64(start), {starts:Array(String)}))) AS bucket,
  multiIf(
    {groupBy:String} = 'line', toString(line),
    {groupBy:String} = 'connector', toString(connector),
    {groupBy:String} = 'operator', first_response_by,
    '') AS name,
  dateDiff('millisecond', assumeNotNull(first_inbound_at), assumeNotNull(first_response_at)) AS wait,
  toUInt32(count()) AS count,
  -- To three decimals of a second.
  arrayMap(ms -> floor(ms + 0.5) / 1000, quantilesExactInclusive(0.5, 0.9, 0.95)(wait)) AS percentiles,
  floor(avg(wait) + 0.5) / 1000 AS mean,
  -- The bar of a wait: how many bounds it exceeds.
  arrayMap(bar -> toUInt32(bar), countResample(0, 11, 1)(arrayCount(bound -> wait > 1000 * toInt64(bound), {bounds:Array(String)}))) AS bars
FROM waits
WHERE first_inbound_at >= start AND first_inbound_at < end AND isNotNull(first_response_at)
  AND ({line:String} = '' OR line = {line:String})
  AND ({connector:String} = '' OR connector = {connector:String})
GROUP BY GROUPING SETS ((bucket, name), (name))
