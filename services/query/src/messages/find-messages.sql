-- The newest messages of a portal that pass the filter: only what is needed to choose them.
WITH
facts AS (
  SELECT *
  FROM message_facts
  WHERE portal = {portal:String} AND (empty({words:Array(String)}) OR message_key IN (
    SELECT message_key
    FROM message_facts
    WHERE portal = {portal:String}
      AND arrayAll(word -> positionCaseInsensitiveUTF8(ifNull(text, ''), word) > 0, {words:Array(String)})
  ))
),
-- include ../timeline/resolved-messages.sql
,
-- The words may be those of an earlier version of the text; what counts is what the message says now.
texts AS (
  SELECT message_key, argMaxIf(ifNull(text, ''), concat(toString(at), action, event_id), text IS NOT NULL) AS last_text
  FROM (SELECT message_key, text, at, if(action = 'edit', '1', '0') AS action, event_id FROM facts)
  GROUP BY message_key
)
SELECT message_key AS messageId, toFloat64(sent_ms) AS sentAt, chat
FROM resolved
WHERE sent_ms >= {from:Int64}
  AND sent_ms < {to:Int64}
  AND (sent_ms, message_key) < ({beforeAt:Int64}, {beforeId:String})
  AND ({line:String} = '' OR line = {line:String})
  AND ({connector:String} = '' OR connector = {connector:String})
  AND ({direction:String} = '' OR direction = {direction:String})
  AND ({author:String} = '' OR author_kind = {author:String})
  AND ({operator:String} = '' OR (author_kind = 'operator' AND author_id = {operator:String}))
  AND ({deleted:String} = '' OR deleted = ({deleted:String} = 'true'))
  AND (empty({words:Array(String)}) OR message_key IN (
    SELECT message_key
    FROM texts
    WHERE arrayAll(word -> positionCaseInsensitiveUTF8(last_text, word) > 0, {words:Array(String)})
  ))
ORDER BY sent_ms DESC, message_key DESC
LIMIT {limit:UInt32}
