-- The newest sessions that pass the filter, found as in ../messages/find-messages.sql.
WITH (
  SELECT groupArray((opened_at, chat_id, place, name, opener, version))
  FROM (
    SELECT opened_at, chat_id, place, name, opener, version
    FROM sessions
    PREWHERE portal = {portal:String}
      AND opened_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND opened_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      AND opened_at <= fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC')
      AND ({line:String} = '' OR line = {line:String})
      AND ({connector:String} = '' OR connector = {connector:String})
      AND ({state:String} = '' OR isNull(closed_at) = ({state:String} = 'open'))
      AND ({firstResponseBy:String} = '' OR first_response_by = {firstResponseBy:String})
      AND ({unanswered:String} = ''
        OR (isNotNull(first_inbound_at) AND isNull(first_response_at)) = ({unanswered:String} = 'true'))
      AND ({minWait:Int64} < 0
        OR ifNull(dateDiff('millisecond', first_inbound_at, first_response_at) >= {minWait:Int64} * 1000, false))
      AND ({operator:String} = '' OR has(operators, {operator:String}))
    WHERE deleted = 0
      AND (opened_at, chat_id, place, name, opener) < (
        fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC'), {beforeChat:String}, {beforePlace:UInt32}, {beforeName:String}, {beforeOpener:String})
    ORDER BY opened_at DESC, chat_id DESC, place DESC, name DESC, opener DESC, version DESC
    LIMIT 1 BY opened_at, chat_id, place, name, opener
    LIMIT {batch:UInt32}
  )
) AS found
SELECT
  toUInt32(length(found)) AS foundCount,
  CAST((toFloat64(toUnixTimestamp64Milli(found[-1].1)), found[-1].2, found[-1].3, found[-1].4, found[-1].5),
    'Tuple(Float64, String, UInt32, String, String)') AS last,
  toFloat64(toUnixTimestamp64Milli(s.opened_at)) AS opened_at,
  s.name AS name,
  s.opener AS opener,
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
  s.operators AS operators,
  CAST((s.opened_at, s.chat_id, s.place, s.name, s.opener, s.version) IN (
    SELECT key.1, key.2, key.3, key.4, key.5, key.6 FROM (SELECT arrayJoin(found) AS key)
  ), 'Bool') AS counts
FROM (
  SELECT *
  FROM sessions
  WHERE portal = {portal:String}
    AND (opened_at, name, opener) IN (SELECT key.1, key.4, key.5 FROM (SELECT arrayJoin(found) AS key))
  ORDER BY opened_at, name, opener, version DESC
  LIMIT 1 BY opened_at, name, opener
) AS s
ORDER BY s.opened_at DESC, s.chat_id DESC, s.place DESC, s.name DESC, s.opener DESC
