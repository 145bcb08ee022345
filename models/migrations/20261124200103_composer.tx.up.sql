-- A reply that can still be taken back has public_version 0 and waits until publish_at; the
-- status that goes with it (a slug, or empty) waits with it.
ALTER TABLE messages ADD COLUMN then_status TEXT NOT NULL DEFAULT '';
--bun:split
-- What follows publication alone finds the few messages that still wait.
CREATE INDEX IF NOT EXISTS messages_waiting ON messages (ticket_id, id) WHERE public_version = 0 AND kind = 'message';
