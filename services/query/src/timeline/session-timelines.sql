-- The starts and finishes reported of each chat, by its name.
SELECT
  concat('b', bitrix_chat) AS name,
  groupUniqArray((
    toFloat64(toUnixTimestamp64Milli(at)), action, origin, session_id, parent_session_id, connector, line
  )) AS facts
FROM {sessions:Identifier}
WHERE portal = {portal:String} AND ({wholePortal:Bool} OR bitrix_chat IN {bitrixChats:Array(String)})
GROUP BY name
