-- The newest rows of these chats.
SELECT
  c.version AS version,
  toFloat64(toUnixTimestamp64Milli(c.active_at)) AS activeAt,
  -- include chat-columns.sql
FROM chats AS c FINAL
PREWHERE c.portal = {portal:String}
  AND c.chat_id IN {ids:Array(String)}
SETTINGS date_time_output_format = 'iso'
