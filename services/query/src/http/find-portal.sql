SELECT portal FROM portals WHERE portal = {portal:String} LIMIT 1
