-- What waits for somebody's daily digest, and what a digest or a shared mail is told by.

CREATE INDEX IF NOT EXISTS deliveries_digest ON deliveries (contact_id, id) WHERE state = 'digest';
