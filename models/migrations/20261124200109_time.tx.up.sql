-- Time that agents spent on a ticket; people outside never see it.
CREATE TABLE IF NOT EXISTS time_entries (
    id {{.ID}},
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    agent_id {{.Int}} NOT NULL REFERENCES agents (id),
    minutes {{.Int}} NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS time_entries_ticket ON time_entries (ticket_id, id, minutes);
