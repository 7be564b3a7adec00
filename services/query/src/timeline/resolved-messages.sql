-- Makes `resolved`, one row a message, of the facts that the including query calls `facts`.
-- include links.sql
bots AS (
  SELECT bot_id FROM {bots:Identifier} WHERE portal = {portal:String} GROUP BY bot_id
),
-- Ranks are strings of fixed width because comparing them costs half of what comparing tuples does.
ranked AS (
  SELECT
    *,
    concat(toString(origin = 'connector'), toString(at), event_id) AS standing,
    concat(multiIf(author_kind = 'unknown', '0', action = 'add', '2', '1'), standing) AS knowledge
  FROM facts
),
merged AS (
  SELECT
    f.message_key,
    max(f.action = 'add') AS added,
    if(added, minIf(f.at, f.action = 'add'), min(f.at)) AS sent_at,
    max(f.action = 'edit') AS edited,
    max(f.action = 'delete') AS deleted,
    max(f.origin = 'connector') AS from_connector,
    argMax(f.direction, f.standing) AS direction,
    argMaxIf(f.connector, f.standing, f.connector != '') AS connector,
    argMaxIf(f.line, f.standing, f.line != '') AS line,
    argMaxIf(f.external_chat, f.standing, f.external_chat != '') AS external_chat,
    argMaxIf(f.bitrix_chat, f.standing, f.bitrix_chat != '') AS bitrix_chat,
    argMax(f.author_kind, f.knowledge) AS known_kind,
    argMaxIf(f.author_id, f.knowledge, f.author_id != '') AS author_id
  FROM ranked AS f
  GROUP BY f.message_key
),
resolved AS (
  SELECT
    m.message_key AS message_key,
    toUnixTimestamp64Milli(m.sent_at) AS sent_ms,
    m.edited AS edited,
    m.deleted AS deleted,
    m.from_connector AS from_connector,
    toString(m.direction) AS direction,
    m.connector AS connector,
    m.line AS line,
    m.author_id AS author_id,
    multiIf(
      m.known_kind IN ('operator', 'bot', 'unknown') AND m.author_id IN (SELECT bot_id FROM bots), 'bot',
      m.known_kind != 'unknown', toString(m.known_kind),
      m.direction = 'outbound', 'operator',
      'customer') AS author_kind,
    multiIf(
      m.bitrix_chat != '', concat('b', m.bitrix_chat),
      l.linked_chat != '', concat('b', l.linked_chat),
      m.external_chat) AS chat
  FROM merged AS m
  LEFT JOIN links AS l ON l.external_chat = m.external_chat
)
