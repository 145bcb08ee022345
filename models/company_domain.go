package models

import (
	"context"
	"strings"
)

// InsertDomain lets proven addresses at a domain join a company (CO-6); a domain that
// belongs to a company already is a Conflict.
func InsertDomain(ctx context.Context, tx *Tx, companyID int64, domain string, now Stamp) error {
	n, err := affected(tx.exec(ctx, "INSERT INTO company_domains (domain, company_id, created_at) VALUES (?, ?, ?) ON CONFLICT (domain) DO NOTHING", domain, companyID, now))
	if err == nil && n == 0 {
		return Conflict("errors.conflict")
	}
	return err
}

// DropDomain takes the rule away; members stay. false when there was none.
func DropDomain(ctx context.Context, tx *Tx, companyID int64, domain string) (bool, error) {
	n, err := affected(tx.exec(ctx, "DELETE FROM company_domains WHERE domain = ? AND company_id = ?", domain, companyID))
	return n > 0, err
}

// DomainsOfCompany lists the domains of a company, in order.
func DomainsOfCompany(ctx context.Context, c Conn, companyID int64) ([]string, error) {
	rows, err := c.query(ctx, "SELECT domain FROM company_domains WHERE company_id = ? ORDER BY domain", companyID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var domain string
		if err := rows.Scan(&domain); err != nil {
			return nil, err
		}
		all = append(all, domain)
	}
	return all, rows.Err()
}

// whoAt are the contacts whose proven address is at one of a company's domains and who are
// no members yet. Only the domain itself counts, never one below or above it (A71).
func whoAt(ctx context.Context, c Conn, companyID int64) (string, []any, error) {
	domains, err := DomainsOfCompany(ctx, c, companyID)
	if err != nil {
		return "", nil, err
	}
	args := make([]any, 0, len(domains)+1)
	for _, domain := range domains {
		args = append(args, []byte("@"+domain))
	}
	return ` FROM contact_words w JOIN contacts c ON c.id = w.contact_id WHERE w.word IN (` + places(len(domains)) + `)
		AND c.proven_at > 0 AND NOT c.synthetic AND c.merged_into_id IS NULL
		AND NOT EXISTS (SELECT 1 FROM company_members m WHERE m.company_id = ? AND m.contact_id = c.id)`, append(args, companyID), nil
}

// CountJoinable counts who could join a company by its domains at once, up to most.
func CountJoinable(ctx context.Context, c Conn, companyID int64, most int) (int, error) {
	who, args, err := whoAt(ctx, c, companyID)
	if err != nil {
		return 0, err
	}
	var n int
	err = c.row(ctx, "SELECT COUNT(*) FROM (SELECT c.id"+who+" LIMIT ?) AS joinable", append(args, most)...).Scan(&n)
	return n, err
}

// JoinAll makes everybody who could join by the company's domains a member, and says how many.
func JoinAll(ctx context.Context, tx *Tx, companyID int64, now Stamp) (int64, error) {
	who, args, err := whoAt(ctx, tx, companyID)
	if err != nil {
		return 0, err
	}
	return affected(tx.exec(ctx, "INSERT INTO company_members (company_id, contact_id, manager, created_at) SELECT CAST(? AS BIGINT), c.id, FALSE, CAST(? AS BIGINT)"+who,
		append([]any{companyID, now}, args...)...))
}

// joinByDomain makes somebody whose address was just proven a member of the company that
// its domain belongs to.
func joinByDomain(ctx context.Context, tx *Tx, contactID int64, addressKey string, now Stamp) error {
	_, domain, ok := strings.Cut(addressKey, "@")
	if !ok {
		return nil
	}
	_, err := tx.exec(ctx, `INSERT INTO company_members (company_id, contact_id, manager, created_at)
		SELECT company_id, CAST(? AS BIGINT), FALSE, CAST(? AS BIGINT) FROM company_domains WHERE domain = ? ON CONFLICT (company_id, contact_id) DO NOTHING`, contactID, now, domain)
	return err
}
