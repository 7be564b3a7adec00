SELECT
  id,
  argMax(name, version) AS name,
  argMax(portals, version) AS portals,
  toFloat64(toUnixTimestamp64Milli(argMax(created_at, version))) AS createdMs,
  tupleElement(argMax(tuple(toFloat64(toUnixTimestamp64Milli(revoked_at))), version), 1) AS revokedMs
FROM api_keys
WHERE id > {after:String}
GROUP BY id
ORDER BY id
LIMIT {limit:UInt32}
