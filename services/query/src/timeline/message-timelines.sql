-- What was said in each chat, in brief.
WITH
facts AS (
  SELECT *
  FROM {messages:Identifier}
  WHERE portal = {portal:String} AND ({wholePortal:Bool} OR message_key IN (
    SELECT message_key
    FROM {messages:Identifier}
    WHERE portal = {portal:String}
      AND (bitrix_chat IN {bitrixChats:Array(String)} OR external_chat IN {externalChats:Array(String)})
  ))
),
-- include resolved-messages.sql
SELECT
  chat,
  max(from_connector) AS covered,
  groupArray((
    toFloat64(sent_ms), message_key, direction, author_kind, author_id, connector != '', from_connector, edited, deleted
  )) AS messages
FROM resolved
WHERE {wholePortal:Bool} OR chat IN {chats:Array(String)}
GROUP BY chat
