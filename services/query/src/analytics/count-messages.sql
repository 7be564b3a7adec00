-- Messages of a portal by interval and group, and by group over the whole range (where `start` is null).
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
    r.*,
    if(r.bitrix_chat = '' AND l.linked_chat != '', concat('b', l.linked_chat), r.chat_name) AS chat,
    max(r.from_connector) OVER (PARTITION BY chat) AS covered
  FROM resolved AS r
  LEFT JOIN links AS l ON l.external_chat = r.external_chat
)
SELECT
  if(grouping(bucket) = 1, NULL, toFloat64(bucket)) AS start,
  roundDown(sent_ms, arrayMap(start -> toInt64(start), {starts:Array(String)})) AS bucket,
  multiIf(
    {groupBy:String} = 'line', toString(line),
    {groupBy:String} = 'connector', toString(connector),
    {groupBy:String} = 'operator', author_id,
    '') AS name,
  toFloat64(countIf(direction = 'inbound' AND author_kind != 'system')) AS inbound,
  toFloat64(countIf(direction = 'outbound' AND author_kind != 'system')) AS outbound,
  toFloat64(countIf(author_kind = 'system')) AS system,
  toFloat64(countIf(edited)) AS edited,
  toFloat64(countIf(deleted)) AS deleted,
  toFloat64(uniqExact(chat)) AS chats
FROM placed
WHERE (from_connector OR NOT covered)
  AND sent_ms >= {from:Int64}
  AND sent_ms < {to:Int64}
  AND ({line:String} = '' OR line = {line:String})
  AND ({connector:String} = '' OR connector = {connector:String})
  AND ({groupBy:String} != 'operator' OR (author_kind = 'operator' AND direction = 'outbound'))
GROUP BY GROUPING SETS ((bucket, name), (name))
