-- An agent's open tickets, also those that sleep: how many there are, and giving them back.
CREATE INDEX IF NOT EXISTS tickets_open_of ON tickets (assignee_id, id) WHERE ended_at = 0 AND assignee_id IS NOT NULL;
