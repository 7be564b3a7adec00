-- Each chat with all of its names. The face is the name it is shown under: the last one that a connector gave.
WITH
-- include links.sql
named AS (
  SELECT
    if(l.linked_chat != '', concat('b', l.linked_chat), n.external_chat) AS alias_of,
    if(n.bitrix_chat != '', concat('b', n.bitrix_chat), alias_of) AS chat,
    n.external_chat AS external_chat,
    n.connector AS connector,
    n.line AS line,
    n.external_chat_id AS external_chat_id,
    n.last AS last
  FROM {chatNames:Identifier} AS n
  LEFT JOIN links AS l ON l.external_chat = n.external_chat
  WHERE n.portal = {portal:String}
)
SELECT
  chat,
  groupUniqArrayIf(external_chat, external_chat != '' AND alias_of = chat) AS aliases,
  argMaxIf(
    (connector, line, external_chat_id),
    (external_chat != '', last, connector, line, external_chat_id),
    connector != '') AS face
FROM named
WHERE chat > {after:String}
GROUP BY chat
HAVING ({wholePortal:Bool} OR chat IN {chats:Array(String)} OR hasAny(aliases, {chats:Array(String)}))
  AND ({connector:String} = '' OR face.1 = {connector:String})
  AND ({line:String} = '' OR face.2 = {line:String})
  AND ({externalChatId:String} = '' OR max(external_chat_id = {externalChatId:String}))
  AND ({bitrixChatId:String} = '' OR chat = concat('b', {bitrixChatId:String}))
ORDER BY chat
LIMIT {limit:UInt32}
