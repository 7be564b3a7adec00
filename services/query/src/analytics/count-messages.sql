-- Counted messages of a portal by interval and group, and by group over the whole range (whole = 1).
SELECT
  toUInt8(grouping(bucket)) AS whole,
  toFloat64(roundDown(toUnixTimestamp64Milli(at), arrayMap(one -> toInt64(one), {starts:Array(String)}))) AS bucket,
  multiIf(
    {groupBy:String} = 'line', toString(line),
    {groupBy:String} = 'connector', toString(connector),
    {groupBy:String} = 'operator', toString(operator),
    '') AS name,
  toUInt32(countIf(way = 'inbound')) AS inbound,
  toUInt32(countIf(way = 'outbound')) AS outbound,
  toUInt32(countIf(way = 'system')) AS system,
  toUInt32(sum(edited)) AS edited,
  toUInt32(sum(erased)) AS deleted,
  toUInt32(uniqExactIf(chat_id, chat_id != '')) AS chats
FROM figure_messages FINAL
PREWHERE portal = {portal:String}
  AND at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
WHERE ({line:String} = '' OR line = {line:String})
  AND ({connector:String} = '' OR connector = {connector:String})
  AND ({groupBy:String} != 'operator' OR (by_operator AND way = 'outbound'))
GROUP BY GROUPING SETS ((bucket, name), (name))
