-- Closing by itself: those to be reminded, the longest silent first, and those that have been
-- reminded, the earliest first. Apart, so that a desk with many that were reminded and never close
-- does not read past all of them each minute. Together they are what tickets_silent was.
DROP INDEX IF EXISTS tickets_silent;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_unreminded ON tickets (project_id, talked_at, id)
    WHERE category = 'waiting' AND ended_at = 0 AND spam_at = 0 AND merged_into_id IS NULL AND snoozed_until = 0 AND reminded_at < talked_at;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_reminded ON tickets (project_id, reminded_at, id)
    WHERE category = 'waiting' AND ended_at = 0 AND spam_at = 0 AND merged_into_id IS NULL AND snoozed_until = 0 AND reminded_at > 0 AND reminded_at >= talked_at;
