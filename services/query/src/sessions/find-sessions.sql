-- Which sessions pass the filter, newest first: see ../lists/latest-rows.ts. Sorted by the time alone, so that reading stops at the limit.
SELECT
  toFloat64(toUnixTimestamp64Milli(opened_at)) AS opened_at_ms,
  chat_id,
  place,
  name,
  opener,
  version
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
  AND (opened_at, chat_id, place) < (fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC'), {beforeChat:String}, {beforePlace:UInt32})
ORDER BY opened_at DESC
LIMIT {limit:UInt32}
