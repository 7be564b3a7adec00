-- Which chats pass the filter, those that were active last first: see ../lists/latest-rows.ts.
SELECT chat_id AS chatId, toFloat64(toUnixTimestamp64Milli(active_at)) AS activeAt, version
FROM chats
PREWHERE
  -- include chat-filter.sql
  AND active_at <= fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC')
WHERE deleted = 0
  AND (active_at, chat_id) < (fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC'), {beforeId:String})
ORDER BY active_at DESC, chat_id DESC
LIMIT {limit:UInt32}
