-- Mail as a door: mailboxes of projects, every mail that came in with what became of it, what
-- waits for somebody to vouch for it, and what people want to be mailed.

CREATE TABLE IF NOT EXISTS mailboxes (
    id {{.ID}},
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    -- What mail goes to, and the key that makes two spellings one.
    address TEXT NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    -- JSON list of other addresses whose mail arrives here too.
    aliases TEXT NOT NULL DEFAULT '[]',
    -- The name in From, with variables; empty is the project's name.
    from_name TEXT NOT NULL DEFAULT '',
    -- none, imap or listener.
    receive TEXT NOT NULL DEFAULT 'none',
    -- Whether the server keeps what follows a plus in the local part (reply keys, bounces).
    plus BOOLEAN NOT NULL DEFAULT TRUE,
    -- The authserv-id whose topmost Authentication-Results is believed; empty believes none.
    trusted_receiver TEXT NOT NULL DEFAULT '',
    imap_host TEXT NOT NULL DEFAULT '',
    imap_port {{.Int}} NOT NULL DEFAULT 993,
    imap_tls TEXT NOT NULL DEFAULT 'tls',
    imap_auth TEXT NOT NULL DEFAULT 'password',
    imap_user TEXT NOT NULL DEFAULT '',
    -- Encrypted JSON by the key outside the database: password or OAuth account.
    imap_secret TEXT NOT NULL DEFAULT '',
    imap_folder TEXT NOT NULL DEFAULT 'INBOX',
    -- What happens to a mail once it is kept here: keep, seen or delete.
    imap_after TEXT NOT NULL DEFAULT 'keep',
    -- workspace (the configured server) or own.
    send TEXT NOT NULL DEFAULT 'workspace',
    smtp_host TEXT NOT NULL DEFAULT '',
    smtp_port {{.Int}} NOT NULL DEFAULT 587,
    smtp_tls TEXT NOT NULL DEFAULT 'starttls',
    smtp_auth TEXT NOT NULL DEFAULT 'password',
    smtp_user TEXT NOT NULL DEFAULT '',
    smtp_secret TEXT NOT NULL DEFAULT '',
    -- Own signatures: the selector, and the private key encrypted as above; empty signs nothing.
    dkim_selector TEXT NOT NULL DEFAULT '',
    dkim_secret TEXT NOT NULL DEFAULT '',
    disabled_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS mailboxes_project ON mailboxes (project_id);
--bun:split
-- The sender's address of a project is its first mailbox from now on; where two projects share one it
-- stays with the older.
INSERT INTO mailboxes (project_id, address, address_key, created_at)
SELECT id, mail_from, lower(mail_from), created_at FROM projects
WHERE id IN (SELECT MIN(id) FROM projects WHERE mail_from <> '' GROUP BY lower(mail_from));
--bun:split
ALTER TABLE projects DROP COLUMN mail_from;
--bun:split
-- How far a mailbox has been read and how that goes; apart from the settings, so that reading
-- mail changes no catalog.
CREATE TABLE IF NOT EXISTS mailbox_states (
    mailbox_id {{.Int}} PRIMARY KEY,
    uid_validity {{.Int}} NOT NULL DEFAULT 0,
    last_uid {{.Int}} NOT NULL DEFAULT 0,
    looked_at {{.Int}} NOT NULL DEFAULT 0,
    received_at {{.Int}} NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    error_at {{.Int}} NOT NULL DEFAULT 0,
    -- JSON: the result of the last set-up test.
    tested TEXT NOT NULL DEFAULT '',
    tested_at {{.Int}} NOT NULL DEFAULT 0
);
--bun:split
-- Every mail that came in, kept before anything else was done with it.
CREATE TABLE IF NOT EXISTS mails (
    id {{.ID}},
    project_id {{.Int}},
    mailbox_id {{.Int}},
    -- imap, smtp, lmtp or replay.
    source TEXT NOT NULL,
    -- What names it at its source, so that fetching it again keeps it once; empty is nothing.
    source_key TEXT NOT NULL DEFAULT '',
    envelope_from TEXT NOT NULL DEFAULT '',
    -- JSON list of the envelope's recipients.
    envelope_to TEXT NOT NULL DEFAULT '[]',
    client TEXT NOT NULL DEFAULT '',
    helo TEXT NOT NULL DEFAULT '',
    -- JSON: what is known of who really sent it.
    verdict TEXT NOT NULL DEFAULT '{}',
    blob TEXT NOT NULL,
    size {{.Int}} NOT NULL,
    sha256 {{.Bytes}} NOT NULL,
    -- From here on what parsing found.
    mail_id TEXT NOT NULL DEFAULT '',
    -- What two copies of one mail share; empty until it is parsed.
    same_key TEXT NOT NULL DEFAULT '',
    from_address TEXT NOT NULL DEFAULT '',
    from_name TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    -- ticket, reply, bounce, ignored or held; empty is not decided yet. reason says why in one word.
    outcome TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    ticket_id {{.Int}},
    message_id {{.Int}},
    received_at {{.Int}} NOT NULL,
    decided_at {{.Int}} NOT NULL DEFAULT 0
);
--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS mails_source ON mails (mailbox_id, source_key) WHERE source_key <> '';
--bun:split
CREATE INDEX IF NOT EXISTS mails_same ON mails (same_key) WHERE same_key <> '';
--bun:split
CREATE INDEX IF NOT EXISTS mails_blob ON mails (blob);
--bun:split
CREATE INDEX IF NOT EXISTS mails_list ON mails (project_id, id);
--bun:split
CREATE INDEX IF NOT EXISTS mails_message ON mails (message_id) WHERE message_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS mails_undecided ON mails (id) WHERE outcome = '';
--bun:split
-- What waits until its sender has shown who they are, or an agent decides: a ticket or a reply
-- from the web, or a mail.
CREATE TABLE IF NOT EXISTS held (
    id {{.ID}},
    project_id {{.Int}} NOT NULL,
    -- ticket, reply or mail.
    kind TEXT NOT NULL,
    ticket_id {{.Int}},
    contact_id {{.Int}},
    mail_id {{.Int}},
    address TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    excerpt TEXT NOT NULL DEFAULT '',
    -- Why it waits, in one word.
    reason TEXT NOT NULL,
    -- JSON: what was sent, for tickets and replies from the web.
    payload TEXT NOT NULL DEFAULT '{}',
    -- waiting, accepted, rejected, confirmed or expired.
    state TEXT NOT NULL DEFAULT 'waiting',
    agent_id {{.Int}},
    decided_at {{.Int}} NOT NULL DEFAULT 0,
    result_ticket_id {{.Int}},
    created_at {{.Int}} NOT NULL,
    expires_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS held_waiting ON held (project_id, id) WHERE state = 'waiting';
--bun:split
CREATE INDEX IF NOT EXISTS held_ticket ON held (ticket_id) WHERE ticket_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS held_due ON held (expires_at) WHERE state = 'waiting';
--bun:split
-- What somebody wants to be mailed about the tickets of a project: all, closing, digest or none.
CREATE TABLE IF NOT EXISTS mail_wishes (
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    wish TEXT NOT NULL,
    updated_at {{.Int}} NOT NULL,
    PRIMARY KEY (contact_id, project_id)
);
--bun:split
-- The same for one ticket; empty follows the project's. unsubscribed_at stays the word for none.
ALTER TABLE participants ADD COLUMN wish TEXT NOT NULL DEFAULT '';
--bun:split
-- A project's own words of a mail; without a row they are the built-in ones.
CREATE TABLE IF NOT EXISTS mail_templates (
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    template TEXT NOT NULL,
    locale TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at {{.Int}} NOT NULL,
    PRIMARY KEY (project_id, template, locale)
);
--bun:split
-- The mail that told of this event together with others.
ALTER TABLE deliveries ADD COLUMN folded_into_id {{.Int}};
--bun:split
CREATE INDEX IF NOT EXISTS deliveries_folded ON deliveries (folded_into_id) WHERE folded_into_id IS NOT NULL;
--bun:split
-- Mail to this address came back for good then, and why.
ALTER TABLE contacts ADD COLUMN bounced_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE contacts ADD COLUMN bounce TEXT NOT NULL DEFAULT '';
--bun:split
-- The mail a message came by, for its original and for replaying it.
ALTER TABLE messages ADD COLUMN mail_id {{.Int}};
--bun:split
-- The part of a mail that its text shows in place: its Content-ID without brackets; empty is a file beside it.
ALTER TABLE attachments ADD COLUMN content_id TEXT NOT NULL DEFAULT '';
