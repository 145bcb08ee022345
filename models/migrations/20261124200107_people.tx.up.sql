-- When an agent was last here; sessions are deleted and cannot say.
ALTER TABLE agents ADD COLUMN seen_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
-- How many tickets a team has, and taking the team from them.
CREATE INDEX IF NOT EXISTS tickets_team ON tickets (team_id) WHERE team_id IS NOT NULL;
