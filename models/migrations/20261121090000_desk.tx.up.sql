-- One file for SQLite and PostgreSQL. The four words in double braces are the only
-- differences: {{.ID}} a growing key, {{.Int}} 64 bits, {{.Bytes}} raw bytes,
-- {{.ByKey}} "store the row in its primary key" where the database can.
-- Times are Unix milliseconds in UTC; JSON columns are text that Go decodes.

CREATE TABLE IF NOT EXISTS workspaces (
    id {{.Int}} PRIMARY KEY,
    name TEXT NOT NULL,
    support_address TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL DEFAULT 'en',
    settings TEXT NOT NULL DEFAULT '{}',
    -- Raised by every change of workspace, project, type, status, template or field,
    -- so that a process knows with one small read whether its copy still holds.
    catalog_version {{.Int}} NOT NULL DEFAULT 1,
    -- Names this database for ever; the index keeps it to notice that it belongs to another.
    epoch TEXT NOT NULL,
    set_up_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS projects (
    id {{.ID}},
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    portal TEXT NOT NULL DEFAULT 'none',
    mail_from TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL DEFAULT '',
    position {{.Int}} NOT NULL DEFAULT 0,
    initial_status_id {{.Int}},
    reopened_status_id {{.Int}},
    self_closed_status_id {{.Int}},
    default_type_id {{.Int}},
    enforced_template_id {{.Int}},
    settings TEXT NOT NULL DEFAULT '{}',
    disabled_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS ticket_types (
    id {{.ID}},
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    public BOOLEAN NOT NULL DEFAULT TRUE,
    position {{.Int}} NOT NULL DEFAULT 0,
    UNIQUE (project_id, slug)
);
--bun:split
CREATE TABLE IF NOT EXISTS statuses (
    id {{.ID}},
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    public_label TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL,
    position {{.Int}} NOT NULL DEFAULT 0,
    UNIQUE (project_id, slug)
);
--bun:split
CREATE TABLE IF NOT EXISTS transitions (
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    from_id {{.Int}} NOT NULL REFERENCES statuses (id),
    to_id {{.Int}} NOT NULL REFERENCES statuses (id),
    PRIMARY KEY (from_id, to_id)
);
--bun:split
CREATE TABLE IF NOT EXISTS templates (
    id {{.ID}},
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    position {{.Int}} NOT NULL DEFAULT 0,
    UNIQUE (project_id, slug)
);
--bun:split
CREATE TABLE IF NOT EXISTS template_fields (
    id {{.ID}},
    template_id {{.Int}} NOT NULL REFERENCES templates (id),
    slug TEXT NOT NULL,
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    options TEXT NOT NULL DEFAULT '[]',
    help TEXT NOT NULL DEFAULT '',
    default_value TEXT NOT NULL DEFAULT '',
    required BOOLEAN NOT NULL DEFAULT FALSE,
    hidden BOOLEAN NOT NULL DEFAULT FALSE,
    read_only BOOLEAN NOT NULL DEFAULT FALSE,
    in_thread BOOLEAN NOT NULL DEFAULT TRUE,
    position {{.Int}} NOT NULL DEFAULT 0,
    UNIQUE (template_id, slug)
);
--bun:split
CREATE TABLE IF NOT EXISTS contacts (
    id {{.ID}},
    -- address is what mail goes to; address_key is what makes two spellings one person.
    -- A synthetic address (a reporter from chat) is never shown and never mailed.
    address TEXT NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    synthetic BOOLEAN NOT NULL DEFAULT FALSE,
    name TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL DEFAULT 'web',
    proven_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS agents (
    id {{.ID}},
    address TEXT NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    public_name TEXT NOT NULL DEFAULT '',
    role TEXT NOT NULL DEFAULT 'agent',
    password_hash TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL DEFAULT '',
    disabled_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS teams (
    id {{.ID}},
    name TEXT NOT NULL UNIQUE,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS team_members (
    team_id {{.Int}} NOT NULL REFERENCES teams (id),
    agent_id {{.Int}} NOT NULL REFERENCES agents (id),
    PRIMARY KEY (team_id, agent_id)
);
--bun:split
CREATE TABLE IF NOT EXISTS counters (
    name TEXT PRIMARY KEY,
    value {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS tickets (
    id {{.ID}},
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    number {{.Int}} NOT NULL UNIQUE,
    reference TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    type_id {{.Int}},
    status_id {{.Int}} NOT NULL REFERENCES statuses (id),
    -- The status's category, repeated here so that queues are an index range.
    category TEXT NOT NULL,
    priority {{.Int}} NOT NULL DEFAULT 2,
    template_id {{.Int}},
    fields TEXT NOT NULL DEFAULT '[]',
    reporter_id {{.Int}} NOT NULL REFERENCES contacts (id),
    assignee_id {{.Int}},
    team_id {{.Int}},
    origin TEXT NOT NULL DEFAULT 'web',
    -- version moves with every change (agents' concurrent edits);
    -- public_version only with what a participant may see (the poll cursor).
    version {{.Int}} NOT NULL DEFAULT 1,
    public_version {{.Int}} NOT NULL DEFAULT 1,
    unproven BOOLEAN NOT NULL DEFAULT FALSE,
    follows_id {{.Int}},
    created_at {{.Int}} NOT NULL,
    updated_at {{.Int}} NOT NULL,
    -- When something changed that people outside may see: work behind the scenes has no time there.
    public_at {{.Int}} NOT NULL,
    resolved_at {{.Int}} NOT NULL DEFAULT 0,
    ended_at {{.Int}} NOT NULL DEFAULT 0
);
--bun:split
CREATE INDEX IF NOT EXISTS tickets_queue ON tickets (category, updated_at DESC, id DESC);
--bun:split
CREATE INDEX IF NOT EXISTS tickets_project ON tickets (project_id, updated_at DESC, id DESC);
--bun:split
CREATE INDEX IF NOT EXISTS tickets_project_open ON tickets (project_id, updated_at DESC, id DESC) WHERE ended_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_open ON tickets (updated_at DESC, id DESC, assignee_id, project_id) WHERE ended_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_assignee ON tickets (assignee_id, updated_at DESC, id DESC) WHERE ended_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_reporter ON tickets (reporter_id, updated_at DESC, id DESC);
--bun:split
CREATE INDEX IF NOT EXISTS tickets_updated ON tickets (updated_at DESC, id DESC);
--bun:split
CREATE INDEX IF NOT EXISTS tickets_ended ON tickets (updated_at DESC, id DESC) WHERE ended_at > 0;
--bun:split
CREATE TABLE IF NOT EXISTS participants (
    id {{.ID}},
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    joined_as TEXT NOT NULL,
    -- Raised to replace this person's links; tokens of older generations are gone.
    generation {{.Int}} NOT NULL DEFAULT 1,
    unsubscribed_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL,
    UNIQUE (ticket_id, contact_id)
);
--bun:split
CREATE INDEX IF NOT EXISTS participants_contact ON participants (contact_id, ticket_id);
--bun:split
CREATE TABLE IF NOT EXISTS tokens (
    hash {{.Bytes}} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- The row the link is bound to: a participant, an intake link or an agent.
    subject_id {{.Int}} NOT NULL,
    generation {{.Int}} NOT NULL DEFAULT 1,
    expires_at {{.Int}} NOT NULL DEFAULT 0,
    revoked_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
) {{.ByKey}};
--bun:split
CREATE INDEX IF NOT EXISTS tokens_subject ON tokens (subject_id, kind);
--bun:split
CREATE TABLE IF NOT EXISTS intake_links (
    id {{.ID}},
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    expires_at {{.Int}} NOT NULL,
    revoked_at {{.Int}} NOT NULL DEFAULT 0,
    uses {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS messages (
    id {{.ID}},
    pid TEXT NOT NULL UNIQUE,
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    -- description (what was filed), message (public) or note (internal).
    kind TEXT NOT NULL,
    contact_id {{.Int}},
    agent_id {{.Int}},
    body TEXT NOT NULL,
    html TEXT NOT NULL,
    markup_version {{.Int}} NOT NULL,
    origin TEXT NOT NULL DEFAULT 'web',
    unproven BOOLEAN NOT NULL DEFAULT FALSE,
    unconfirmed BOOLEAN NOT NULL DEFAULT FALSE,
    -- The ticket's versions at which this row became visible: the cursors of the pages.
    version {{.Int}} NOT NULL,
    public_version {{.Int}} NOT NULL DEFAULT 0,
    publish_at {{.Int}} NOT NULL,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS messages_ticket ON messages (ticket_id, id);
--bun:split
CREATE TABLE IF NOT EXISTS attachments (
    id {{.ID}},
    pid TEXT NOT NULL UNIQUE,
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    message_id {{.Int}} NOT NULL REFERENCES messages (id),
    name TEXT NOT NULL,
    size {{.Int}} NOT NULL,
    content_type TEXT NOT NULL,
    sha256 {{.Bytes}} NOT NULL,
    blob TEXT NOT NULL,
    thumb TEXT NOT NULL DEFAULT '',
    thumb_width {{.Int}} NOT NULL DEFAULT 0,
    thumb_height {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS attachments_ticket ON attachments (ticket_id, id);
--bun:split
CREATE INDEX IF NOT EXISTS attachments_blob ON attachments (blob);
--bun:split
CREATE INDEX IF NOT EXISTS attachments_thumb ON attachments (thumb) WHERE thumb <> '';
--bun:split
-- Files of a refused form, kept for its next try (PC-4). form_key is the hash of the
-- signed form id, so a stolen database lends no files to anyone.
CREATE TABLE IF NOT EXISTS staged_files (
    id {{.ID}},
    pid TEXT NOT NULL UNIQUE,
    form_key {{.Bytes}} NOT NULL,
    name TEXT NOT NULL,
    size {{.Int}} NOT NULL,
    content_type TEXT NOT NULL,
    sha256 {{.Bytes}} NOT NULL,
    blob TEXT NOT NULL,
    expires_at {{.Int}} NOT NULL,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS staged_files_form ON staged_files (form_key, id);
--bun:split
CREATE INDEX IF NOT EXISTS staged_files_expiry ON staged_files (expires_at);
--bun:split
CREATE INDEX IF NOT EXISTS staged_files_blob ON staged_files (blob);
--bun:split
-- A form sent twice makes one row (PC-13): the key is the hash of its signed id.
CREATE TABLE IF NOT EXISTS submissions (
    form_key {{.Bytes}} NOT NULL PRIMARY KEY,
    ticket_id {{.Int}} NOT NULL,
    message_id {{.Int}} NOT NULL,
    created_at {{.Int}} NOT NULL
) {{.ByKey}};
--bun:split
CREATE INDEX IF NOT EXISTS submissions_age ON submissions (created_at);
--bun:split
CREATE TABLE IF NOT EXISTS events (
    id {{.ID}},
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    kind TEXT NOT NULL,
    public BOOLEAN NOT NULL DEFAULT FALSE,
    contact_id {{.Int}},
    agent_id {{.Int}},
    message_id {{.Int}},
    data TEXT NOT NULL DEFAULT '{}',
    version {{.Int}} NOT NULL,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS events_ticket ON events (ticket_id, id);
--bun:split
CREATE TABLE IF NOT EXISTS jobs (
    id {{.ID}},
    kind TEXT NOT NULL,
    -- Queueing the same key again while it waits is harmless.
    job_key TEXT UNIQUE,
    args TEXT NOT NULL DEFAULT '{}',
    run_at {{.Int}} NOT NULL,
    attempts {{.Int}} NOT NULL DEFAULT 0,
    claimed_by TEXT NOT NULL DEFAULT '',
    claimed_until {{.Int}} NOT NULL DEFAULT 0,
    failed_at {{.Int}} NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (run_at, id) WHERE failed_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS jobs_claimed ON jobs (claimed_until) WHERE claimed_by <> '';
--bun:split
CREATE TABLE IF NOT EXISTS deliveries (
    id {{.ID}},
    event_id {{.Int}} NOT NULL REFERENCES events (id),
    ticket_id {{.Int}} NOT NULL,
    contact_id {{.Int}},
    agent_id {{.Int}},
    -- Who it is for in one word ('contact:7'), so that one event reaches one person once.
    recipient TEXT NOT NULL,
    template TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued',
    mail_id TEXT NOT NULL DEFAULT '',
    attempts {{.Int}} NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    created_at {{.Int}} NOT NULL,
    updated_at {{.Int}} NOT NULL,
    UNIQUE (event_id, recipient)
);
--bun:split
CREATE INDEX IF NOT EXISTS deliveries_ticket ON deliveries (ticket_id, id);
--bun:split
CREATE INDEX IF NOT EXISTS deliveries_mail ON deliveries (mail_id) WHERE mail_id <> '';
--bun:split
-- Mails kept for reading in demo and development, never in real service.
CREATE TABLE IF NOT EXISTS outbox_mails (
    id {{.ID}},
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text_body TEXT NOT NULL,
    html_body TEXT NOT NULL,
    headers TEXT NOT NULL,
    attachments TEXT NOT NULL DEFAULT '[]',
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS collections (
    id {{.ID}},
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    position {{.Int}} NOT NULL DEFAULT 0,
    UNIQUE (project_id, slug)
);
--bun:split
CREATE TABLE IF NOT EXISTS articles (
    id {{.ID}},
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    collection_id {{.Int}} REFERENCES collections (id),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,
    html TEXT NOT NULL,
    plain TEXT NOT NULL,
    toc TEXT NOT NULL DEFAULT '[]',
    markup_version {{.Int}} NOT NULL,
    visibility TEXT NOT NULL DEFAULT 'draft',
    locale TEXT NOT NULL DEFAULT 'en',
    views {{.Int}} NOT NULL DEFAULT 0,
    version {{.Int}} NOT NULL DEFAULT 1,
    published_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL,
    updated_at {{.Int}} NOT NULL,
    UNIQUE (project_id, slug)
);
--bun:split
CREATE INDEX IF NOT EXISTS articles_collection ON articles (collection_id, visibility, title);
--bun:split
CREATE INDEX IF NOT EXISTS articles_recent ON articles (project_id, visibility, updated_at DESC, id DESC);
--bun:split
CREATE INDEX IF NOT EXISTS articles_popular ON articles (project_id, visibility, views DESC, id DESC);
--bun:split
-- What the search index and the live pages follow. txid orders commits on PostgreSQL,
-- where a lower seq can become visible later than a higher one; SQLite leaves it 0.
CREATE TABLE IF NOT EXISTS changes (
    seq {{.ID}},
    txid {{.Int}} NOT NULL DEFAULT {{.TxID}},
    noun TEXT NOT NULL,
    noun_id {{.Int}} NOT NULL,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS changes_order ON changes (txid, seq);
--bun:split
CREATE TABLE IF NOT EXISTS sessions (
    hash {{.Bytes}} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id {{.Int}} NOT NULL DEFAULT 0,
    data TEXT NOT NULL DEFAULT '{}',
    created_at {{.Int}} NOT NULL,
    seen_at {{.Int}} NOT NULL,
    expires_at {{.Int}} NOT NULL
) {{.ByKey}};
--bun:split
CREATE INDEX IF NOT EXISTS sessions_subject ON sessions (kind, subject_id);
--bun:split
CREATE INDEX IF NOT EXISTS sessions_expiry ON sessions (expires_at);
--bun:split
-- Rate limits and byte quotas: one row a key, charged by one statement.
CREATE TABLE IF NOT EXISTS allowances (
    name TEXT PRIMARY KEY,
    used {{.Int}} NOT NULL,
    resets_at {{.Int}} NOT NULL
) {{.ByKey}};
--bun:split
CREATE INDEX IF NOT EXISTS allowances_age ON allowances (resets_at);
--bun:split
CREATE TABLE IF NOT EXISTS leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at {{.Int}} NOT NULL
) {{.ByKey}};
