-- Contacts and companies as agents keep them: who made a contact, which one it became part
-- of, who was erased, by what words one is found, and whose domain makes a member.

-- The agent who made the contact by hand: they see it before it takes part in anything.
ALTER TABLE contacts ADD COLUMN agent_id {{.Int}};
--bun:split
-- The contact that this one turned out to be. The row stays as an alias: whoever writes from
-- its address is the other.
ALTER TABLE contacts ADD COLUMN merged_into_id {{.Int}};
--bun:split
ALTER TABLE contacts ADD COLUMN erased_at {{.Int}} NOT NULL DEFAULT 0;
--bun:split
CREATE INDEX IF NOT EXISTS contacts_merged ON contacts (merged_into_id) WHERE merged_into_id IS NOT NULL;
--bun:split
-- The words a contact is found by, folded: of the name, the address and its parts. Bytes, so
-- that a beginning is a range on every database whatever language it sorts in.
CREATE TABLE IF NOT EXISTS contact_words (
    contact_id {{.Int}} NOT NULL REFERENCES contacts (id),
    word {{.Bytes}} NOT NULL,
    PRIMARY KEY (contact_id, word)
) {{.ByKey}};
--bun:split
CREATE INDEX IF NOT EXISTS contact_words_word ON contact_words (word, contact_id);
--bun:split
-- A contact whose proven address is at one of these joins the company by itself.
CREATE TABLE IF NOT EXISTS company_domains (
    domain TEXT NOT NULL PRIMARY KEY,
    company_id {{.Int}} NOT NULL REFERENCES companies (id),
    created_at {{.Int}} NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS company_domains_company ON company_domains (company_id);
--bun:split
CREATE INDEX IF NOT EXISTS deliveries_failed ON deliveries (contact_id, id DESC) WHERE state IN ('failed', 'bounced');
