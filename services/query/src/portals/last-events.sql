-- The greatest time alone is asked of each portal, and of the last week only: the sorting key leaves out the rest.
WITH heard AS (
  SELECT portal, dateDiff('second', max(at), now64(3)) AS age
  FROM events
  WHERE at > now64(3) - INTERVAL 7 DAY
  GROUP BY portal
)
SELECT
  toUInt32(countIf(seconds <= 3600)) AS `1h`,
  toUInt32(countIf(seconds > 3600 AND seconds <= 86400)) AS `1d`,
  toUInt32(countIf(seconds > 86400 AND seconds < 604800)) AS `7d`,
  toUInt32(countIf(seconds >= 604800)) AS older
FROM (
  SELECT registered.portal, if(heard.portal = '', 604800, heard.age) AS seconds
  FROM (SELECT DISTINCT portal FROM portals) AS registered
  LEFT JOIN heard ON heard.portal = registered.portal
)
