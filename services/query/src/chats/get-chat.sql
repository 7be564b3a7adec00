SELECT
  -- include chat-columns.sql
FROM chats AS c FINAL
PREWHERE c.portal = {portal:String} AND c.chat_id = {chatId:String}
SETTINGS date_time_output_format = 'iso'
