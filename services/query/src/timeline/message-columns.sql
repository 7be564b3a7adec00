-- The columns of a message, made of its facts `f`; FROM … AS f … GROUP BY f.message_key is up to the including query.
WITH
-- include message-order.sql
SELECT
  f.message_key AS message_id,
  max(f.action = 'add') AS added,
  toUnixTimestamp64Milli(if(added, minIf(f.at, f.action = 'add'), min(f.at))) AS sent_ms,
  max(f.action = 'edit') AS edited,
  max(f.action = 'delete') AS deleted,
  max(f.origin = 'connector') AS from_connector,
  toString(argMax(f.direction, standing)) AS direction,
  argMaxIf(f.connector, standing, f.connector != '') AS connector,
  argMaxIf(f.line, standing, f.line != '') AS line,
  argMaxIf(f.external_chat, standing, f.external_chat != '') AS external_chat,
  argMaxIf(f.bitrix_chat, standing, f.bitrix_chat != '') AS bitrix_chat,
  if(bitrix_chat != '', concat('b', bitrix_chat), external_chat) AS chat_name,
  argMaxIf(f.author_id, knowledge, f.author_id != '') AS author_id,
  toString(argMax(f.author_kind, knowledge)) AS told_kind,
  multiIf(
    told_kind NOT IN ('customer', 'system')
      AND author_id IN (SELECT bot_id FROM {bots:Identifier} WHERE portal = {portal:String}), 'bot',
    told_kind != 'unknown', told_kind,
    direction = 'outbound', 'operator',
    'customer') AS author_kind
