SELECT chat_id AS chatId FROM chat_aliases FINAL PREWHERE portal = {portal:String} AND alias = {alias:String}
