-- The bots and the CRM entities that events name for these chats.
SELECT bitrix_chat, groupUniqArrayIf(bot, bot != '') AS bots, groupUniqArrayIf((type, id), type != '') AS crm
FROM (
  SELECT bitrix_chat, bot_id AS bot, '' AS type, '' AS id
  FROM bot_facts
  WHERE portal = {portal:String} AND bitrix_chat IN {bitrixChats:Array(String)}
  UNION ALL
  SELECT bitrix_chat, '' AS bot, type, id
  FROM crm_facts
  WHERE portal = {portal:String} AND bitrix_chat IN {bitrixChats:Array(String)}
)
GROUP BY bitrix_chat
