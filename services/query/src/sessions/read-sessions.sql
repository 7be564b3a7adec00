-- The newest rows of these keys, and a few others, since each time goes with each name; times in epoch milliseconds.
SELECT
  toFloat64(toUnixTimestamp64Milli(s.opened_at)) AS opened_at,
  s.name AS name,
  s.opener AS opener,
  s.version AS version,
  s.place AS place,
  s.chat_id AS chat_id,
  s.session_id AS session_id,
  s.parent_session_id AS parent_session_id,
  s.connector AS connector,
  s.line AS line,
  s.opened_by AS opened_by,
  toFloat64(toUnixTimestamp64Milli(s.closed_at)) AS closed_at,
  toFloat64(toUnixTimestamp64Milli(s.first_inbound_at)) AS first_inbound_at,
  toFloat64(toUnixTimestamp64Milli(s.first_response_at)) AS first_response_at,
  s.first_response_by AS first_response_by,
  s.rating AS rating,
  toFloat64(toUnixTimestamp64Milli(s.rated_at)) AS rated_at,
  s.inbound AS inbound,
  s.outbound AS outbound,
  s.system AS system,
  s.operators AS operators
FROM sessions AS s FINAL
PREWHERE s.portal = {portal:String}
  AND s.opened_at IN {times:Array(DateTime64(3, 'UTC'))}
  AND s.name IN {names:Array(String)}
