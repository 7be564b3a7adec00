-- Messages of a portal by interval and group, and by group over the whole range (whole = 1).
WITH
-- include ../timeline/links.sql
resolved AS (
  -- include ../timeline/message-columns.sql
  FROM {messages:Identifier} AS f
  WHERE f.portal = {portal:String}
  GROUP BY f.message_key
),
-- covered: a connector reports the chat of the message, so that a bot's report of it would count twice.
placed AS (
  SELECT
    if(r.bitrix_chat = '' AND l.linked_chat != '', concat('b', l.linked_chat), r.chat_name) AS chat,
    r.from_connector OR chat = '' OR NOT max(r.from_connector) OVER (PARTITION BY chat) AS counted,
    r.sent_ms AS sent_ms,
    r.edited AS edited,
    r.deleted AS deleted,
    r.connector AS connector,
    r.line AS line,
    if(r.author_kind = 'system', 'system', r.direction) AS way,
    r.author_kind = 'operator' AND way = 'outbound' AS by_operator,
    multiIf(
      {groupBy:String} = 'line', toString(r.line),
      {groupBy:String} = 'connector', toString(r.connector),
      {groupBy:String} = 'operator', r.author_id,
      '') AS name
  FROM resolved AS r
  LEFT JOIN links AS l ON l.external_chat = r.external_chat
)
SELECT
  toUInt8(grouping(bucket)) AS whole,
  toFloat64(roundDown(sent_ms, arrayMap(start -> toInt64(start), {starts:Array(String)}))) AS bucket,
  name,
  toUInt32(countIf(way = 'inbound')) AS inbound,
  toUInt32(countIf(way = 'outbound')) AS outbound,
  toUInt32(countIf(way = 'system')) AS system,
  toUInt32(countIf(edited)) AS edited,
  toUInt32(countIf(deleted)) AS deleted,
  toUInt32(uniqExactIf(chat, chat != '')) AS chats
FROM placed
WHERE counted
  AND sent_ms >= {from:Int64}
  AND sent_ms < {to:Int64}
  AND ({line:String} = '' OR line = {line:String})
  AND ({connector:String} = '' OR connector = {connector:String})
  AND ({groupBy:String} != 'operator' OR by_operator)
GROUP BY GROUPING SETS ((bucket, name), (name))
