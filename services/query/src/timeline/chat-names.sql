-- Each chat with all of its names. The face is the name it is shown under: the last one that a connector gave.
WITH
-- include links.sql
named AS (
  SELECT
    multiIf(
      n.bitrix_chat != '', concat('b', n.bitrix_chat),
      l.linked_chat != '', concat('b', l.linked_chat),
      n.external_chat) AS chat,
    n.*
  FROM {chatNames:Identifier} AS n
  LEFT JOIN links AS l ON l.external_chat = n.external_chat
  WHERE n.portal = {portal:String}
)
SELECT
  chat,
  groupUniqArrayIf(external_chat, external_chat != '') AS externalNames,
  argMaxIf(
    (connector, line, external_chat_id),
    (external_chat != '', last, connector, line, external_chat_id),
    connector != '') AS face
FROM named
WHERE chat > {after:String} AND ({wholePortal:Bool} OR chat IN {chats:Array(String)})
GROUP BY chat
HAVING ({connector:String} = '' OR face.1 = {connector:String})
  AND ({line:String} = '' OR face.2 = {line:String})
  AND ({externalChatId:String} = '' OR max(external_chat_id = {externalChatId:String}))
  AND ({bitrixChatId:String} = '' OR chat = concat('b', {bitrixChatId:String}))
ORDER BY chat
LIMIT {limit:UInt32}
