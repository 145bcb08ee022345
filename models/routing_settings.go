package models

import "context"

// RoutingRuleByID reads a rule for changing it, or NotFound.
func RoutingRuleByID(ctx context.Context, tx *Tx, id int64) (*RoutingRule, error) {
	cat, err := TxCatalog(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, r := range cat.Routing {
		if r.ID == id {
			own := *r // the catalog is shared
			return &own, nil
		}
	}
	return nil, NotFound()
}

// TrialTicket is a ticket with what rules look at beside its row.
type TrialTicket struct {
	*Ticket
	Reporter Contact
	// First is the beginning of the text that the ticket began with.
	First       string
	Team, Agent string // their names, empty for none
	Tags        []string
}

// moreColumns scans columns behind those of a known row.
type moreColumns struct {
	row  interface{ Scan(...any) error }
	more []any
}

func (m moreColumns) Scan(targets ...any) error { return m.row.Scan(append(targets, m.more...)...) }

// TrialTickets reads tickets by their ids, at most 256, in that order.
func TrialTickets(ctx context.Context, c Conn, ids []int64) ([]*TrialTicket, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, args := idList(ids)
	rows, err := c.query(ctx, "SELECT "+qualified("t", ticketColumns)+`, c.address, c.synthetic, c.locale, COALESCE(m.name, ''), COALESCE(a.name, ''),
		COALESCE((SELECT substr(e.body, 1, 16384) FROM messages e WHERE e.ticket_id = t.id AND e.kind <> 'note' AND e.public_version > 0 ORDER BY e.id LIMIT 1), '')
		FROM tickets t JOIN contacts c ON c.id = t.reporter_id LEFT JOIN teams m ON m.id = t.team_id LEFT JOIN agents a ON a.id = t.assignee_id WHERE t.id IN (`+list+")", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byID := map[int64]*TrialTicket{}
	for rows.Next() {
		k := &TrialTicket{}
		if k.Ticket, err = scanTicket(moreColumns{rows, []any{&k.Reporter.Address, &k.Reporter.Synthetic, &k.Reporter.Locale, &k.Team, &k.Agent, &k.First}}); err != nil {
			return nil, err
		}
		byID[k.ID] = k
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	tags, err := c.query(ctx, "SELECT l.ticket_id, g.name FROM ticket_tags l JOIN tags g ON g.id = l.tag_id WHERE l.ticket_id IN ("+list+") ORDER BY g.name", args...)
	if err != nil {
		return nil, err
	}
	defer tags.Close()
	for tags.Next() {
		var id int64
		var name string
		if err := tags.Scan(&id, &name); err != nil {
			return nil, err
		}
		if k := byID[id]; k != nil {
			k.Tags = append(k.Tags, name)
		}
	}
	all := make([]*TrialTicket, 0, len(ids))
	for _, id := range ids {
		if k := byID[id]; k != nil {
			all = append(all, k)
		}
	}
	return all, tags.Err()
}
