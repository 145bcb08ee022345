-- The open tickets by id, for finding their deadlines again in batches.
CREATE INDEX IF NOT EXISTS tickets_open ON tickets (id) WHERE ended_at = 0 AND spam_at = 0 AND merged_into_id IS NULL;
--bun:split
-- Kept too late, between two looks of the clock: the event of it is still to be written.
CREATE INDEX IF NOT EXISTS promises_late ON promises (due_at) WHERE broken_at = 0 AND due_at > 0 AND met_at > due_at;
--bun:split
-- A ticket that an agent opened in words of their own needs no first answer.
UPDATE tickets SET answered_at = created_at WHERE answered_at = 0
    AND EXISTS (SELECT 1 FROM messages m WHERE m.ticket_id = tickets.id AND m.kind = 'description' AND m.agent_id IS NOT NULL);
