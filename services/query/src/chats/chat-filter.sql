portal = {portal:String}
  AND ({line:String} = '' OR line = {line:String})
  AND ({connector:String} = '' OR connector = {connector:String})
  AND ({state:String} = '' OR state = {state:String})
  AND ({externalChatId:String} = '' OR external_chat_id = {externalChatId:String})
  AND ({bitrixChatId:String} = '' OR (bitrix_chat_id = {bitrixChatId:String} AND chat_id = concat('b', {bitrixChatId:String})))
  AND active_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND active_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
