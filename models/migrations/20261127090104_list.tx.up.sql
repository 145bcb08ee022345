-- What the list of a signed-in customer filters and sorts by stands on the seat itself, as a copy
-- of the ticket's: one range of one index is a page, however large the desk is.
ALTER TABLE participants ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;
--bun:split
ALTER TABLE participants ADD COLUMN project_id {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE participants ADD COLUMN status_id {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE participants ADD COLUMN category TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE participants ADD COLUMN type_id {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE participants ADD COLUMN priority {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE participants ADD COLUMN opened_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE participants ADD COLUMN public_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE participants ADD COLUMN public_version {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE participants ADD COLUMN promise_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
UPDATE participants SET hidden = (t.spam_at > 0 OR t.merged_into_id IS NOT NULL), project_id = t.project_id, status_id = t.status_id, category = t.category,
    type_id = COALESCE(t.type_id, 0), priority = t.priority, opened_at = t.created_at, public_at = t.public_at, public_version = t.public_version, promise_at = t.promise_at
    FROM tickets t WHERE t.id = participants.ticket_id;
--bun:split
-- What there is already was told by mail: a list that is new makes no news of it.
UPDATE participants SET seen_version = public_version WHERE seen_version < public_version;
--bun:split
-- The columns of the condition stand in the indexes too, or SQLite looks at each row for them.
CREATE INDEX IF NOT EXISTS seats_changed ON participants (contact_id, public_at DESC, ticket_id DESC, project_id, status_id, category, type_id, priority, opened_at, public_version, seen_version, hidden, moved_to_id, left_at)
    WHERE hidden = FALSE AND moved_to_id IS NULL AND left_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS seats_opened ON participants (contact_id, opened_at DESC, ticket_id DESC, project_id, category, type_id, priority, public_version, seen_version, hidden, moved_to_id, left_at)
    WHERE hidden = FALSE AND moved_to_id IS NULL AND left_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS seats_priority ON participants (contact_id, priority DESC, ticket_id DESC, project_id, category, type_id, opened_at, public_version, seen_version, hidden, moved_to_id, left_at)
    WHERE hidden = FALSE AND moved_to_id IS NULL AND left_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS seats_due ON participants (contact_id, promise_at, ticket_id, project_id, category, type_id, priority, opened_at, public_version, seen_version, hidden, moved_to_id, left_at)
    WHERE hidden = FALSE AND moved_to_id IS NULL AND left_at = 0 AND promise_at > 0;
--bun:split
-- The same for what a company shares.
CREATE INDEX IF NOT EXISTS shared_changed ON tickets (company_id, public_at DESC, id DESC, project_id, status_id, category, type_id, priority, created_at, private, spam_at, merged_into_id)
    WHERE company_id IS NOT NULL AND private = FALSE AND spam_at = 0 AND merged_into_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS shared_opened ON tickets (company_id, created_at DESC, id DESC, project_id, category, type_id, priority, private, spam_at, merged_into_id)
    WHERE company_id IS NOT NULL AND private = FALSE AND spam_at = 0 AND merged_into_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS shared_priority ON tickets (company_id, priority DESC, id DESC, project_id, category, type_id, created_at, private, spam_at, merged_into_id)
    WHERE company_id IS NOT NULL AND private = FALSE AND spam_at = 0 AND merged_into_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS shared_due ON tickets (company_id, promise_at, id, project_id, category, type_id, priority, created_at, private, spam_at, merged_into_id)
    WHERE company_id IS NOT NULL AND private = FALSE AND spam_at = 0 AND merged_into_id IS NULL AND promise_at > 0;
