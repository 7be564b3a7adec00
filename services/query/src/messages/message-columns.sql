-- The newest row of each of the message keys `found`, as the API shows it. `counts`: it is a row that was found, so no newer one replaced it.
SELECT
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
  m.event_ids AS eventIds,
  CAST(
    (toFloat64(toUnixTimestamp64Milli(m.at)), m.message_key, m.name),
    'Tuple(Float64, String, String)') AS key,
  CAST((m.at, m.message_key, m.name, m.version) IN (
    SELECT f.1, f.2, f.3, f.4 FROM (SELECT arrayJoin(found) AS f)
  ), 'Bool') AS counts
FROM messages AS m
WHERE m.portal = {portal:String}
  AND (m.at, m.message_key, m.name) IN (SELECT f.1, f.2, f.3 FROM (SELECT arrayJoin(found) AS f))
