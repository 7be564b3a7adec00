SELECT
  bot_id AS botId,
  max(code) AS code,
  maxIf(toFloat64(toUnixTimestamp64Milli(at)), action = 'delete') AS deletedMs
FROM bot_facts
WHERE portal = {portal:String} AND bot_id > {after:String}
GROUP BY bot_id
ORDER BY bot_id
LIMIT {limit:UInt32}
