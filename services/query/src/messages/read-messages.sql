-- The newest rows of these keys, as the API shows messages; and a few others, since each time goes with each key.
-- PREWHERE with FINAL: allowed for columns of the sorting key, and reads a third of what WHERE does.
SELECT
  toFloat64(toUnixTimestamp64Milli(m.at)) AS ms,
  m.message_key AS key,
  m.name AS name,
  m.version AS version,
  m.message_id AS messageId,
  m.chat_id AS chatId,
  nullIf(toString(m.connector), '') AS connector,
  nullIf(toString(m.line), '') AS line,
  nullIf(m.bitrix_message_id, '') AS bitrixMessageId,
  m.external_message_ids AS externalMessageIds,
  toString(m.direction) AS direction,
  CAST(
    (toString(m.author_kind), nullIf(m.author_id, ''), nullIf(m.author_name, '')),
    'Tuple(kind String, id Nullable(String), name Nullable(String))') AS author,
  m.text AS text,
  JSONExtract(if(m.files = '', '[]', m.files),
    'Array(Tuple(id Nullable(String), name Nullable(String), type Nullable(String), mime Nullable(String), url Nullable(String), size Nullable(Float64)))'
  ) AS files,
  CAST(m.is_rating, 'Bool') AS isRating,
  CAST(m.counted, 'Bool') AS counted,
  m.at AS sentAt,
  m.edited_at AS editedAt,
  m.deleted_at AS deletedAt,
  nullIf(m.session_id, '') AS sessionId,
  toString(m.source) AS source,
  m.event_ids AS eventIds
FROM messages AS m FINAL
PREWHERE m.portal = {portal:String}
  AND m.at IN {times:Array(DateTime64(3, 'UTC'))}
  AND m.message_key IN {keys:Array(String)}
SETTINGS date_time_output_format = 'iso'
