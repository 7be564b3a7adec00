-- What these messages say.
WITH
-- include ../timeline/message-order.sql
SELECT
  f.message_key AS messageId,
  argMaxIf(f.connector, standing, f.connector != '') AS connector,
  argMaxIf(f.line, standing, f.line != '') AS line,
  max(f.bitrix_message_id) AS bitrixMessageId,
  arraySort(groupUniqArrayArray(f.external_message_ids)) AS externalMessageIds,
  argMaxIf(f.author_name, knowledge, f.author_name != '') AS authorName,
  told_text AS text,
  argMaxIf(f.files, version, f.action != 'delete' AND (f.text IS NOT NULL OR f.files NOT IN ('', '[]'))) AS files,
  maxOrNullIf(toFloat64(toUnixTimestamp64Milli(f.at)), f.action = 'edit') AS editedAt,
  minOrNullIf(toFloat64(toUnixTimestamp64Milli(f.at)), f.action = 'delete') AS deletedAt,
  if(max(f.origin = 'connector'), 'connector', 'bot') AS source,
  arraySort(groupUniqArray(f.event_id)) AS eventIds
FROM message_facts AS f
WHERE f.portal = {portal:String} AND f.message_key IN {messageIds:Array(String)}
GROUP BY f.message_key
