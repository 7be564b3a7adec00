-- Waits for the first response by interval and group, and by group over the whole range (whole = 1). A session opens at most 5 s after its
-- first message. Of those that opened before the range few concern it: the times at which they opened are found by few columns, and then
-- their newest rows are read.
WITH
  fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS start,
  fromUnixTimestamp64Milli({to:Int64}, 'UTC') AS end,
  sessions AS (
    SELECT line, connector, first_inbound_at, first_response_at, first_response_by
    FROM figure_sessions FINAL
    PREWHERE portal = {portal:String} AND opened_at >= start AND opened_at < end + INTERVAL 5 SECOND
    UNION ALL
    SELECT line, connector, first_inbound_at, first_response_at, first_response_by
    FROM figure_sessions FINAL
    PREWHERE portal = {portal:String} AND opened_at < start AND opened_at IN (
      SELECT opened_at
      FROM figure_sessions
      WHERE portal = {portal:String} AND opened_at < start AND first_inbound_at >= start AND first_inbound_at < end
    )
  ),
  waits AS (
    SELECT
      toUnixTimestamp64Milli(assumeNotNull(first_inbound_at)) AS moment,
      toUnixTimestamp64Milli(assumeNotNull(first_response_at)) - moment AS wait,
      arrayCount(bound -> wait > 1000 * toInt64(bound), {bounds:Array(String)}) AS bar,
      multiIf(
        {groupBy:String} = 'line', toString(line),
        {groupBy:String} = 'connector', toString(connector),
        {groupBy:String} = 'operator', first_response_by,
        '') AS name
    FROM sessions
    WHERE first_inbound_at >= start AND first_inbound_at < end AND isNotNull(first_response_at)
      AND ({line:String} = '' OR line = {line:String})
      AND ({connector:String} = '' OR connector = {connector:String})
  )
SELECT
  toUInt8(grouping(bucket)) AS whole,
  toFloat64(roundDown(moment, arrayMap(one -> toInt64(one), {starts:Array(String)}))) AS bucket,
  name,
  toUInt32(count()) AS count,
  -- To three decimals of a second.
  arrayMap(ms -> floor(ms + 0.5) / 1000, quantilesExactInclusive(0.5, 0.9, 0.95)(wait)) AS percentiles,
  floor(avg(wait) + 0.5) / 1000 AS mean,
  arrayMap(one -> toUInt32(one), countResample(0, 11, 1)(bar)) AS bars
FROM waits
GROUP BY GROUPING SETS ((bucket, name), (name))
