-- Which of a message's facts `f` counts; these names belong after WITH.
-- standing: a connector's word before a bot's, then the latest. knowledge: who knows the author before who does not.
-- version: the latest, at the same time an edit before an add. A deletion may tell a text too; it is not what the message said.
-- They are strings of fixed width because comparing those costs half of what comparing tuples does.
concat(toString(f.origin = 'connector'), toString(f.at), f.event_id) AS standing,
concat(multiIf(f.author_kind = 'unknown', '0', f.action = 'add', '2', '1'), standing) AS knowledge,
concat(toString(f.at), if(f.action = 'edit', '1', '0'), f.event_id) AS version,
argMaxIf(f.text, version, f.action != 'delete' AND f.text IS NOT NULL) AS told_text
