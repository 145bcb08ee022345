-- Mail is recognised by its bytes where its number at the server no longer says which it is.
CREATE INDEX IF NOT EXISTS mails_copy ON mails (mailbox_id, sha256);
--bun:split
-- Which folder at which server the bookmark belongs to.
ALTER TABLE mailbox_states ADD COLUMN place TEXT NOT NULL DEFAULT '';
--bun:split
-- What lay in the folder when it was first seen, up to this UID, is read only when it came since then:
-- the rest is older than the mailbox or known already.
ALTER TABLE mailbox_states ADD COLUMN old_uid {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE mailbox_states ADD COLUMN since {{.Int}} NOT NULL DEFAULT 0;
