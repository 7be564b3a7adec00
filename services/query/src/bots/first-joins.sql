-- Of every chat that one of these bots joined the first join, in the order of the answer. A row each: a bot may have joined very many.
SELECT
  bot_id AS botId,
  dialog_id AS dialogId,
  bitrix_chat AS bitrixChat,
  min((at, event_id, toString(chat_type), user_id)) AS first,
  toFloat64(toUnixTimestamp64Milli(first.1)) AS joinedMs,
  first.3 AS chatType,
  first.4 AS userId
FROM bot_facts
WHERE portal = {portal:String} AND bot_id IN {bots:Array(String)} AND action = 'join'
GROUP BY bot_id, dialog_id, bitrix_chat
ORDER BY bot_id, first.1, dialog_id, first.2, bitrix_chat
