package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"lodge/models"
)

// AuditAsk asks for one page of the audit log. Zero values do not narrow. From and To are
// days: To counts in whole.
type AuditAsk struct {
	Kind     string
	AgentID  int64
	From, To time.Time
	// Before is the cursor of an earlier page.
	Before string
}

// AuditLine is an entry of the audit log. Agent is empty where nobody was signed in.
type AuditLine struct {
	ID                   int64
	Kind, Agent, Subject string
	At                   time.Time
	Changes              []AuditChange
}

// AuditChange is one detail of an entry: Was is empty where there is only one value.
type AuditChange struct {
	Name, Was, Is string
	// Pair: Was and Is are the values before and after.
	Pair bool
}

// AuditPage is a page of the audit log. Next is the cursor of the page after, empty at the end.
type AuditPage struct {
	Lines  []AuditLine
	Kinds  []string
	Agents []Choice
	Next   string
}

// auditPage is how many entries stand on a page.
const auditPage = 50

// AuditLog reads one page of the audit log, newest first.
func (d *Desk) AuditLog(ctx context.Context, actor Actor, ask AuditAsk) (*AuditPage, error) {
	if err := actor.may(models.ActAudit); err != nil {
		return nil, err
	}
	page := &AuditPage{}
	var err error
	if page.Lines, page.Next, err = d.auditLines(ctx, ask, auditPage); err != nil {
		return nil, err
	}
	if page.Kinds, err = models.AuditKinds(ctx, d.db); err != nil {
		return nil, err
	}
	agents, err := models.AllAgents(ctx, d.db)
	if err != nil {
		return nil, err
	}
	for _, a := range agents {
		page.Agents = append(page.Agents, Choice{itoa(a.ID), a.Name})
	}
	return page, nil
}

// auditExport is how many entries an export holds at most.
const auditExport = 10_000

// AuditExport reads what an export holds: the newest entries, up to a limit.
func (d *Desk) AuditExport(ctx context.Context, actor Actor, ask AuditAsk) ([]AuditLine, error) {
	if err := actor.may(models.ActAudit); err != nil {
		return nil, err
	}
	lines, _, err := d.auditLines(ctx, ask, auditExport)
	return lines, err
}

func (d *Desk) auditLines(ctx context.Context, ask AuditAsk, limit int) (lines []AuditLine, next string, err error) {
	before, _ := strconv.ParseInt(ask.Before, 10, 64)
	q := models.AuditQuery{Kind: ask.Kind, AgentID: ask.AgentID, Before: max(before, 0), Limit: limit + 1}
	if !ask.From.IsZero() {
		q.From = models.At(ask.From)
	}
	if !ask.To.IsZero() {
		q.To = models.At(ask.To.AddDate(0, 0, 1))
	}
	entries, err := models.Audit(ctx, d.db, q)
	if err != nil {
		return nil, "", err
	}
	if len(entries) > limit {
		entries = entries[:limit]
		next = itoa(entries[limit-1].ID)
	}
	for _, e := range entries {
		lines = append(lines, AuditLine{ID: e.ID, Kind: e.Kind, Agent: e.AgentName, Subject: e.Subject, At: e.CreatedAt.Time(), Changes: auditChanges(e.Data)})
	}
	return lines, next, nil
}

// auditChanges reads the details of an entry, by name: a pair of values, or one.
func auditChanges(data string) []AuditChange {
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(data), &fields) != nil {
		return nil
	}
	var all []AuditChange
	for name, raw := range fields {
		var pair []any
		c := AuditChange{Name: name}
		if json.Unmarshal(raw, &pair) == nil && len(pair) == 2 {
			c.Was, c.Is, c.Pair = auditValue(pair[0]), auditValue(pair[1]), true
		} else {
			var one any
			_ = json.Unmarshal(raw, &one)
			c.Is = auditValue(one)
		}
		if c.Was != "" || c.Is != "" {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b AuditChange) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return all
}

func auditValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "1"
		}
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	raw, _ := json.Marshal(v)
	return string(raw)
}
