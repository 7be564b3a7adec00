-- The newest messages of a portal that pass the filter: what tells which they are, not yet what they say.
SELECT
  message_id AS messageId,
  toFloat64(sent_ms) AS sentAt,
  chat_name AS chatName,
  direction,
  author_kind AS authorKind,
  author_id AS authorId
FROM (
  -- include ../timeline/message-columns.sql
  , ifNull(told_text, '') AS last_text
  FROM message_facts AS f
  WHERE f.portal = {portal:String} AND (empty({words:Array(String)}) OR f.message_key IN (
    SELECT message_key
    FROM message_facts
    WHERE portal = {portal:String}
      AND arrayAll(word -> positionCaseInsensitiveUTF8(ifNull(text, ''), word) > 0, {words:Array(String)})
  ))
  GROUP BY f.message_key
)
WHERE sent_ms >= {from:Int64}
  AND sent_ms < {to:Int64}
  AND (sent_ms, message_id) < ({beforeAt:Int64}, {beforeId:String})
  AND ({line:String} = '' OR line = {line:String})
  AND ({connector:String} = '' OR connector = {connector:String})
  AND ({direction:String} = '' OR direction = {direction:String})
  AND ({author:String} = '' OR author_kind = {author:String})
  AND ({operator:String} = '' OR (author_kind = 'operator' AND author_id = {operator:String}))
  AND ({deleted:String} = '' OR deleted = ({deleted:String} = 'true'))
  -- An earlier version of the text may have had the words; what counts is what the message says now.
  AND (empty({words:Array(String)})
    OR arrayAll(word -> positionCaseInsensitiveUTF8(last_text, word) > 0, {words:Array(String)}))
ORDER BY sent_ms DESC, message_id DESC
LIMIT {limit:UInt32}
