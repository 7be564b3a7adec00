-- Chats that pass the filter, by id, found as in ../messages/find-messages.sql.
WITH (
  SELECT groupArray((chat_id, version))
  FROM (
    SELECT chat_id, version
    FROM chats
    PREWHERE
      -- include chat-filter.sql
      AND chat_id > {afterId:String}
    WHERE deleted = 0
    ORDER BY chat_id, version DESC
    LIMIT 1 BY chat_id
    LIMIT {batch:UInt32}
  )
) AS found
SELECT
  toUInt32(length(found)) AS foundCount,
  CAST((0, found[-1].1), 'Tuple(Float64, String)') AS last,
  (c.chat_id, c.version) IN (SELECT key.1, key.2 FROM (SELECT arrayJoin(found) AS key)) AS counts,
  -- include chat-columns.sql
FROM chats AS c
WHERE c.portal = {portal:String} AND c.chat_id IN (SELECT arrayJoin(found).1)
ORDER BY c.chat_id, c.version DESC
LIMIT 1 BY c.chat_id
SETTINGS date_time_output_format = 'iso'
