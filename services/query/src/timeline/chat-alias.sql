-- The Bitrix24 chat that an external name of a chat is linked to.
WITH
-- include links.sql
one AS (SELECT linked_chat FROM links WHERE external_chat = {chat:String})
SELECT concat('b', linked_chat) AS chat FROM one
