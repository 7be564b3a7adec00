-- The oldest messages of a chat, found as in find-messages.sql. The index of chat ids leaves out the times at which nothing was said in it.
WITH (
  SELECT groupArray((at, message_key, name, version))
  FROM (
    SELECT at, message_key, name, version
    FROM messages
    PREWHERE portal = {portal:String}
      AND at >= fromUnixTimestamp64Milli({afterAt:Int64}, 'UTC')
      AND chat_id = {chatId:String}
    WHERE deleted = 0
      AND (at, message_key, name) > (fromUnixTimestamp64Milli({afterAt:Int64}, 'UTC'), {afterKey:String}, {afterName:String})
    ORDER BY at, message_key, name, version DESC
    LIMIT 1 BY at, message_key, name
    LIMIT {batch:UInt32}
  )
) AS found
-- include message-columns.sql
ORDER BY m.at, m.message_key, m.name, m.version DESC
LIMIT 1 BY m.at, m.message_key, m.name
SETTINGS date_time_output_format = 'iso'
