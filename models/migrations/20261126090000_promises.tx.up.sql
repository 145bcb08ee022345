-- Promises: working time, targets and the clock they run by, closing by itself, routing, and
-- the time that companies have bought.

-- hours: JSON, seven lists of [from, to] in minutes of the wall clock, Monday first; to may pass
-- midnight. holidays: JSON, days that have hours of their own, or none.
CREATE TABLE IF NOT EXISTS calendars (
    id {{.ID}},
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    always BOOLEAN NOT NULL DEFAULT FALSE,
    hours TEXT NOT NULL DEFAULT '[]',
    holidays TEXT NOT NULL DEFAULT '[]',
    version {{.Int}} NOT NULL DEFAULT 1,
    created_at {{.Int}} NOT NULL
);
--bun:split
ALTER TABLE projects ADD COLUMN calendar_id {{.Int}};
--bun:split
ALTER TABLE teams ADD COLUMN calendar_id {{.Int}};
--bun:split
-- conditions: JSON lists of ids; a policy without any that is not the default holds for nothing.
-- targets: JSON, working minutes by priority and kind; 0 is none.
CREATE TABLE IF NOT EXISTS sla_policies (
    id {{.ID}},
    name TEXT NOT NULL,
    position {{.Int}} NOT NULL DEFAULT 0,
    is_default BOOLEAN NOT NULL DEFAULT FALSE,
    calendar_id {{.Int}},
    pause_on_hold BOOLEAN NOT NULL DEFAULT FALSE,
    warn_percent {{.Int}} NOT NULL DEFAULT 75,
    conditions TEXT NOT NULL DEFAULT '{}',
    targets TEXT NOT NULL DEFAULT '{}',
    version {{.Int}} NOT NULL DEFAULT 1,
    disabled_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
-- How the clock of a ticket stood, from each moment until the next row: a deadline is a function
-- of these rows and a calendar, and can be found again when the calendar changes.
CREATE TABLE IF NOT EXISTS clock_segments (
    id {{.ID}},
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    state TEXT NOT NULL,
    started_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS clock_segments_ticket ON clock_segments (ticket_id, id, state, started_at);
--bun:split
-- What a ticket was promised: due_at is 0 while the clock is stopped. met_at: kept or made up
-- for; ended_at: nobody waits for it any more (merged, spam, another policy).
CREATE TABLE IF NOT EXISTS promises (
    id {{.ID}},
    ticket_id {{.Int}} NOT NULL REFERENCES tickets (id),
    kind TEXT NOT NULL,
    policy_id {{.Int}} NOT NULL,
    minutes {{.Int}} NOT NULL,
    calendar_id {{.Int}},
    pause_on_hold BOOLEAN NOT NULL DEFAULT FALSE,
    warn_percent {{.Int}} NOT NULL DEFAULT 75,
    started_at {{.Int}} NOT NULL,
    warn_at {{.Int}} NOT NULL DEFAULT 0,
    due_at {{.Int}} NOT NULL DEFAULT 0,
    warned_at {{.Int}} NOT NULL DEFAULT 0,
    broken_at {{.Int}} NOT NULL DEFAULT 0,
    met_at {{.Int}} NOT NULL DEFAULT 0,
    ended_at {{.Int}} NOT NULL DEFAULT 0,
    UNIQUE (ticket_id, kind, started_at)
);
--bun:split
CREATE INDEX IF NOT EXISTS promises_warn ON promises (warn_at) WHERE warned_at = 0 AND broken_at = 0 AND met_at = 0 AND ended_at = 0 AND warn_at > 0;
--bun:split
CREATE INDEX IF NOT EXISTS promises_due ON promises (due_at) WHERE broken_at = 0 AND met_at = 0 AND ended_at = 0 AND due_at > 0;
--bun:split
-- Tickets with a promise that is still to be kept, for finding deadlines again.
CREATE INDEX IF NOT EXISTS promises_pending ON promises (ticket_id, id) WHERE met_at = 0 AND ended_at = 0;
--bun:split
-- answered_at: the first public answer of a person of the desk. asked_at: since when somebody
-- outside waits for an answer, 0 when nobody does. talked_at: the last public message.
ALTER TABLE tickets ADD COLUMN answered_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE tickets ADD COLUMN asked_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE tickets ADD COLUMN talked_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
-- reminded_at: when the customer was reminded that the ticket closes by itself; counts while it
-- is not before talked_at.
ALTER TABLE tickets ADD COLUMN reminded_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
-- Filed outside the working hours of that moment.
ALTER TABLE tickets ADD COLUMN outside_hours BOOLEAN NOT NULL DEFAULT FALSE;
--bun:split
-- What the promises of the ticket were last worked out from, so that a change of anything else costs nothing.
ALTER TABLE tickets ADD COLUMN promise_key TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE tickets ADD COLUMN clock TEXT NOT NULL DEFAULT '';
--bun:split
-- The promise that is due first: its kind, when it is due, when that is near. 0 without one.
ALTER TABLE tickets ADD COLUMN promise_kind TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE tickets ADD COLUMN promise_warn_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE tickets ADD COLUMN promise_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
-- The earlier of due_at and promise_at: what the queue is sorted by.
ALTER TABLE tickets ADD COLUMN next_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
UPDATE tickets SET next_at = due_at,
    talked_at = COALESCE((SELECT MAX(m.publish_at) FROM messages m WHERE m.ticket_id = tickets.id AND m.kind <> 'note' AND m.public_version > 0), created_at),
    answered_at = COALESCE((SELECT MIN(m.publish_at) FROM messages m WHERE m.ticket_id = tickets.id AND m.kind = 'message' AND m.agent_id IS NOT NULL AND m.public_version > 0), 0),
    asked_at = COALESCE((SELECT MIN(m.publish_at) FROM messages m WHERE m.ticket_id = tickets.id AND m.kind <> 'note' AND m.contact_id IS NOT NULL AND m.publish_at >
        COALESCE((SELECT MAX(a.publish_at) FROM messages a WHERE a.ticket_id = tickets.id AND a.kind = 'message' AND a.agent_id IS NOT NULL AND a.public_version > 0), 0)), 0);
--bun:split
INSERT INTO clock_segments (ticket_id, state, started_at) SELECT id, 'runs', created_at FROM tickets ORDER BY id;
--bun:split
DROP INDEX IF EXISTS queue_open_due;
--bun:split
DROP INDEX IF EXISTS queue_open_assignee_due;
--bun:split
DROP INDEX IF EXISTS tickets_due;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_due ON tickets (next_at, id)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND next_at > 0;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_assignee_due ON tickets (assignee_id, next_at, id)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND next_at > 0 AND assignee_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_due ON tickets (next_at, id) WHERE next_at > 0;
--bun:split
-- Those that wait for the customer, the longest silent first, for reminding and closing.
CREATE INDEX IF NOT EXISTS tickets_silent ON tickets (project_id, talked_at)
    WHERE category = 'waiting' AND ended_at = 0 AND spam_at = 0 AND merged_into_id IS NULL;
--bun:split
ALTER TABLE projects ADD COLUMN auto_closed_status_id {{.Int}};
--bun:split
-- What customers are told, where it differs from the project's own texts.
ALTER TABLE ticket_types ADD COLUMN response_time TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE ticket_types ADD COLUMN resolution_time TEXT NOT NULL DEFAULT '';
--bun:split
-- How long answers and solutions took lately, in working minutes: three of four took no longer.
-- type_id 0 is all types together. metric: first or resolution.
CREATE TABLE IF NOT EXISTS response_stats (
    project_id {{.Int}} NOT NULL,
    type_id {{.Int}} NOT NULL,
    metric TEXT NOT NULL,
    minutes {{.Int}} NOT NULL,
    tickets {{.Int}} NOT NULL,
    computed_at {{.Int}} NOT NULL,
    PRIMARY KEY (project_id, type_id, metric)
) {{.ByKey}};
--bun:split
-- project_id NULL: for every project. conditions and actions are JSON.
CREATE TABLE IF NOT EXISTS routing_rules (
    id {{.ID}},
    name TEXT NOT NULL,
    position {{.Int}} NOT NULL DEFAULT 0,
    project_id {{.Int}} REFERENCES projects (id),
    on_create BOOLEAN NOT NULL DEFAULT TRUE,
    on_change BOOLEAN NOT NULL DEFAULT FALSE,
    stop BOOLEAN NOT NULL DEFAULT FALSE,
    conditions TEXT NOT NULL DEFAULT '[]',
    actions TEXT NOT NULL DEFAULT '{}',
    version {{.Int}} NOT NULL DEFAULT 1,
    disabled_at {{.Int}} NOT NULL DEFAULT 0,
    created_at {{.Int}} NOT NULL
);
--bun:split
-- How often a rule was applied; apart, so that counting does not change the catalog.
CREATE TABLE IF NOT EXISTS routing_runs (
    rule_id {{.Int}} NOT NULL PRIMARY KEY,
    runs {{.Int}} NOT NULL DEFAULT 0,
    last_at {{.Int}} NOT NULL DEFAULT 0
);
--bun:split
CREATE TABLE IF NOT EXISTS skills (
    id {{.ID}},
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS agent_skills (
    agent_id {{.Int}} NOT NULL REFERENCES agents (id),
    skill_id {{.Int}} NOT NULL REFERENCES skills (id),
    PRIMARY KEY (agent_id, skill_id)
);
--bun:split
-- capacity: how many open tickets rules may give the agent; 0 is no limit. While away rules give
-- them nothing; away_until 0 is until they say otherwise.
ALTER TABLE agents ADD COLUMN capacity {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE agents ADD COLUMN away BOOLEAN NOT NULL DEFAULT FALSE;
--bun:split
ALTER TABLE agents ADD COLUMN away_until {{.Int}} NOT NULL DEFAULT 0;
--bun:split
-- When a rule last gave an agent a ticket: whose turn is longest ago is next.
CREATE TABLE IF NOT EXISTS routing_turns (
    agent_id {{.Int}} NOT NULL PRIMARY KEY,
    given_at {{.Int}} NOT NULL
);
--bun:split
-- Time that a company bought; less than 0 takes back. bought_on is a day, YYYY-MM-DD.
CREATE TABLE IF NOT EXISTS time_purchases (
    id {{.ID}},
    company_id {{.Int}} NOT NULL REFERENCES companies (id),
    minutes {{.Int}} NOT NULL,
    bought_on TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    agent_id {{.Int}},
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS time_purchases_company ON time_purchases (company_id, id DESC);
--bun:split
-- Whose time it was: the company of the ticket, following it.
ALTER TABLE time_entries ADD COLUMN company_id {{.Int}};
--bun:split
UPDATE time_entries SET company_id = (SELECT t.company_id FROM tickets t WHERE t.id = time_entries.ticket_id);
--bun:split
CREATE INDEX IF NOT EXISTS time_entries_company ON time_entries (company_id, id DESC) WHERE company_id IS NOT NULL;
--bun:split
-- Sums of the rows of time_purchases and time_entries, kept with them. low_told_at: agents have
-- been told that little is left.
ALTER TABLE companies ADD COLUMN minutes_bought {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE companies ADD COLUMN minutes_used {{.Int}} NOT NULL DEFAULT 0;
--bun:split
ALTER TABLE companies ADD COLUMN low_told_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
UPDATE companies SET minutes_used = COALESCE((SELECT SUM(e.minutes) FROM time_entries e WHERE e.company_id = companies.id), 0);
