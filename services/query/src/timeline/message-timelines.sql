-- What was said under each name of a chat, in brief.
SELECT
  chat_name AS name,
  groupArray((
    toFloat64(sent_ms), message_id, direction, author_kind, author_id, connector != '', from_connector, edited, deleted
  )) AS messages
FROM (
  -- include message-columns.sql
  FROM {messages:Identifier} AS f
  WHERE f.portal = {portal:String} AND ({wholePortal:Bool} OR f.message_key IN (
    SELECT message_key
    FROM {messages:Identifier}
    WHERE portal = {portal:String}
      AND (bitrix_chat IN {bitrixChats:Array(String)} OR external_chat IN {externalChats:Array(String)})
  ))
  GROUP BY f.message_key
)
WHERE name != ''
GROUP BY name
