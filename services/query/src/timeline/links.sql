-- Of an external name of a chat, the Bitrix24 chat that counts.
links AS (
  SELECT external_chat, argMax(bitrix_chat, (last, bitrix_chat)) AS linked_chat
  FROM {chatNames:Identifier}
  WHERE portal = {portal:String} AND external_chat != '' AND bitrix_chat != ''
  GROUP BY external_chat
),
