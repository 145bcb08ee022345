-- How many of those who were asked in a time have answered.
CREATE INDEX IF NOT EXISTS feedback_asked_at ON feedback (asked_at) WHERE asked_at > 0;
