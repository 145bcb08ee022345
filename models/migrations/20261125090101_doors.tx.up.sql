-- Which folder at which server the bookmark belongs to.
ALTER TABLE mailbox_states ADD COLUMN place TEXT NOT NULL DEFAULT '';
--bun:split
-- What lay in the folder when it was first seen, up to this UID, is read only when it came since then:
-- the rest is older than the mailbox or known already.
ALTER TABLE mailbox_states ADD COLUMN old_uid {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE mailbox_states ADD COLUMN since {{.Int}} NOT NULL DEFAULT 0;
