-- The editors of templates and articles.

-- Moves with every change of the template or its fields: who edits an older state is told.
ALTER TABLE templates ADD COLUMN version {{.Int}} NOT NULL DEFAULT 1;
--bun:split
-- Addresses that a public article had before: they lead to it for as long as it lives.
CREATE TABLE IF NOT EXISTS article_slugs (
    project_id {{.Int}} NOT NULL REFERENCES projects (id),
    slug TEXT NOT NULL,
    article_id {{.Int}} NOT NULL REFERENCES articles (id),
    PRIMARY KEY (project_id, slug)
) {{.ByKey}};
--bun:split
CREATE INDEX IF NOT EXISTS article_slugs_article ON article_slugs (article_id);
--bun:split
-- The list of a project's articles, whatever their visibility.
CREATE INDEX IF NOT EXISTS articles_project ON articles (project_id, updated_at DESC, id DESC);
