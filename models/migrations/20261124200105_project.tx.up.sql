-- Statuses and types that are being replaced. Between leaving_at and gone_at their tickets move to
-- the replacement; afterwards the row stays, so that the history of old tickets keeps its words.

ALTER TABLE statuses ADD COLUMN replaced_by_id {{.Int}};
--bun:split
ALTER TABLE statuses ADD COLUMN leaving_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE statuses ADD COLUMN gone_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE ticket_types ADD COLUMN replaced_by_id {{.Int}};
--bun:split
ALTER TABLE ticket_types ADD COLUMN leaving_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE ticket_types ADD COLUMN gone_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
-- In the order of the queues, so that a list of one status or type is a range as well.
CREATE INDEX IF NOT EXISTS tickets_status ON tickets (status_id, updated_at DESC, id DESC);
--bun:split
CREATE INDEX IF NOT EXISTS tickets_type ON tickets (type_id, updated_at DESC, id DESC) WHERE type_id IS NOT NULL;
