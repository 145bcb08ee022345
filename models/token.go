package models

import (
	"context"

	"github.com/uptrace/bun"
)

// Token kinds as the database keeps them; package secret derives the tokens.
const (
	TokenThread      = "thread"
	TokenUnsubscribe = "unsubscribe"
	TokenIntake      = "intake"
	TokenSetup       = "setup"
)

// Token is a link that once was given out. Only its hash is kept: a stolen database
// opens nothing (A52).
type Token struct {
	bun.BaseModel `bun:"table:tokens"`
	Hash          []byte `bun:",pk"`
	Kind          string
	SubjectID     int64
	Generation    int64
	ExpiresAt     Stamp
	RevokedAt     Stamp
	CreatedAt     Stamp
}

// Live says whether the token may still be used at all.
func (t *Token) Live(now Stamp) bool {
	return t.RevokedAt == 0 && (t.ExpiresAt == 0 || now < t.ExpiresAt)
}

// InsertToken keeps a link's hash; keeping the same one again is harmless.
func InsertToken(ctx context.Context, tx *Tx, t *Token) error {
	_, err := tx.exec(ctx, `INSERT INTO tokens (hash, kind, subject_id, generation, expires_at, revoked_at, created_at)
		VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (hash) DO NOTHING`, t.Hash, t.Kind, t.SubjectID, t.Generation, t.ExpiresAt, t.CreatedAt)
	return err
}

// TokenByHash finds a token of one kind, dead or alive. The kind is part of the lookup,
// so that a token of another kind is simply not there (A54).
func TokenByHash(ctx context.Context, c Conn, kind string, hash []byte) (*Token, error) {
	t := Token{Hash: hash}
	err := c.row(ctx, "SELECT kind, subject_id, generation, expires_at, revoked_at, created_at FROM tokens WHERE hash = ? AND kind = ?", hash, kind).
		Scan(&t.Kind, &t.SubjectID, &t.Generation, &t.ExpiresAt, &t.RevokedAt, &t.CreatedAt)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &t, nil
}

