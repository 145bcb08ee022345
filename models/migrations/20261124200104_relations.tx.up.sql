-- What happens between tickets: copies of messages know their original, links of moved
-- participants open the ticket they were moved to, and what was removed says so.

-- The first message of a family of copies; NULL is no copy.
ALTER TABLE messages ADD COLUMN copied_from_id {{.Int}};
--bun:split
ALTER TABLE messages ADD COLUMN redacted_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE messages ADD COLUMN redacted_by {{.Int}};
--bun:split
CREATE INDEX IF NOT EXISTS messages_copied ON messages (copied_from_id) WHERE copied_from_id IS NOT NULL;
--bun:split
-- The participant of the ticket this one was merged into, and the generation of their links
-- then: who replaces a link ends the old ticket's link with it.
ALTER TABLE participants ADD COLUMN moved_to_id {{.Int}};
--bun:split
ALTER TABLE participants ADD COLUMN moved_generation {{.Int}} NOT NULL DEFAULT 0;
--bun:split
CREATE INDEX IF NOT EXISTS participants_moved ON participants (moved_to_id) WHERE moved_to_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_merged ON tickets (merged_into_id) WHERE merged_into_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_follows ON tickets (follows_id) WHERE follows_id IS NOT NULL;
