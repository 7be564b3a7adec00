-- Where the messages of a chat lie, oldest first: see ../lists/latest-rows.ts. The index of chat ids leaves out the times at which nothing was
-- said in it.
SELECT toFloat64(toUnixTimestamp64Milli(at)) AS ms, message_key AS key, name, version
FROM messages
PREWHERE portal = {portal:String}
  AND at >= fromUnixTimestamp64Milli({afterAt:Int64}, 'UTC')
  AND chat_id = {chatId:String}
WHERE deleted = 0
  AND (at, message_key, name) > (fromUnixTimestamp64Milli({afterAt:Int64}, 'UTC'), {afterKey:String}, {afterName:String})
ORDER BY at, message_key, name
LIMIT {limit:UInt32}
SETTINGS max_block_size = 8192
