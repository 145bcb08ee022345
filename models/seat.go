package models

import "context"

// Seat is a participant as the others on the ticket see them.
type Seat struct {
	Person
	// ByTeam: an agent let them take part, by adding them or by a merge.
	ByTeam bool
	// ByColleague: a member of the ticket's company added them.
	ByColleague bool
}

// seatsMost bounds the list of who can see a ticket.
const seatsMost = 200

// Seats lists who can see a ticket, the reporter first: whoever has left it, or reads another
// one since a merge, is not among them.
func Seats(ctx context.Context, c Conn, ticketID int64) ([]*Seat, error) {
	rows, err := c.query(ctx, `SELECT `+personColumns+`,
			p.contact_id IN (SELECT e.contact_id FROM events e WHERE e.ticket_id = ? AND e.kind = 'person_added' AND e.agent_id IS NOT NULL AND e.contact_id IS NOT NULL)
			OR EXISTS (SELECT 1 FROM participants s WHERE s.moved_to_id = p.id),
			p.contact_id IN (SELECT e.contact_id FROM events e WHERE e.ticket_id = ? AND e.kind = 'person_added' AND e.agent_id IS NULL AND e.contact_id IS NOT NULL AND e.data LIKE '{"colleague":%')
		FROM participants p JOIN contacts c ON c.id = p.contact_id
		WHERE p.ticket_id = ? AND p.left_at = 0 AND p.moved_to_id IS NULL ORDER BY p.id LIMIT ?`, ticketID, ticketID, ticketID, seatsMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Seat
	for rows.Next() {
		var s Seat
		if err := rows.Scan(append(s.targets(), &s.ByTeam, &s.ByColleague)...); err != nil {
			return nil, err
		}
		all = append(all, &s)
	}
	return all, rows.Err()
}

// SeatNow is the participant that a participant's links open the ticket of now: after merges
// the last one, otherwise themselves.
func SeatNow(ctx context.Context, c Conn, participantID int64) (*Person, error) {
	var p Person
	// A merge of a merged ticket makes a chain where links were replaced between the two.
	err := c.row(ctx, `WITH RECURSIVE seat (id, step) AS (
			SELECT CAST(? AS BIGINT), 0
			UNION ALL SELECT q.moved_to_id, seat.step + 1 FROM seat JOIN participants q ON q.id = seat.id WHERE q.moved_to_id IS NOT NULL AND seat.step < 20)
		SELECT `+personColumns+` FROM participants p JOIN contacts c ON c.id = p.contact_id
		WHERE p.id = (SELECT id FROM seat ORDER BY step DESC LIMIT 1) AND p.left_at = 0`, participantID).Scan(p.targets()...)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &p, nil
}

// LeaveSeat marks a participant's place as nobody's: their links are dead and no mail about
// the ticket reaches them. The row stays, because a ticket has a reporter.
func LeaveSeat(ctx context.Context, tx *Tx, participantID int64, now Stamp) error {
	if _, err := RaiseGeneration(ctx, tx, participantID, now); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "UPDATE participants SET left_at = ?, unsubscribed_at = CASE WHEN unsubscribed_at > 0 THEN unsubscribed_at ELSE ? END WHERE id = ?", now, now, participantID)
	return err
}

// LeftSeats are the participants of a ticket who have said that it is not theirs.
func LeftSeats(ctx context.Context, c Conn, ticketID int64) (map[int64]bool, error) {
	rows, err := c.query(ctx, "SELECT id FROM participants WHERE ticket_id = ? AND left_at > 0", ticketID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	left := map[int64]bool{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		left[id] = true
	}
	return left, rows.Err()
}

// OpenSeat is a place in an open ticket whose link lives.
type OpenSeat struct {
	Participant
	ProjectID int64
	Title     string
	// OpenedAt is when the ticket was opened.
	OpenedAt Stamp
}

// openSeatsSeen is how many of a contact's latest tickets are looked through for open ones, so
// that the cost has a bound however many there were.
const openSeatsSeen = 2000

// OpenSeats lists a contact's places in open tickets of some projects whose link lives at now,
// the newest ticket first, at most limit.
func OpenSeats(ctx context.Context, c Conn, contactID int64, projects []int64, now Stamp, limit int) ([]*OpenSeat, error) {
	if len(projects) == 0 {
		return nil, nil
	}
	args := []any{contactID, openSeatsSeen}
	for _, id := range projects {
		args = append(args, id)
	}
	rows, err := c.query(ctx, `SELECT hits.id, hits.ticket_id, hits.contact_id, hits.generation, t.project_id, t.title, t.created_at
		FROM (SELECT id, ticket_id, contact_id, generation FROM participants WHERE contact_id = ? AND left_at = 0 AND moved_to_id IS NULL ORDER BY ticket_id DESC LIMIT ?) hits
		JOIN tickets t ON t.id = hits.ticket_id
		WHERE t.ended_at = 0 AND t.spam_at = 0 AND t.project_id IN (`+places(len(projects))+`)
			AND EXISTS (SELECT 1 FROM tokens k WHERE k.subject_id = hits.id AND k.kind = 'thread' AND k.generation = hits.generation AND k.revoked_at = 0 AND (k.expires_at = 0 OR k.expires_at > ?))
		ORDER BY t.id DESC LIMIT ?`, append(args, now, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*OpenSeat
	for rows.Next() {
		var s OpenSeat
		if err := rows.Scan(&s.ID, &s.TicketID, &s.ContactID, &s.Generation, &s.ProjectID, &s.Title, &s.OpenedAt); err != nil {
			return nil, err
		}
		all = append(all, &s)
	}
	return all, rows.Err()
}
