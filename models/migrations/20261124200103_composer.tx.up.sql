-- A reply that can still be taken back has public_version 0 and waits until publish_at; the
-- status that goes with it (a slug, or empty) waits with it.
ALTER TABLE messages ADD COLUMN then_status TEXT NOT NULL DEFAULT '';
