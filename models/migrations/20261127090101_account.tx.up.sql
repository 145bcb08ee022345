-- The browser that asked for a sign-in link finds it by what it holds.
CREATE INDEX IF NOT EXISTS sign_in_links_browser ON sign_in_links (browser);
