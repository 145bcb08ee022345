-- Who has said that a ticket is not theirs keeps their place in it, because a ticket has a
-- reporter; from this moment on it is nobody's.
ALTER TABLE participants ADD COLUMN left_at {{.Int}} NOT NULL DEFAULT 0;
