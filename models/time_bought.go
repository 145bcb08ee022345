package models

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
)

// TimePurchase is time that a company bought (CP-13). It is never changed or deleted while its
// company is there: what was wrong is taken back by another purchase, so that history stays true.
type TimePurchase struct {
	bun.BaseModel `bun:"table:time_purchases"`
	ID            int64 `bun:",pk,autoincrement"`
	CompanyID     int64
	Minutes       int64 // less than 0 takes back
	// BoughtOn is a day, YYYY-MM-DD; it says when it was bought, CreatedAt when it was noted.
	BoughtOn  string
	Note      string
	AgentID   *int64
	CreatedAt Stamp
	// TakesBackID is the purchase that this one undoes.
	TakesBackID *int64

	AgentName string `bun:"-"`
	// TakenBack: another purchase undoes this one.
	TakenBack bool `bun:"-"`
}

// MaxBought is the most that one purchase can say, in minutes: 10,000 hours.
const MaxBought = 10_000 * 60

var boughtParts = regexp.MustCompile(`^([+-]?)\s*(?:(\d{1,5})(?:[.,](\d{1,2}))?\s*(?:hours?|std|h)\.?)?\s*(?:(\d{1,6})\s*(?:minutes?|min|m)\.?)?$`)

// ParseBought reads bought time as people write it: "10h", "90m", "1h 30m", "2.5h" ("2,5 Std"),
// "-2h". A bare number is refused, because it could be either. 0 is no time at all, or too much.
func ParseBought(text string) int64 {
	text = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(text)), "−", "-")
	m := boughtParts.FindStringSubmatch(text)
	if m == nil || m[3] != "" && m[4] != "" {
		return 0
	}
	n := func(s string) int64 { v, _ := strconv.ParseInt(s, 10, 64); return v }
	minutes := 60*n(m[2]) + n(m[4])
	switch len(m[3]) {
	case 1:
		minutes += n(m[3]) * 60 / 10
	case 2:
		minutes += n(m[3]) * 60 / 100
	}
	if minutes > MaxBought {
		return 0
	}
	if m[1] == "-" {
		return -minutes
	}
	return minutes
}

// BuysTime says whether a company has time to spend: more was bought than taken back.
func (k *Company) BuysTime() bool { return k.MinutesBought > 0 }

// TimeLeft is what is left of the bought time, in minutes; below 0 more was used than bought.
func (k *Company) TimeLeft() int64 { return k.MinutesBought - k.MinutesUsed }

// TimeLow says whether less than limit minutes are left of bought time; a limit of 0 is off.
func (k *Company) TimeLow(limit int) bool {
	return limit > 0 && k.BuysTime() && k.TimeLeft() < int64(limit)
}

// InsertPurchase adds a purchase and counts it; agents are told anew when little is left after
// it. It is a Conflict where more would be taken back than was bought, or a second time.
func InsertPurchase(ctx context.Context, tx *Tx, p *TimePurchase) error {
	n, err := affected(tx.exec(ctx, "UPDATE companies SET minutes_bought = minutes_bought + ?, low_told_at = 0 WHERE id = ? AND minutes_bought + ? >= 0", p.Minutes, p.CompanyID, p.Minutes))
	if err != nil {
		return err
	}
	if n != 1 {
		return Conflict("errors.conflict")
	}
	return insert(ctx, tx, p)
}

// PurchaseOf reads a purchase of a company, or NotFound.
func PurchaseOf(ctx context.Context, c Conn, companyID, id int64) (*TimePurchase, error) {
	all, err := purchases(c.query(ctx, purchaseQuery+" WHERE p.company_id = ? AND p.id = ?", companyID, id))
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, NotFound()
	}
	return all[0], nil
}

const purchaseQuery = `SELECT p.id, p.company_id, p.minutes, p.bought_on, p.note, p.agent_id, p.created_at, p.takes_back_id, COALESCE(a.name, ''),
	EXISTS (SELECT 1 FROM time_purchases o WHERE o.takes_back_id = p.id)
	FROM time_purchases p LEFT JOIN agents a ON a.id = p.agent_id`

// PurchasesOf lists what a company bought, the newest first, from below an id (0: from the newest).
func PurchasesOf(ctx context.Context, c Conn, companyID, before int64, limit int) ([]*TimePurchase, error) {
	return purchases(c.query(ctx, purchaseQuery+" WHERE p.company_id = ? AND p.id < ? ORDER BY p.id DESC LIMIT ?", companyID, below(before), limit))
}

