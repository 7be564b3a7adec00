-- Chats that pass the filter, those that were active last before others, found as in ../messages/find-messages.sql.
WITH (
  SELECT groupArray((active_at, chat_id, version))
  FROM (
    SELECT active_at, chat_id, version
    FROM chats
    PREWHERE
      -- include chat-filter.sql
      AND active_at <= fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC')
    WHERE deleted = 0
      AND (active_at, chat_id) < (fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC'), {beforeId:String})
    ORDER BY active_at DESC, chat_id DESC, version DESC
    LIMIT 1 BY active_at, chat_id
    LIMIT {batch:UInt32}
  )
) AS found
SELECT
  toUInt32(length(found)) AS foundCount,
  CAST((toFloat64(toUnixTimestamp64Milli(found[-1].1)), found[-1].2), 'Tuple(Float64, String)') AS last,
  toFloat64(toUnixTimestamp64Milli(c.active_at)) AS activeAt,
  (c.active_at, c.chat_id, c.version) IN (SELECT key.1, key.2, key.3 FROM (SELECT arrayJoin(found) AS key)) AS counts,
  -- include chat-columns.sql
FROM (
  SELECT *
  FROM chats
  WHERE portal = {portal:String} AND chat_id IN (SELECT arrayJoin(found).2)
  ORDER BY chat_id, version DESC
  LIMIT 1 BY chat_id
) AS c
ORDER BY c.active_at DESC, c.chat_id DESC
SETTINGS date_time_output_format = 'iso'
