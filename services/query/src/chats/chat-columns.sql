-- Of a row of chats as the API shows it; `session` is JSON.
  c.chat_id AS chatId,
  nullIf(c.bitrix_chat_id, '') AS bitrixChatId,
  nullIf(c.external_chat_id, '') AS externalChatId,
  nullIf(toString(c.connector), '') AS connector,
  nullIf(toString(c.line), '') AS line,
  toString(c.state) AS state,
  c.session AS session,
  c.first_message_at AS firstMessageAt,
  c.last_message_at AS lastMessageAt,
  CAST(
    (c.inbound, c.outbound, c.system, c.edited, c.deleted_messages),
    'Tuple(inbound UInt32, outbound UInt32, system UInt32, edited UInt32, deleted UInt32)') AS messages,
  c.operators AS operators,
  c.bots AS bots,
  c.crm AS crm
