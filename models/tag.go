package models

import (
	"context"
	"strings"

	"github.com/uptrace/bun"
)

// Tag is a word that agents sort tickets by; people outside never see it.
type Tag struct {
	bun.BaseModel `bun:"table:tags"`
	ID            int64 `bun:",pk,autoincrement"`
	Name          string
	// NameKey is what makes two spellings one tag (TagKey).
	NameKey   string
	CreatedAt Stamp

	// Tickets is how many carry it, where a query says that it counts them.
	Tickets int `bun:"-"`
}

// MaxTagName is how many characters a tag may have, MaxTags how many tags a ticket.
const (
	MaxTagName = 40
	MaxTags    = 30
)

// TagKey is what makes two spellings one tag: upper and lower case are alike.
func TagKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// EnsureTags finds the tags of these names and makes the missing ones. The first spelling of
// a tag stays. The ids are in the order of their names.
func EnsureTags(ctx context.Context, tx *Tx, names []string, now Stamp) ([]*Tag, error) {
	if len(names) == 0 {
		return nil, nil
	}
	values, args, keys := []string{}, []any{}, []any{}
	for _, name := range names {
		values = append(values, "(?, ?, ?)")
		args, keys = append(args, name, TagKey(name), now), append(keys, TagKey(name))
	}
	if _, err := tx.exec(ctx, "INSERT INTO tags (name, name_key, created_at) VALUES "+strings.Join(values, ", ")+" ON CONFLICT (name_key) DO NOTHING", args...); err != nil {
		return nil, err
	}
	return tags(ctx, tx, "SELECT id, name, name_key, created_at, 0 FROM tags WHERE name_key IN ("+places(len(keys))+") ORDER BY name_key", keys...)
}

// TicketTags lists the tags of a ticket by name.
func TicketTags(ctx context.Context, c Conn, ticketID int64) ([]*Tag, error) {
	return tags(ctx, c, "SELECT g.id, g.name, g.name_key, g.created_at, 0 FROM ticket_tags tt JOIN tags g ON g.id = tt.tag_id WHERE tt.ticket_id = ? ORDER BY g.name_key", ticketID)
}

// SetTicketTags makes these the tags of a ticket.
func SetTicketTags(ctx context.Context, tx *Tx, ticketID int64, all []*Tag) error {
	if _, err := tx.exec(ctx, "DELETE FROM ticket_tags WHERE ticket_id = ?", ticketID); err != nil || len(all) == 0 {
		return err
	}
	values, args := []string{}, []any{}
	for _, t := range all {
		values, args = append(values, "(?, ?)"), append(args, ticketID, t.ID)
	}
	_, err := tx.exec(ctx, "INSERT INTO ticket_tags (ticket_id, tag_id) VALUES "+strings.Join(values, ", "), args...)
	return err
}

// TagNames lists up to limit names that begin with what was typed, the most recent first
// when nothing was.
func TagNames(ctx context.Context, c Conn, typed string, limit int) ([]string, error) {
	query, args := "SELECT id, name, name_key, created_at, 0 FROM tags ORDER BY id DESC LIMIT ?", []any{limit}
	if key := TagKey(typed); key != "" {
		query, args = "SELECT id, name, name_key, created_at, 0 FROM tags WHERE name_key >= ? AND name_key < ? ORDER BY name_key LIMIT ?", []any{key, key + "\U0010FFFF", limit}
	}
	found, err := tags(ctx, c, query, args...)
	names := make([]string, len(found))
	for i, t := range found {
		names[i] = t.Name
	}
	return names, err
}

// TagList reads one page of all tags by name with how many tickets carry each. after is the
// key of the tag before it, empty for the first page.
func TagList(ctx context.Context, c Conn, after string, limit int) ([]*Tag, error) {
	// The page is cut first: only its own tags are counted.
	return tags(ctx, c, `SELECT g.id, g.name, g.name_key, g.created_at, (SELECT COUNT(*) FROM ticket_tags tt WHERE tt.tag_id = g.id)
		FROM tags g WHERE g.name_key > ? ORDER BY g.name_key LIMIT ?`, after, limit)
}

// TagByID reads one tag with how many tickets carry it.
func TagByID(ctx context.Context, c Conn, id int64) (*Tag, error) {
	all, err := tags(ctx, c, "SELECT g.id, g.name, g.name_key, g.created_at, (SELECT COUNT(*) FROM ticket_tags tt WHERE tt.tag_id = g.id) FROM tags g WHERE g.id = ?", id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, NotFound()
	}
	return all[0], nil
}

// TagByKey finds a tag by any spelling of its name.
func TagByKey(ctx context.Context, c Conn, key string) (*Tag, error) {
	all, err := tags(ctx, c, "SELECT id, name, name_key, created_at, 0 FROM tags WHERE name_key = ?", key)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, NotFound()
	}
	return all[0], nil
}

// RenameTag gives a tag another name; one that is taken is a Conflict.
func RenameTag(ctx context.Context, tx *Tx, id int64, name string) error {
	_, err := tx.exec(ctx, "UPDATE tags SET name = ?, name_key = ? WHERE id = ?", name, TagKey(name), id)
	if err != nil && isDuplicate(err) {
		return Conflict("errors.conflict")
	}
	return err
}

// MergeTags gives every ticket of one tag the other, and removes the first.
func MergeTags(ctx context.Context, tx *Tx, from, into int64) error {
	if _, err := tx.exec(ctx, "INSERT INTO ticket_tags (ticket_id, tag_id) SELECT ticket_id, ? FROM ticket_tags WHERE tag_id = ? ON CONFLICT (ticket_id, tag_id) DO NOTHING", into, from); err != nil {
		return err
	}
	return DeleteTag(ctx, tx, from)
}

// DeleteTag takes a tag off its tickets and removes it.
func DeleteTag(ctx context.Context, tx *Tx, id int64) error {
	if _, err := tx.exec(ctx, "DELETE FROM ticket_tags WHERE tag_id = ?", id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM tags WHERE id = ?", id)
	return err
}

func tags(ctx context.Context, c Conn, query string, args ...any) ([]*Tag, error) {
	rows, err := c.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Tag
	for rows.Next() {
		var t Tag
		if err := rows.Scan(&t.ID, &t.Name, &t.NameKey, &t.CreatedAt, &t.Tickets); err != nil {
			return nil, err
		}
		all = append(all, &t)
	}
	return all, rows.Err()
}

// TagSpellings gives the present spelling of those of these tags that there are, by their key.
func TagSpellings(ctx context.Context, c Conn, names []string) (map[string]string, error) {
	known, args := map[string]string{}, make([]any, len(names))
	for i, name := range names {
		args[i] = TagKey(name)
	}
	if len(args) == 0 {
		return known, nil
	}
	found, err := tags(ctx, c, "SELECT id, name, name_key, created_at, 0 FROM tags WHERE name_key IN ("+places(len(args))+")", args...)
	for _, t := range found {
		known[t.NameKey] = t.Name
	}
	return known, err
}

// AddTicketTags gives a ticket tags that there are, beside those it has.
func AddTicketTags(ctx context.Context, tx *Tx, ticketID int64, names []string) error {
	args := []any{ticketID}
	for _, name := range names {
		args = append(args, TagKey(name))
	}
	_, err := tx.exec(ctx, "INSERT INTO ticket_tags (ticket_id, tag_id) SELECT ?, id FROM tags WHERE name_key IN ("+places(len(names))+") ON CONFLICT (ticket_id, tag_id) DO NOTHING", args...)
	return err
}
