package models

import (
	"context"
	"database/sql"
	"strings"
)

// PropertySheet is what an agent's sidebar shows of a ticket beside its own row.
type PropertySheet struct {
	// Teams are all teams by name; Tags those of the ticket.
	Teams, Tags []Named
	// Companies are those of the participants, and the ticket's own.
	Companies []Named
	// Unread is how many notices of this agent are about this ticket.
	Unread int
	// Minutes is the time that agents spent on it.
	Minutes int64
	// Left is what is left of the time that its company bought, in minutes; nil where none was.
	Left *int64
	// Bounced are the contacts whose last mail about this ticket was refused for good.
	Bounced map[int64]bool
	// History is its clock and its promises, to be read.
	History *History
}

// Properties reads the sheet in one query, because the page it is for counts its queries.
func Properties(ctx context.Context, c Conn, ticketID int64, companyID *int64, agentID int64) (*PropertySheet, error) {
	company := int64(0)
	if companyID != nil {
		company = *companyID
	}
	rows, err := c.query(ctx, `SELECT 'team' AS kind, id, name FROM teams
		UNION ALL SELECT 'tag', g.id, g.name FROM ticket_tags tt JOIN tags g ON g.id = tt.tag_id WHERE tt.ticket_id = ?
		UNION ALL SELECT 'company', id, name FROM companies WHERE id = ?
			OR id IN (SELECT m.company_id FROM participants p JOIN company_members m ON m.contact_id = p.contact_id WHERE p.ticket_id = ?)
		UNION ALL SELECT 'unread', COUNT(*), '' FROM notices WHERE agent_id = ? AND ticket_id = ? AND read_at = 0
		UNION ALL SELECT 'time', CAST(COALESCE(SUM(minutes), 0) AS BIGINT), '' FROM time_entries WHERE ticket_id = ?
		UNION ALL SELECT 'left', minutes_bought - minutes_used, '' FROM companies WHERE id = ? AND minutes_bought > 0
		UNION ALL SELECT 'bounced', d.contact_id, '' FROM deliveries d WHERE d.state IN ('failed', 'bounced') AND d.contact_id IS NOT NULL AND d.id IN
			(SELECT MAX(l.id) FROM deliveries l WHERE l.ticket_id = ? AND l.contact_id IS NOT NULL GROUP BY l.contact_id)`+sheetHistory+`
		ORDER BY 1, 3, 2`, ticketID, company, ticketID, agentID, ticketID, ticketID, company, ticketID, ticketID, ticketID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	s := &PropertySheet{Bounced: map[int64]bool{}}
	history := sheetLines{History: History{ticket: ticketID}}
	for rows.Next() {
		var kind string
		var n Named
		if err := rows.Scan(&kind, &n.ID, &n.Name); err != nil {
			return nil, err
		}
		switch kind {
		case "team":
			s.Teams = append(s.Teams, n)
		case "tag":
			s.Tags = append(s.Tags, n)
		case "company":
			s.Companies = append(s.Companies, n)
		case "unread":
			s.Unread = int(n.ID)
		case "time":
			s.Minutes = n.ID
		case "segment", "promise":
			if err := history.line(kind, n); err != nil {
				return nil, err
			}
		case "left":
			s.Left = &n.ID
		case "bounced":
			s.Bounced[n.ID] = true
		}
	}
	s.History = history.whole()
	return s, rows.Err()
}

// CompaniesLike lists up to limit companies whose name begins with what was typed.
func CompaniesLike(ctx context.Context, c Conn, key string, limit int) ([]Named, error) {
	rows, err := c.query(ctx, "SELECT id, name FROM companies WHERE name_key >= ? AND name_key < ? ORDER BY name_key LIMIT ?", key, key+"\U0010FFFF", limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Named
	for rows.Next() {
		var n Named
		if err := rows.Scan(&n.ID, &n.Name); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// SnoozedDue lists up to limit tickets whose snooze is over.
func SnoozedDue(ctx context.Context, c Conn, now Stamp, limit int) ([]int64, error) {
	return ids(c.query(ctx, "SELECT id FROM tickets WHERE snoozed_until > 0 AND snoozed_until <= ? ORDER BY snoozed_until LIMIT ?", now, limit))
}

// DueUntold lists up to limit open tickets that are due before a moment and of which nobody
// has been told so yet.
func DueUntold(ctx context.Context, c Conn, before Stamp, limit int) ([]int64, error) {
	return ids(c.query(ctx, "SELECT id FROM tickets WHERE due_told <> due_at AND ended_at = 0 AND due_at > 0 AND due_at <= ? ORDER BY due_at LIMIT ?", before, limit))
}

// TellDue notes that the present due time of a ticket has been announced; false when
// somebody else was first.
func TellDue(ctx context.Context, tx *Tx, ticketID int64) (bool, error) {
	res, err := tx.exec(ctx, "UPDATE tickets SET due_told = due_at WHERE id = ? AND due_told <> due_at AND ended_at = 0 AND due_at > 0", ticketID)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// AgentIn reads one agent who can still sign in, with the role they have in a project; empty
// where they have none.
func AgentIn(ctx context.Context, c Conn, agentID, projectID int64) (*Agent, error) {
	all, err := agentsIn(ctx, c, projectID, " AND id = ?", agentID)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, NotFound()
	}
	return all[0], nil
}

// AgentsIn lists the agents who can still sign in, by name, each with the role they have in a
// project; empty for those who have none there.
func AgentsIn(ctx context.Context, c Conn, projectID int64) ([]*Agent, error) {
	return agentsIn(ctx, c, projectID, "")
}

func agentsIn(ctx context.Context, c Conn, projectID int64, and string, args ...any) ([]*Agent, error) {
	rows, err := c.query(ctx, "SELECT "+agentColumns+", (SELECT p.role FROM agent_projects p WHERE p.agent_id = agents.id AND p.project_id = ?) FROM agents WHERE disabled_at = 0"+and+" ORDER BY name, id",
		append([]any{projectID}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Agent
	for rows.Next() {
		var here sql.NullString
		a, err := scanAgent(withMore{rows, &here})
		if err != nil {
			return nil, err
		}
		if !a.Everywhere && a.Role != RoleAdmin {
			a.Role = Role(here.String)
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// withMore scans one column more than its row's own function knows of.
type withMore struct {
	row  interface{ Scan(...any) error }
	more any
}

func (w withMore) Scan(targets ...any) error { return w.row.Scan(append(targets, w.more)...) }

// TeamMembers lists the ids of a team's agents.
func TeamMembers(ctx context.Context, c Conn, teamID int64) ([]int64, error) {
	return ids(c.query(ctx, "SELECT agent_id FROM team_members WHERE team_id = ?", teamID))
}

// EnsureCompany finds a company by its name, or makes it.
func EnsureCompany(ctx context.Context, tx *Tx, name string, now Stamp) (int64, error) {
	key := strings.ToLower(name)
	if _, err := tx.exec(ctx, "INSERT INTO companies (name, name_key, created_at) VALUES (?, ?, ?) ON CONFLICT (name_key) DO NOTHING", name, key, now); err != nil {
		return 0, err
	}
	c, err := CompanyByName(ctx, tx, key)
	return c.ID, err
}
