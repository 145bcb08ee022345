-- What a team needs: who may do what where, companies, tags, macros, saved views, blocks,
-- the audit log, and the properties of a ticket that agents work with.

-- everywhere: the agent's role holds in every project; otherwise only agent_projects counts.
ALTER TABLE agents ADD COLUMN everywhere BOOLEAN NOT NULL DEFAULT TRUE;
--bun:split
ALTER TABLE agents ADD COLUMN signature TEXT NOT NULL DEFAULT '';
--bun:split
-- JSON: which notices, quiet hours, time zone.
ALTER TABLE agents ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
--bun:split
-- The TOTP secret, sealed by the key outside the database; totp_at is when it was confirmed,
-- totp_step the last step that was used, so that a code works once.
ALTER TABLE agents ADD COLUMN totp_secret TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE agents ADD COLUMN totp_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE agents ADD COLUMN totp_step {{.Int}} NOT NULL DEFAULT 0;
--bun:split
CREATE TABLE IF NOT EXISTS recovery_codes (
    agent_id {{.Int}} NOT NULL REFERENCES agents (id),
    hash {{.Bytes}} NOT NULL,
    used_at {{.Int}} NOT NULL DEFAULT 0,
    PRIMARY KEY (agent_id, hash)
);
--bun:split
CREATE TABLE IF NOT EXISTS agent_projects (
    agent_id {{.Int}} NOT NULL REFERENCES agents (id),
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    role TEXT NOT NULL,
    PRIMARY KEY (agent_id, project_id)
);
--bun:split
-- Who changed a setting or passed a door, and when. subject names what it was done to.
CREATE TABLE IF NOT EXISTS audit_entries (
    id {{.ID}},
    kind TEXT NOT NULL,
    agent_id {{.Int}},
    project_id {{.Int}},
    subject TEXT NOT NULL DEFAULT '',
    data TEXT NOT NULL DEFAULT '{}',
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS audit_entries_kind ON audit_entries (kind, id DESC);
--bun:split
CREATE INDEX IF NOT EXISTS audit_entries_agent ON audit_entries (agent_id, id DESC);
--bun:split
CREATE TABLE IF NOT EXISTS companies (
    id {{.ID}},
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    notes TEXT NOT NULL DEFAULT '',
    -- own, company or company_and_reply: what its members see of each other's tickets.
    sees TEXT NOT NULL DEFAULT 'company_and_reply',
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS company_members (
    company_id {{.Int}} NOT NULL REFERENCES companies (id),
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    manager BOOLEAN NOT NULL DEFAULT FALSE,
    created_at {{.Int}} NOT NULL,
    PRIMARY KEY (company_id, contact_id)
);
--bun:split
CREATE INDEX IF NOT EXISTS company_members_contact ON company_members (contact_id);
--bun:split
ALTER TABLE contacts ADD COLUMN notes TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE tickets ADD COLUMN company_id {{.Int}};
--bun:split
ALTER TABLE tickets ADD COLUMN due_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
-- Out of the queues until then; a timer sets it back to 0, so that queues need no clock.
ALTER TABLE tickets ADD COLUMN snoozed_until {{.Int}} NOT NULL DEFAULT 0;
--bun:split
-- The ticket that this one became part of.
ALTER TABLE tickets ADD COLUMN merged_into_id {{.Int}};
--bun:split
-- Marked as spam then; it is in no queue but the one of spam.
ALTER TABLE tickets ADD COLUMN spam_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_company ON tickets (company_id, updated_at DESC, id DESC) WHERE company_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_snoozed ON tickets (snoozed_until) WHERE snoozed_until > 0;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_spam ON tickets (updated_at DESC, id DESC) WHERE spam_at > 0;
--bun:split
CREATE TABLE IF NOT EXISTS ticket_links (
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    other_id {{.Int}} NOT NULL REFERENCES tickets (id),
    created_at {{.Int}} NOT NULL,
    PRIMARY KEY (ticket_id, other_id)
);
--bun:split
CREATE TABLE IF NOT EXISTS tags (
    id {{.ID}},
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS ticket_tags (
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    tag_id {{.Int}} NOT NULL REFERENCES tags (id),
    PRIMARY KEY (ticket_id, tag_id)
);
--bun:split
CREATE INDEX IF NOT EXISTS ticket_tags_tag ON ticket_tags (tag_id, ticket_id);
--bun:split
-- Ready answers. project_id NULL: for every project; owner_id NULL: shared by all.
CREATE TABLE IF NOT EXISTS macros (
    id {{.ID}},
    name TEXT NOT NULL,
    project_id {{.Int}} REFERENCES projects (id),
    owner_id {{.Int}} REFERENCES agents (id),
    body TEXT NOT NULL DEFAULT '',
    actions TEXT NOT NULL DEFAULT '{}',
    position {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
-- A list that is kept: mine (owner_id), a team's (team_id), or everyone's (neither). query is
-- the list's address without its host: the same words as the address bar.
CREATE TABLE IF NOT EXISTS saved_views (
    id {{.ID}},
    name TEXT NOT NULL,
    owner_id {{.Int}} REFERENCES agents (id),
    team_id {{.Int}} REFERENCES teams (id),
    query TEXT NOT NULL,
    position {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
-- Senders who are turned away: value is the key of an address, or a domain in lower case.
CREATE TABLE IF NOT EXISTS blocks (
    id {{.ID}},
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    agent_id {{.Int}},
    expires_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL,
    UNIQUE (kind, value)
);
--bun:split
-- Who has a ticket open, and whether they are typing: rows of a minute.
CREATE TABLE IF NOT EXISTS presences (
    ticket_id {{.Int}} NOT NULL,
    agent_id {{.Int}} NOT NULL,
    typing BOOLEAN NOT NULL DEFAULT FALSE,
    seen_at {{.Int}} NOT NULL,
    PRIMARY KEY (ticket_id, agent_id)
) {{.ByKey}};
--bun:split
-- A field is asked only when another field of its template has one of these values (JSON list).
ALTER TABLE template_fields ADD COLUMN show_if TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE template_fields ADD COLUMN show_values TEXT NOT NULL DEFAULT '[]';
--bun:split
ALTER TABLE intake_links ADD COLUMN agent_id {{.Int}};
--bun:split
CREATE INDEX IF NOT EXISTS intake_links_project ON intake_links (project_id, id DESC);
--bun:split
-- What an agent is told inside the desk.
CREATE TABLE IF NOT EXISTS notices (
    id {{.ID}},
    agent_id {{.Int}} NOT NULL REFERENCES agents (id),
    event_id {{.Int}} NOT NULL,
    ticket_id {{.Int}} NOT NULL,
    kind TEXT NOT NULL,
    read_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL,
    UNIQUE (agent_id, event_id)
);
--bun:split
CREATE INDEX IF NOT EXISTS notices_unread ON notices (agent_id, id DESC) WHERE read_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS notices_agent ON notices (agent_id, id DESC);
