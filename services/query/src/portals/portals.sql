-- One row a portal; of several applications the one that was changed last gives the domain.
WITH
registered AS (
  SELECT
    portal,
    application,
    argMax(domain, version) AS domain,
    argMax(status, version) AS status,
    argMax(enrolled_at, version) AS enrolled_at,
    argMax(changed_at, version) AS changed_at
  FROM portals
  WHERE portal > {after:String}
    AND ({only:String} = '' OR portal = {only:String})
    AND ({all:Bool} OR portal IN {allowed:Array(String)})
  GROUP BY portal, application
),
page AS (
  SELECT
    portal,
    argMax(domain, (changed_at, application)) AS domain,
    argMax(status, (changed_at, application)) AS status,
    arraySort(groupArray(application)) AS applications,
    min(enrolled_at) AS enrolled_at
  FROM registered
  GROUP BY portal
  ORDER BY portal
  LIMIT {limit:UInt32}
),
-- An event that tells no time of its own (at = 0) happened when its first delivery (greatest version) was received.
occurred AS (
  SELECT portal, max(at) AS occurred_at
  FROM events
  WHERE portal IN (SELECT portal FROM page) AND at > fromUnixTimestamp64Milli(toInt64(0), 'UTC')
  GROUP BY portal
  UNION ALL
  SELECT portal, argMax(occurred_at, version) AS occurred_at
  FROM events
  WHERE portal IN (SELECT portal FROM page) AND at = fromUnixTimestamp64Milli(toInt64(0), 'UTC')
  GROUP BY portal, event_id
),
heard AS (
  SELECT portal, max(occurred_at) AS newest FROM occurred GROUP BY portal
)
SELECT
  page.portal AS memberId,
  domain,
  applications,
  status,
  toFloat64(toUnixTimestamp64Milli(enrolled_at)) AS enrolledMs,
  if(heard.portal = '', NULL, toFloat64(toUnixTimestamp64Milli(heard.newest))) AS lastEventMs
FROM page
LEFT JOIN heard ON heard.portal = page.portal
ORDER BY memberId
