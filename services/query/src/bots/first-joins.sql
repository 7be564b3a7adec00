-- Of every chat that one of these bots joined the first join, in the order of the answer. A row each: a bot may have joined very many.
SELECT
  bot_id AS botId,
  dialog_id AS dialogId,
  bitrix_chat AS bitrixChat,
  toFloat64(toUnixTimestamp64Milli(at)) AS joinedMs,
  chat_type AS chatType,
  user_id AS userId
FROM bot_facts
WHERE portal = {portal:String} AND bot_id IN {bots:Array(String)} AND action = 'join'
ORDER BY bot_id, at, dialog_id, event_id, bitrix_chat, chat_type, user_id
LIMIT 1 BY bot_id, dialog_id, bitrix_chat
