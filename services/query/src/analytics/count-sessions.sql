-- Sessions by interval and group, and by group over the whole range (whole = 1). Each is looked at where it opens and where it closes; one that
-- opened before the range (`earlier`) is open from its first interval on. Found as in response-times.sql.
WITH
  fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS start,
  fromUnixTimestamp64Milli({to:Int64}, 'UTC') AS end,
  concerned AS (
    SELECT opened_at, closed_at, line, connector, first_inbound_at, first_response_at, first_response_by
    FROM figure_sessions FINAL
    PREWHERE portal = {portal:String} AND opened_at >= start AND opened_at < end
    UNION ALL
    SELECT opened_at, closed_at, line, connector, first_inbound_at, first_response_at, first_response_by
    FROM figure_sessions FINAL
    PREWHERE portal = {portal:String} AND opened_at < start AND opened_at IN (
      SELECT opened_at
      FROM figure_sessions
      WHERE portal = {portal:String} AND opened_at < start AND (isNull(closed_at) OR closed_at >= start)
    )
    WHERE isNull(closed_at) OR closed_at >= start
  ),
  moments AS (
    SELECT
      *,
      arrayJoin(if(isNotNull(closed_at) AND closed_at < end, [0, 1], [0])) AS closes,
      opened_at < start AND NOT closes AS earlier,
      if(closes, assumeNotNull(closed_at), greatest(opened_at, start)) AS moment
    FROM concerned
    WHERE ({line:String} = '' OR line = {line:String})
      AND ({connector:String} = '' OR connector = {connector:String})
  )
SELECT
  toUInt8(grouping(bucket)) AS whole,
  toFloat64(roundDown(toUnixTimestamp64Milli(moment), arrayMap(one -> toInt64(one), {starts:Array(String)}))) AS bucket,
  multiIf(
    {groupBy:String} = 'line', toString(line),
    {groupBy:String} = 'connector', toString(connector),
    {groupBy:String} = 'operator', first_response_by,
    '') AS name,
  toUInt32(countIf(NOT closes AND NOT earlier)) AS opened,
  toUInt32(countIf(closes)) AS closed,
  toInt32(sum(toInt64(countIf(NOT closes)) - toInt64(closed)) OVER (PARTITION BY whole, name ORDER BY bucket)) AS openAtEnd,
  toUInt32(countIf(NOT closes AND NOT earlier AND isNotNull(first_inbound_at) AND isNull(first_response_at))) AS unanswered,
  -- To three decimals of a second; nan, which is null in JSON, where none closed.
  arrayMap(ms -> floor(ms + 0.5) / 1000, quantilesExactInclusiveIf(0.5, 0.9, 0.95)(
    ifNull(dateDiff('millisecond', opened_at, closed_at), 0), closes)) AS percentiles
FROM moments
GROUP BY GROUPING SETS ((bucket, name), (name))
ORDER BY bucket
