-- include links.sql
,
bots AS (
  SELECT bot_id FROM {bots:Identifier} WHERE portal = {portal:String} GROUP BY bot_id
),
merged AS (
  SELECT
    f.message_key,
    max(f.action = 'add') AS added,
    if(added, minIf(f.at, f.action = 'add'), min(f.at)) AS sent_at,
    max(f.action = 'edit') AS edited,
    max(f.action = 'delete') AS deleted,
    max(f.origin = 'connector') AS from_connector,
    argMax(f.direction, standing) AS direction,
    argMaxIf(f.connector, standing, f.connector != '') AS connector,
    argMaxIf(f.line, standing, f.line != '') AS line,
    argMaxIf(f.external_chat, standing, f.external_chat != '') AS external_chat,
    argMaxIf(f.bitrix_chat, standing, f.bitrix_chat != '') AS bitrix_chat,
    argMax(f.author_kind, knowing) AS author_kind,
    argMaxIf(f.author_id, knowing, f.author_id != '') AS author_id
  FROM (SELECT *, (origin = 'connector', at, event_id) AS standing, (action='add' and author_kind != 'unknown', author_kind != 'unknown', origin = 'connector', at, event_id) AS knowing FROM facts) AS f
  GROUP BY f.message_key
),
resolved AS (
  SELECT merged.message_key AS message_key, sent_at, edited, deleted, from_connector, direction, connector, line, author_id, author_kind,
    multiIf(bitrix_chat != '', concat('b', bitrix_chat), linked_chat != '', concat('b', linked_chat), external_chat) AS chat
  FROM merged LEFT JOIN links ON links.external_chat = merged.external_chat
)
