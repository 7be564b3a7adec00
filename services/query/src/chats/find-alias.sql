SELECT chat_id AS chatId FROM chat_aliases FINAL WHERE portal = {portal:String} AND alias = {alias:String}
