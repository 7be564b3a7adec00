-- As find-messages.sql, those whose text holds all words.
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
SELECT toFloat64(toUnixTimestamp64Milli(at)) AS ms, message_key AS key, name, version
FROM messages
PREWHERE
  -- include message-filter.sql
  AND (empty(wanted.1) OR hasAllTokens(search, wanted.1))
WHERE deleted = 0
  AND (at, message_key, name) < (fromUnixTimestamp64Milli({beforeAt:Int64}, 'UTC'), {beforeKey:String}, {beforeName:String})
  -- Pairs of letters in any place are no word yet. Looking for each letter costs by the letter, cutting the text into letters does not;
  -- what is checked first is the letter with the greatest code, which is likely to be the rarest.
  AND (empty(wanted.2) OR position(search, arrayMax(wanted.2)) > 0)
  AND (empty(wanted.3) OR arrayAll(word -> position(search, word) > 0, wanted.3))
  AND (empty(wanted.2) OR if(length(wanted.2) < 8,
    arrayAll(letter -> position(search, letter) > 0, wanted.2),
    hasAll(ngrams(search, 1), wanted.2)))
ORDER BY at DESC, message_key DESC, name DESC
LIMIT {limit:UInt32}
SETTINGS max_block_size = 8192, short_circuit_function_evaluation = 'force_enable'
