-- The newest messages that pass the filter. Rows that pass it are found first, by few columns, from the newest on, and then looked at again
-- together with the newer rows of the same messages, which may say otherwise: so no more is read than a page needs.
WITH (
  WITH (
    SELECT (
      groupUniqArrayArray(ngrams(word, 2)),
      groupUniqArrayIf(word, lengthUTF8(word) = 1),
      groupUniqArrayIf(word, lengthUTF8(word) > 2))
    FROM (
      -- As the column `search` is made.
      SELECT replaceAll(caseFoldUTF8(normalizeUTF8NFC(toValidUTF8(arrayJoin({words:Array(String)})))), 'ё', 'е') AS word
    )
  ) AS wanted
  SELECT groupArray((at, message_key, name, version))
  FROM (
    SELECT at, message_key, name, version
    FROM messages
    PREWHERE portal = {portal:String}
      AND at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      AND at <= fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC')
      AND (empty(wanted.1) OR hasAllTokens(search, wanted.1))
      AND ({line:String} = '' OR line = {line:String})
      AND ({connector:String} = '' OR connector = {connector:String})
      AND ({direction:String} = '' OR direction = {direction:String})
      AND ({author:String} = '' OR author_kind = {author:String})
      AND ({operator:String} = '' OR (author_kind = 'operator' AND author_id = {operator:String}))
      AND ({deleted:String} = '' OR isNotNull(deleted_at) = ({deleted:String} = 'true'))
    WHERE deleted = 0
      AND (at, message_key, name) < (fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC'), {beforeKey:String}, {beforeName:String})
      -- Pairs of letters in any place are no word yet. Looking at each letter costs by the letter, cutting the text into letters does not.
      AND (empty(wanted.3) OR arrayAll(word -> position(search, word) > 0, wanted.3))
      AND (empty(wanted.2) OR if(length(wanted.2) < 8,
        arrayAll(letter -> position(search, letter) > 0, wanted.2),
        hasAll(ngrams(search, 1), wanted.2)))
    ORDER BY at DESC, message_key DESC, name DESC, version DESC
    LIMIT 1 BY at, message_key, name
    LIMIT {batch:UInt32}
  )
) AS found
-- include message-columns.sql
ORDER BY m.at DESC, m.message_key DESC, m.name DESC, m.version DESC
LIMIT 1 BY m.at, m.message_key, m.name
SETTINGS date_time_output_format = 'iso', max_block_size = 8192
