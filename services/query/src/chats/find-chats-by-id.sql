-- Which chats pass the filter, by id: see ../lists/latest-rows.ts.
SELECT chat_id AS chatId, toFloat64(toUnixTimestamp64Milli(active_at)) AS activeAt, version
FROM chats
PREWHERE
  -- include chat-filter.sql
  AND chat_id > {afterId:String}
WHERE deleted = 0
ORDER BY chat_id
LIMIT {limit:UInt32}
