-- Where messages lie that pass the filter, newest first: see ../lists/latest-rows.ts. Sorted by no more than the table's key, so that reading
-- stops at the limit.
SELECT toFloat64(toUnixTimestamp64Milli(at)) AS ms, message_key AS key, name, version
FROM messages
PREWHERE
  -- include message-filter.sql
WHERE deleted = 0
  AND (at, message_key, name) < (fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC'), {beforeKey:String}, {beforeName:String})
ORDER BY at DESC, message_key DESC, name DESC
LIMIT {limit:UInt32}
SETTINGS max_block_size = 8192
