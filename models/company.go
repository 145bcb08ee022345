package models

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// Company is an organisation that contacts belong to.
type Company struct {
	bun.BaseModel `bun:"table:companies"`
	ID            int64 `bun:",pk,autoincrement"`
	Name          string
	// NameKey makes two spellings one company.
	NameKey string
	// Notes are for agents alone.
	Notes string
	// Sees is one of CompanySees.
	Sees      string
	CreatedAt Stamp
	// MinutesBought and MinutesUsed are the sums of its purchases and of the time spent on its tickets
	// (CP-13). LowToldAt: agents were told then that little is left.
	MinutesBought, MinutesUsed int64
	LowToldAt                  Stamp
}

// What members see of each other's tickets.
const (
	SeesOwn             = "own"
	SeesCompany         = "company"
	SeesCompanyAndReply = "company_and_reply"
)

// CompanySees lists what Company.Sees may be, the most open first.
var CompanySees = []string{SeesCompanyAndReply, SeesCompany, SeesOwn}

// CompanyKey is the spelling by which names of companies are one and are sorted.
func CompanyKey(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

const companyColumns = "id, name, name_key, notes, sees, created_at, minutes_bought, minutes_used, low_told_at"

func scanCompany(row interface{ Scan(...any) error }) (*Company, error) {
	var k Company
	if err := row.Scan(&k.ID, &k.Name, &k.NameKey, &k.Notes, &k.Sees, &k.CreatedAt, &k.MinutesBought, &k.MinutesUsed, &k.LowToldAt); err != nil {
		return nil, orNotFound(err)
	}
	return &k, nil
}

// InsertCompany adds a company; a name that is taken is a Conflict.
func InsertCompany(ctx context.Context, tx *Tx, k *Company) error {
	k.NameKey = CompanyKey(k.Name)
	if k.Sees == "" {
		k.Sees = SeesCompanyAndReply
	}
	return insert(ctx, tx, k)
}

// UpdateCompany writes what a company's page changes; a name that is taken is a Conflict.
func UpdateCompany(ctx context.Context, tx *Tx, k *Company) error {
	k.NameKey = CompanyKey(k.Name)
	err := save(ctx, tx, k, "name", "name_key", "notes", "sees")
	if err != nil && isDuplicate(err) {
		return &Error{Kind: KindConflict, Message: "errors.conflict", cause: err}
	}
	return err
}

// CompanyByID reads one company, or NotFound.
func CompanyByID(ctx context.Context, c Conn, id int64) (*Company, error) {
	return scanCompany(c.row(ctx, "SELECT "+companyColumns+" FROM companies WHERE id = ?", id))
}

// CompanyByName finds a company whatever the spelling of its name, or NotFound.
func CompanyByName(ctx context.Context, c Conn, name string) (*Company, error) {
	return scanCompany(c.row(ctx, "SELECT "+companyColumns+" FROM companies WHERE name_key = ?", CompanyKey(name)))
}

// DeleteCompany takes a company away: its members stay contacts, its tickets go on without.
// It says how many tickets that were.
func DeleteCompany(ctx context.Context, tx *Tx, id int64, now Stamp) (int64, error) {
	if _, err := tx.exec(ctx, "INSERT INTO changes (noun, noun_id, created_at) SELECT 'ticket', id, ? FROM tickets WHERE company_id = ?", now, id); err != nil {
		return 0, err
	}
	n, err := affected(tx.exec(ctx, "UPDATE tickets SET company_id = NULL WHERE company_id = ?", id))
	if err != nil {
		return 0, err
	}
	for _, query := range []string{"UPDATE time_entries SET company_id = NULL WHERE company_id = ?", "DELETE FROM time_purchases WHERE company_id = ? AND takes_back_id IS NOT NULL", "DELETE FROM time_purchases WHERE company_id = ?",
		"DELETE FROM company_members WHERE company_id = ?", "DELETE FROM company_domains WHERE company_id = ?", "DELETE FROM companies WHERE id = ?"} {
		if _, err := tx.exec(ctx, query, id); err != nil {
			return 0, err
		}
	}
	return n, QueueRecompute(ctx, tx, now.Time())
}

// CompanyRow is a line of the list of companies.
type CompanyRow struct {
	Company
	// Members stops counting at 100, Open at 100.
	Members, Open int
	LastAt        Stamp // when the newest change of one of its tickets was; 0 is never
}

// CompanyQuery asks for one page of companies, by name.
type CompanyQuery struct {
	// Text finds names that contain it.
	Text string
	// Projects narrows to companies that have a ticket in one of these or a member whom AgentID
	// sees, and what is counted to those; nil is all.
	Projects []int64
	AgentID  int64
	// After is the NameKey of the last row before, AfterID its id.
	After   string
	AfterID int64
	Limit   int
}

// companyCounts is how far members and open tickets are counted in lists.
const companyCounts = "100"

// Companies lists companies by name.
func Companies(ctx context.Context, c Conn, q CompanyQuery) ([]*CompanyRow, error) {
	scope, scoped := inProjects("t.project_id", q.Projects)
	visible, seen := contactVisible("c", q.Projects, q.AgentID)
	some, something := companyVisible(q.Projects, q.AgentID)
	where := []string{"1 = 1" + some}
	args := slices.Concat(seen, scoped, scoped, something)
	if text := CompanyKey(q.Text); text != "" {
		where, args = append(where, `k.name_key LIKE ? ESCAPE '\'`), append(args, "%"+likeEscape.Replace(text)+"%")
	}
	if q.AfterID != 0 {
		where, args = append(where, "(k.name_key, k.id) > (?, ?)"), append(args, q.After, q.AfterID)
	}
	rows, err := c.query(ctx, `SELECT k.id, k.name, k.name_key, k.notes, k.sees, k.created_at, k.minutes_bought, k.minutes_used,
		(SELECT COUNT(*) FROM (SELECT 1 FROM company_members m JOIN contacts c ON c.id = m.contact_id WHERE m.company_id = k.id`+visible+` LIMIT `+companyCounts+`) AS members),
		(SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.company_id = k.id AND t.ended_at = 0`+scope+` LIMIT `+companyCounts+`) AS opened),
		COALESCE((SELECT t.updated_at FROM tickets t WHERE t.company_id = k.id`+scope+` ORDER BY t.updated_at DESC, t.id DESC LIMIT 1), 0)
		FROM companies k WHERE `+strings.Join(where, " AND ")+" ORDER BY k.name_key, k.id LIMIT ?", append(args, q.Limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*CompanyRow
	for rows.Next() {
		var r CompanyRow
		if err := rows.Scan(&r.ID, &r.Name, &r.NameKey, &r.Notes, &r.Sees, &r.CreatedAt, &r.MinutesBought, &r.MinutesUsed, &r.Members, &r.Open, &r.LastAt); err != nil {
			return nil, err
		}
		all = append(all, &r)
	}
	return all, rows.Err()
}

// companyVisible writes which companies an agent of some projects sees; nil projects see all.
func companyVisible(projects []int64, agentID int64) (string, []any) {
	if projects == nil {
		return "", nil
	}
	scope, scoped := inProjects("t.project_id", projects)
	visible, seen := contactVisible("c", projects, agentID)
	return " AND (EXISTS (SELECT 1 FROM tickets t WHERE t.company_id = k.id" + scope + ") OR EXISTS (SELECT 1 FROM company_members m JOIN contacts c ON c.id = m.contact_id WHERE m.company_id = k.id" + visible + "))",
		slices.Concat(scoped, seen)
}

// CompanySeen says whether an agent of some projects (nil: all) sees a company.
func CompanySeen(ctx context.Context, c Conn, companyID int64, projects []int64, agentID int64) (bool, error) {
	visible, args := companyVisible(projects, agentID)
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM companies k WHERE k.id = ?"+visible, append([]any{companyID}, args...)...).Scan(&n)
	return n > 0, err
}

// CompanyNames lists companies for a choice, by name, at most limit; projects as in CompanyQuery.
func CompanyNames(ctx context.Context, c Conn, projects []int64, agentID int64, limit int) ([]CompanyChoice, error) {
	visible, args := companyVisible(projects, agentID)
	return companyChoices(ctx, c, "SELECT k.id, k.name FROM companies k WHERE 1 = 1"+visible+" ORDER BY k.name_key, k.id LIMIT ?", append(args, limit)...)
}

var likeEscape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// inProjects writes " AND column IN (…)" for a list of projects; nil writes nothing, an empty
// list finds nothing.
func inProjects(column string, projects []int64) (string, []any) {
	if projects == nil {
		return "", nil
	}
	args := make([]any, 0, len(projects))
	for _, id := range projects {
		args = append(args, id)
	}
	return " AND " + column + " IN (" + places(len(projects)) + ")", args
}
