-- The starts and finishes reported of each chat.
SELECT
  concat('b', bitrix_chat) AS chat,
  groupUniqArray((
    toFloat64(toUnixTimestamp64Milli(at)), action, origin, session_id, parent_session_id, connector, line
  )) AS facts
FROM {sessions:Identifier}
WHERE portal = {portal:String} AND ({wholePortal:Bool} OR bitrix_chat IN {bitrixChats:Array(String)})
GROUP BY chat
