-- Customers: sign-ins of contacts, the ways to prove who they are, what they may see of their
-- companies, what they have read, and what they say about how it went.

-- A customer is a contact with a sign-in. password_hash is empty for who only comes by other ways.
-- settings: JSON. The TOTP columns as those of agents.
CREATE TABLE IF NOT EXISTS customers (
    contact_id {{.Int}} PRIMARY KEY REFERENCES contacts (id),
    password_hash TEXT NOT NULL DEFAULT '',
    zone TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '{}',
    totp_secret TEXT NOT NULL DEFAULT '',
    totp_at {{.Int}} NOT NULL DEFAULT 0,
    totp_step {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL,
    seen_at {{.Int}} NOT NULL DEFAULT 0,
    disabled_at {{.Int}} NOT NULL DEFAULT 0
);
--bun:split
CREATE TABLE IF NOT EXISTS customer_recovery_codes (
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    hash {{.Bytes}} NOT NULL,
    used_at {{.Int}} NOT NULL DEFAULT 0,
    PRIMARY KEY (contact_id, hash)
);
--bun:split
-- credential: the library's JSON of a WebAuthn credential; it holds a public key and no secret.
CREATE TABLE IF NOT EXISTS passkeys (
    id {{.ID}},
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    credential_id {{.Bytes}} NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    created_at {{.Int}} NOT NULL,
    used_at {{.Int}} NOT NULL DEFAULT 0
);
--bun:split
CREATE INDEX IF NOT EXISTS passkeys_contact ON passkeys (contact_id, id);
--bun:split
-- Whom a provider knows a contact as: linked by issuer and subject, never by address alone.
CREATE TABLE IF NOT EXISTS customer_identities (
    id {{.ID}},
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    created_at {{.Int}} NOT NULL,
    used_at {{.Int}} NOT NULL DEFAULT 0,
    UNIQUE (issuer, subject)
);
--bun:split
CREATE INDEX IF NOT EXISTS customer_identities_contact ON customer_identities (contact_id, id);
--bun:split
-- Asked-for accounts that nobody has activated yet: nothing else is made before the address is proven.
CREATE TABLE IF NOT EXISTS sign_ups (
    id {{.ID}},
    name TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,
    locale TEXT NOT NULL DEFAULT '',
    next TEXT NOT NULL DEFAULT '',
    expires_at {{.Int}} NOT NULL,
    used_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS sign_ups_address ON sign_ups (address_key, id);
--bun:split
CREATE INDEX IF NOT EXISTS sign_ups_expiry ON sign_ups (expires_at);
--bun:split
-- A further address of a contact, until its owner has proven it; then it is an alias.
CREATE TABLE IF NOT EXISTS pending_addresses (
    id {{.ID}},
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,
    expires_at {{.Int}} NOT NULL,
    created_at {{.Int}} NOT NULL,
    UNIQUE (contact_id, address_key)
);
--bun:split
-- Mailed ways to sign in once. browser is the hash of what only the asking browser holds; code_hash
-- that of the digits for another device.
CREATE TABLE IF NOT EXISTS sign_in_links (
    id {{.ID}},
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    browser {{.Bytes}} NOT NULL,
    code_hash {{.Bytes}} NOT NULL,
    tries {{.Int}} NOT NULL DEFAULT 0,
    next TEXT NOT NULL DEFAULT '',
    expires_at {{.Int}} NOT NULL,
    used_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS sign_in_links_contact ON sign_in_links (contact_id, id);
--bun:split
CREATE INDEX IF NOT EXISTS sign_in_links_expiry ON sign_in_links (expires_at);
--bun:split
-- What was signed to be used once, until it has expired anyway.
CREATE TABLE IF NOT EXISTS used_tokens (
    hash {{.Bytes}} NOT NULL PRIMARY KEY,
    expires_at {{.Int}} NOT NULL
) {{.ByKey}};
--bun:split
CREATE INDEX IF NOT EXISTS used_tokens_expiry ON used_tokens (expires_at);
--bun:split
-- Single sign-on. kind: oidc or x; client_secret is sealed by the key outside the database.
CREATE TABLE IF NOT EXISTS identity_providers (
    id {{.ID}},
    kind TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    issuer TEXT NOT NULL DEFAULT '',
    client_id TEXT NOT NULL DEFAULT '',
    client_secret TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '{}',
    position {{.Int}} NOT NULL DEFAULT 0,
    disabled_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
-- What a host application signs its users' tokens with: a sealed secret (HS256) or a public key (EdDSA).
CREATE TABLE IF NOT EXISTS verification_keys (
    id {{.ID}},
    key_id TEXT NOT NULL UNIQUE,
    algorithm TEXT NOT NULL,
    material TEXT NOT NULL,
    created_at {{.Int}} NOT NULL,
    used_at {{.Int}} NOT NULL DEFAULT 0,
    expires_at {{.Int}} NOT NULL DEFAULT 0
);
--bun:split
-- What customers have begun to write. scope names the form: new:<project> or reply:<reference>.
CREATE TABLE IF NOT EXISTS drafts (
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    scope TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at {{.Int}} NOT NULL,
    PRIMARY KEY (contact_id, scope)
);
--bun:split
CREATE INDEX IF NOT EXISTS drafts_age ON drafts (updated_at);
--bun:split
-- What somebody said about how a ticket was resolved; once for each resolution, which is named by
-- its event. Agent, team, type and company as they were then. history: JSON, what they said before.
CREATE TABLE IF NOT EXISTS feedback (
    id {{.ID}},
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    event_id {{.Int}} NOT NULL REFERENCES events (id),
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    project_id {{.Int}} NOT NULL,
    agent_id {{.Int}},
    team_id {{.Int}},
    type_id {{.Int}},
    company_id {{.Int}},
    -- 1 to 5; labels map onto it.
    score {{.Int}} NOT NULL DEFAULT 0,
    comment TEXT NOT NULL DEFAULT '',
    history TEXT NOT NULL DEFAULT '[]',
    -- 0 while it was asked for and nothing was said.
    asked_at {{.Int}} NOT NULL DEFAULT 0,
    given_at {{.Int}} NOT NULL DEFAULT 0,
    updated_at {{.Int}} NOT NULL DEFAULT 0,
    UNIQUE (ticket_id, event_id, contact_id)
);
--bun:split
CREATE INDEX IF NOT EXISTS feedback_event ON feedback (event_id);
--bun:split
CREATE INDEX IF NOT EXISTS feedback_given ON feedback (given_at DESC, id DESC) WHERE given_at > 0;
--bun:split
CREATE INDEX IF NOT EXISTS feedback_asked ON feedback (contact_id, asked_at);
--bun:split
CREATE INDEX IF NOT EXISTS feedback_agent ON feedback (agent_id, given_at) WHERE given_at > 0;
--bun:split
-- Only the reporter and who was let in see it, whatever the company shares.
ALTER TABLE tickets ADD COLUMN private BOOLEAN NOT NULL DEFAULT FALSE;
--bun:split
-- How far a participant has read: the ticket's public version, and when.
ALTER TABLE participants ADD COLUMN seen_version {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE participants ADD COLUMN seen_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
-- What this member sees instead of what the company says; empty: as the company says.
ALTER TABLE company_members ADD COLUMN sees TEXT NOT NULL DEFAULT '';
--bun:split
-- The host name that leads to this project alone; empty: none.
ALTER TABLE projects ADD COLUMN domain TEXT NOT NULL DEFAULT '';
--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS projects_domain ON projects (domain) WHERE domain <> '';
