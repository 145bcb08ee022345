package models

import (
	"context"
	"encoding/json"
)

// Family gives a message and all its copies (merge, split), with the tickets they are on;
// public says of each ticket whether people outside can read it there.
func Family(ctx context.Context, c Conn, m *Message) (messages, tickets []int64, public map[int64]bool, err error) {
	root := m.ID
	if m.CopiedFromID != nil {
		root = *m.CopiedFromID
	}
	rows, err := c.query(ctx, "SELECT id, ticket_id, kind FROM messages WHERE id = ? UNION SELECT id, ticket_id, kind FROM messages WHERE copied_from_id = ? ORDER BY 2, 1", root, root)
	if err != nil {
		return nil, nil, nil, err
	}
	defer rows.Close()
	public = map[int64]bool{}
	for rows.Next() {
		var id, ticket int64
		var kind string
		if err := rows.Scan(&id, &ticket, &kind); err != nil {
			return nil, nil, nil, err
		}
		messages = append(messages, id)
		if len(tickets) == 0 || tickets[len(tickets)-1] != ticket {
			tickets = append(tickets, ticket)
		}
		public[ticket] = public[ticket] || kind != MessageNote
	}
	return messages, tickets, public, rows.Err()
}

// RedactMessages takes the text of messages out for good.
func RedactMessages(ctx context.Context, tx *Tx, ids []int64, agentID int64, now Stamp) error {
	for len(ids) > 0 {
		some := ids[:min(len(ids), idsAtOnce)]
		ids = ids[len(some):]
		in, args := idList(some)
		if _, err := tx.exec(ctx, "UPDATE messages SET body = '', html = '', redacted_at = ?, redacted_by = ? WHERE id IN ("+in+")", append([]any{now, agentID}, args...)...); err != nil {
			return err
		}
	}
	return nil
}

// ShowAgain moves messages of a ticket to its present versions, so that open pages hear that
// they are not what they were. Those of notes stay out of what is public.
func ShowAgain(ctx context.Context, tx *Tx, t *Ticket, ids []int64) error {
	in, args := idList(ids[:min(len(ids), idsAtOnce)])
	_, err := tx.exec(ctx, "UPDATE messages SET version = ?, public_version = CASE WHEN kind = 'note' THEN 0 ELSE ? END WHERE ticket_id = ? AND id IN ("+in+")",
		append([]any{t.Version, t.PublicVersion, t.ID}, args...)...)
	return err
}

// DropAttachments removes the rows of files of messages: of all, or of those with one blob. It
// gives the keys of the bytes that no row names for them any more; whether another row still
// does, LiveBlobs says.
func DropAttachments(ctx context.Context, tx *Tx, messages []int64, blob string) (keys []string, err error) {
	in, args := idList(messages[:min(len(messages), idsAtOnce)])
	query := "DELETE FROM attachments WHERE message_id IN (" + in + ")"
	if blob != "" {
		query, args = query+" AND blob = ?", append(args, blob)
	}
	rows, err := tx.query(ctx, query+" RETURNING blob, thumb", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	seen := map[string]bool{"": true}
	for rows.Next() {
		var blob, thumb string
		if err := rows.Scan(&blob, &thumb); err != nil {
			return nil, err
		}
		for _, key := range []string{blob, thumb} {
			if !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	return keys, rows.Err()
}

// DropStagedBlobs forgets refused forms' files with these bytes.
func DropStagedBlobs(ctx context.Context, tx *Tx, keys []string) error {
	for _, key := range keys {
		// One or two keys a file; the index serves each.
		if _, err := tx.exec(ctx, "DELETE FROM staged_files WHERE blob = ?", key); err != nil {
			return err
		}
	}
	return nil
}

// DropMailsAbout forgets the mails that a demo or developer's outbox keeps of messages, and with
// unsent stops what is still to be sent about them.
func DropMailsAbout(ctx context.Context, tx *Tx, messages, tickets []int64, unsent bool, now Stamp) error {
	inMessages, args := idList(messages[:min(len(messages), idsAtOnce)])
	inTickets, more := idList(tickets[:min(len(tickets), idsAtOnce)])
	about := "event_id IN (SELECT id FROM events WHERE ticket_id IN (" + inTickets + ") AND message_id IN (" + inMessages + "))"
	all := append(append([]any{}, more...), args...)
	if unsent {
		if _, err := tx.exec(ctx, "UPDATE deliveries SET state = 'suppressed', last_error = 'the message was removed', updated_at = ? WHERE state IN ('queued', 'deferred') AND NOT EXISTS (SELECT 1 FROM deliveries f WHERE f.folded_into_id = deliveries.id) AND "+about, append([]any{now}, all...)...); err != nil {
			return err
		}
	}
	rows, err := tx.query(ctx, "SELECT mail_id FROM deliveries WHERE mail_id <> '' AND "+about, all...)
	if err != nil {
		return err
	}
	var mails []any
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			rows.Close()
			return err
		}
		// As the outbox keeps it: JSON of the headers. Later mails name it too, in References.
		name, err := json.Marshal(map[string]string{"Message-ID": id})
		if err != nil {
			rows.Close()
			return err
		}
		mails = append(mails, containing(string(name[1:len(name)-1])))
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return err
	}
	for _, like := range mails {
		// The table holds mails in demo and development only; elsewhere it is empty.
		if _, err := tx.exec(ctx, "DELETE FROM outbox_mails WHERE headers LIKE ? ESCAPE '!'", like); err != nil {
			return err
		}
	}
	return nil
}