func purchases(rows *sql.Rows, err error) ([]*TimePurchase, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*TimePurchase
	for rows.Next() {
		var p TimePurchase
		if err := rows.Scan(&p.ID, &p.CompanyID, &p.Minutes, &p.BoughtOn, &p.Note, &p.AgentID, &p.CreatedAt, &p.TakesBackID, &p.AgentName, &p.TakenBack); err != nil {
			return nil, err
		}
		all = append(all, &p)
	}
	return all, rows.Err()
}

// CompanyTime is a time entry with the ticket it is about.
type CompanyTime struct {
	TimeEntry
	ProjectID, Number int64
	Title             string
}

// TimeOfCompany lists the time spent on a company's tickets, the newest first, from below an id
// (0: from the newest).
func TimeOfCompany(ctx context.Context, c Conn, companyID, before int64, limit int) ([]*CompanyTime, error) {
	rows, err := c.query(ctx, `SELECT e.id, e.ticket_id, e.agent_id, e.company_id, e.minutes, e.note, e.created_at, a.name, t.project_id, t.number, t.title
		FROM time_entries e JOIN agents a ON a.id = e.agent_id JOIN tickets t ON t.id = e.ticket_id
		WHERE e.company_id = ? AND e.id < ? ORDER BY e.id DESC LIMIT ?`, companyID, below(before), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*CompanyTime
	for rows.Next() {
		var e CompanyTime
		if err := rows.Scan(&e.ID, &e.TicketID, &e.AgentID, &e.CompanyID, &e.Minutes, &e.Note, &e.CreatedAt, &e.AgentName, &e.ProjectID, &e.Number, &e.Title); err != nil {
			return nil, err
		}
		all = append(all, &e)
	}
	return all, rows.Err()
}

func below(id int64) int64 {
	if id == 0 {
		return math.MaxInt64
	}
	return id
}

// useTime counts minutes (less than 0: takes them off) as used by a company; none is nobody's.
// Where enough is left again, agents are told anew the next time it is not.
func useTime(ctx context.Context, tx *Tx, companyID *int64, minutes int64) error {
	if companyID == nil || minutes == 0 {
		return nil
	}
	cat, err := TxCatalog(ctx, tx)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE companies SET minutes_used = minutes_used + ?,
		low_told_at = CASE WHEN minutes_bought - minutes_used - ? >= ? THEN 0 ELSE low_told_at END WHERE id = ?`,
		minutes, minutes, cat.Workspace.Settings.TimeLowMinutes, *companyID)
	return err
}

// moveTime lets the time spent on a ticket follow it to another company.
func moveTime(ctx context.Context, tx *Tx, t *Ticket) error {
	var minutes int64
	if err := tx.row(ctx, "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM time_entries WHERE ticket_id = ?", t.ID).Scan(&minutes); err != nil || minutes == 0 {
		return err
	}
	if _, err := tx.exec(ctx, "UPDATE time_entries SET company_id = ? WHERE ticket_id = ?", t.CompanyID, t.ID); err != nil {
		return err
	}
	if err := useTime(ctx, tx, t.readCompany, -minutes); err != nil {
		return err
	}
	return useTime(ctx, tx, t.CompanyID, minutes)
}

// NoteTimeLow keeps that agents have been told that little of a company's time is left.
func NoteTimeLow(ctx context.Context, tx *Tx, companyID int64, now Stamp) error {
	_, err := tx.exec(ctx, "UPDATE companies SET low_told_at = ? WHERE id = ?", now, companyID)
	return err
}

// CheckBoughtTime looks for companies whose sums of bought and used time differ from their rows,
// and for time that is not the company's of its ticket.
func CheckBoughtTime(ctx context.Context, c Conn) error {
	var sums, strays int64
	err := c.row(ctx, `SELECT COUNT(*) FROM companies k WHERE
		k.minutes_bought <> COALESCE((SELECT SUM(p.minutes) FROM time_purchases p WHERE p.company_id = k.id), 0) OR
		k.minutes_used <> COALESCE((SELECT SUM(e.minutes) FROM time_entries e WHERE e.company_id = k.id), 0)`).Scan(&sums)
	if err != nil {
		return err
	}
	if err := c.row(ctx, "SELECT COUNT(*) FROM time_entries e JOIN tickets t ON t.id = e.ticket_id WHERE COALESCE(e.company_id, 0) <> COALESCE(t.company_id, 0)").Scan(&strays); err != nil {
		return err
	}
	if sums > 0 || strays > 0 {
		return fmt.Errorf("the available time of %d companies is not the sum of its rows, and %d time entries are not the company's of their ticket", sums, strays)
	}
	return nil
}

func sameID(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
