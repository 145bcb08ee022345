-- What waits: which form made it, when its sender was asked, and its lists.

-- A form whose ticket or reply waits has made this and no ticket yet.
ALTER TABLE submissions ADD COLUMN held_id {{.Int}};
--bun:split
-- When the mail that asks the sender was charged; 0 is not yet.
ALTER TABLE held ADD COLUMN asked_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
CREATE INDEX IF NOT EXISTS held_newest ON held (id) WHERE state = 'waiting';
--bun:split
CREATE INDEX IF NOT EXISTS held_decided ON held (decided_at) WHERE state <> 'waiting';
