SELECT id, argMax(portals, version) AS portals
FROM api_keys
WHERE id IN (SELECT id FROM api_keys WHERE hash = {hash:String})
GROUP BY id
HAVING argMax(revoked_at IS NULL, version)
