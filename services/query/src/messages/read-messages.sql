-- These messages, whole.
WITH
facts AS (
  SELECT *
  FROM message_facts
  WHERE portal = {portal:String} AND message_key IN {messageIds:Array(String)}
),
-- include ../timeline/resolved-messages.sql
,
details AS (
  SELECT
    f.message_key,
    argMaxIf(f.text, f.version, f.version != '') AS text,
    argMaxIf(f.files, f.version, f.version != '' OR f.files NOT IN ('', '[]')) AS files,
    maxIf(f.at, f.action = 'edit') AS edited_at,
    minIf(f.at, f.action = 'delete') AS deleted_at,
    argMaxIf(f.author_name, f.knowledge, f.author_name != '') AS author_name,
    max(f.bitrix_message_id) AS bitrix_message_id,
    arraySort(groupUniqArrayArray(f.external_message_ids)) AS external_message_ids,
    arraySort(groupUniqArray(f.event_id)) AS event_ids
  FROM (
    SELECT *, if(text IS NULL OR action = 'delete', '', concat(toString(at), if(action = 'edit', '1', '0'), event_id)) AS version
    FROM ranked
  ) AS f
  GROUP BY f.message_key
)
SELECT
  r.message_key AS messageId,
  r.chat AS chatId,
  r.connector AS connector,
  r.line AS line,
  d.bitrix_message_id AS bitrixMessageId,
  d.external_message_ids AS externalMessageIds,
  r.direction AS direction,
  r.author_kind AS authorKind,
  r.author_id AS authorId,
  d.author_name AS authorName,
  d.text AS text,
  d.files AS files,
  toFloat64(r.sent_ms) AS sentAt,
  if(r.edited, toFloat64(toUnixTimestamp64Milli(d.edited_at)), NULL) AS editedAt,
  if(r.deleted, toFloat64(toUnixTimestamp64Milli(d.deleted_at)), NULL) AS deletedAt,
  if(r.from_connector, 'connector', 'bot') AS source,
  d.event_ids AS eventIds
FROM resolved AS r
INNER JOIN details AS d ON d.message_key = r.message_key
