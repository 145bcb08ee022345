-- The mail log by outcome, the newest first.
CREATE INDEX IF NOT EXISTS mails_outcome ON mails (outcome, id);
--bun:split
-- What waits of a mail, for the line of the log.
CREATE INDEX IF NOT EXISTS held_mail ON held (mail_id) WHERE mail_id IS NOT NULL;