// UseToken revokes a single-use token; false when somebody else was first.
func UseToken(ctx context.Context, tx *Tx, hash []byte, now Stamp) (bool, error) {
	tx.everything = true
	res, err := tx.exec(ctx, "UPDATE tokens SET revoked_at = ? WHERE hash = ? AND revoked_at = 0", now, hash)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// RevokeTokens kills all tokens of one kind of one subject.
func RevokeTokens(ctx context.Context, tx *Tx, kind string, subjectID int64, now Stamp) error {
	tx.everything = true
	_, err := tx.exec(ctx, "UPDATE tokens SET revoked_at = ? WHERE subject_id = ? AND kind = ? AND revoked_at = 0", now, subjectID, kind)
	return err
}

// Access is all that a thread link gives: who holds it and what its pages show of the ticket
// it opens. Of Ticket only the columns of accessColumns are read.
type Access struct {
	Token  Token
	Person Person
	Ticket Ticket
	// Assignee is the public name of the agent who has the ticket, or empty.
	Assignee string
	// TimeLeft is what is left of the bought time of the ticket's company, in minutes; nil unless that
	// has bought time and the person is its member.
	TimeLeft *int64
}

// AccessByHash reads a participant's link, the person and the ticket in one query; it is
// the hottest read of the portal. Dead links are found too: the caller decides.
func (db *DB) AccessByHash(ctx context.Context, kind string, hash []byte) (*Access, *Catalog, error) {
	var a Access
	var version int64
	targets := append([]any{&version, &a.Token.Generation, &a.Token.ExpiresAt, &a.Token.RevokedAt, &a.Token.CreatedAt}, a.targets()...)
	err := db.row(db.brief(ctx), `SELECT w.catalog_version, k.generation, k.expires_at, k.revoked_at, k.created_at, `+accessColumns+`
		FROM tokens k JOIN participants p ON p.id = k.subject_id JOIN contacts c ON c.id = p.contact_id JOIN tickets t ON t.id = p.ticket_id
		JOIN workspaces w ON w.id = 1 LEFT JOIN agents g ON g.id = t.assignee_id
		WHERE k.hash = ? AND k.kind = ?`, hash, kind).Scan(targets...)
	if err != nil {
		return nil, nil, orNotFound(err)
	}
	a.Token.Hash, a.Token.Kind, a.Token.SubjectID = hash, kind, a.Person.ID
	cat, err := db.catalogAt(ctx, version)
	return &a, cat, err
}

// accessColumns are what portal pages show and decide by, and no more: each column counts here.
// Whoever changes the ticket reads it again under its lock (LockTicket).
const accessColumns = personColumns + `, p.moved_to_id,
		t.id, t.project_id, t.title, t.type_id, t.status_id, t.category, t.fields, t.public_version, t.created_at, t.public_at, t.ended_at, t.merged_into_id, t.spam_at,
		t.team_id, t.outside_hours, t.answered_at, t.asked_at, t.talked_at, t.reminded_at, t.snoozed_until, t.promise_at,
		COALESCE(NULLIF(g.public_name, ''), g.name, ''),
		(SELECT q.minutes_bought - q.minutes_used FROM companies q JOIN company_members o ON o.company_id = q.id AND o.contact_id = p.contact_id WHERE q.id = t.company_id AND q.minutes_bought > 0)`

func (a *Access) targets() []any {
	t := &a.Ticket
	return append(a.Person.targets(), &a.Person.MovedToID, &t.ID, &t.ProjectID, &t.Title, &t.TypeID, &t.StatusID, &t.Category, &t.RawFields,
		&t.PublicVersion, &t.CreatedAt, &t.PublicAt, &t.EndedAt, &t.MergedIntoID, &t.SpamAt,
		&t.TeamID, &t.OutsideHours, &t.AnsweredAt, &t.AskedAt, &t.TalkedAt, &t.RemindedAt, &t.SnoozedUntil, &t.PromiseAt, &a.Assignee, &a.TimeLeft)
}

// IntakeLink is a prefilled create link for one contact and one project (PC-8).
type IntakeLink struct {
	bun.BaseModel `bun:"table:intake_links"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     int64
	ContactID     int64
	ExpiresAt     Stamp
	RevokedAt     Stamp
	Uses          int64
	CreatedAt     Stamp
	// AgentID is who made it; nil for the command line.
	AgentID *int64
}

// InsertIntakeLink keeps a new intake link.
func InsertIntakeLink(ctx context.Context, tx *Tx, l *IntakeLink) error { return insert(ctx, tx, l) }

// IntakeByHash finds an intake link by its token's hash, dead or alive.
func IntakeByHash(ctx context.Context, c Conn, hash []byte) (*IntakeLink, *Contact, error) {
	var l IntakeLink
	var k Contact
	err := c.row(ctx, `SELECT l.id, l.project_id, l.contact_id, l.expires_at, l.revoked_at, l.uses, l.created_at,
		c.id, c.address, c.address_key, c.synthetic, c.name, c.locale, c.origin, c.proven_at, c.created_at
		FROM tokens t JOIN intake_links l ON l.id = t.subject_id JOIN contacts c ON c.id = l.contact_id WHERE t.hash = ? AND t.kind = 'intake' AND t.revoked_at = 0`, hash).
		Scan(&l.ID, &l.ProjectID, &l.ContactID, &l.ExpiresAt, &l.RevokedAt, &l.Uses, &l.CreatedAt,
			&k.ID, &k.Address, &k.AddressKey, &k.Synthetic, &k.Name, &k.Locale, &k.Origin, &k.ProvenAt, &k.CreatedAt)
	if err != nil {
		return nil, nil, orNotFound(err)
	}
	return &l, &k, nil
}

// CountIntakeUse notes that an intake link made a ticket.
func CountIntakeUse(ctx context.Context, tx *Tx, id int64) error {
	_, err := tx.exec(ctx, "UPDATE intake_links SET uses = uses + 1 WHERE id = ?", id)
	return err
}

// RevokeIntakeLink ends an intake link; false when there is no live one.
func RevokeIntakeLink(ctx context.Context, tx *Tx, id int64, now Stamp) (bool, error) {
	res, err := tx.exec(ctx, "UPDATE intake_links SET revoked_at = ? WHERE id = ? AND revoked_at = 0", now, id)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
