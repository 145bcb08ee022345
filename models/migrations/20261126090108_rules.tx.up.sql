-- The purchase of time that this one takes back; each can be taken back once.
ALTER TABLE time_purchases ADD COLUMN takes_back_id {{.Int}} REFERENCES time_purchases (id);
--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS time_purchases_takes_back ON time_purchases (takes_back_id) WHERE takes_back_id IS NOT NULL;
