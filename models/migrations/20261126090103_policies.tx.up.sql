-- How many tickets a policy holds, for the page of the policies.
CREATE INDEX IF NOT EXISTS promises_policy ON promises (policy_id, ticket_id) WHERE met_at = 0 AND ended_at = 0;
