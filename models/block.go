package models

import (
	"context"
	"math"

	"github.com/uptrace/bun"
)

// The kinds of blocks.
const (
	BlockAddress = "address"
	BlockDomain  = "domain" // with everything below it
)

// Block turns a sender away. Value is the key of an address, or a domain in lower case.
type Block struct {
	bun.BaseModel `bun:"table:blocks"`
	ID            int64 `bun:",pk,autoincrement"`
	Kind          string
	Value         string
	Reason        string
	AgentID       *int64
	ExpiresAt     Stamp // 0 is never
	CreatedAt     Stamp

	AgentName string `bun:"-"`
}

// PutBlock keeps a block; one of the same sender is replaced, and what has expired goes.
func PutBlock(ctx context.Context, tx *Tx, b *Block) error {
	if _, err := tx.exec(ctx, "DELETE FROM blocks WHERE expires_at > 0 AND expires_at <= ?", b.CreatedAt); err != nil {
		return err
	}
	return tx.row(ctx, `INSERT INTO blocks (kind, value, reason, agent_id, expires_at, created_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, value) DO UPDATE SET reason = excluded.reason, agent_id = excluded.agent_id, expires_at = excluded.expires_at, created_at = excluded.created_at RETURNING id`,
		b.Kind, b.Value, b.Reason, b.AgentID, b.ExpiresAt, b.CreatedAt).Scan(&b.ID)
}

// Blocked says whether the key of an address, or one of these domains, is turned away now.
func Blocked(ctx context.Context, c Conn, addressKey string, domains []string, now Stamp) (bool, error) {
	args := []any{addressKey}
	for _, d := range domains {
		args = append(args, d)
	}
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM blocks WHERE ((kind = 'address' AND value = ?) OR (kind = 'domain' AND value IN ("+places(len(domains))+"))) AND (expires_at = 0 OR expires_at > ?)", append(args, now)...).Scan(&n)
	return n > 0, err
}

// Blocks lists who is turned away at a time, the newest first, up to limit and older than
// the id before (0: from the first).
func Blocks(ctx context.Context, c Conn, now Stamp, before int64, limit int) ([]*Block, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := c.query(ctx, `SELECT b.id, b.kind, b.value, b.reason, b.agent_id, b.expires_at, b.created_at, COALESCE(a.name, '')
		FROM blocks b LEFT JOIN agents a ON a.id = b.agent_id WHERE (b.expires_at = 0 OR b.expires_at > ?) AND b.id < ? ORDER BY b.id DESC LIMIT ?`, now, before, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Block
	for rows.Next() {
		var b Block
		if err := rows.Scan(&b.ID, &b.Kind, &b.Value, &b.Reason, &b.AgentID, &b.ExpiresAt, &b.CreatedAt, &b.AgentName); err != nil {
			return nil, err
		}
		all = append(all, &b)
	}
	return all, rows.Err()
}

// BlockByID reads one block, or NotFound.
func BlockByID(ctx context.Context, c Conn, id int64) (*Block, error) {
	var b Block
	err := c.row(ctx, "SELECT id, kind, value, reason, agent_id, expires_at, created_at FROM blocks WHERE id = ?", id).Scan(&b.ID, &b.Kind, &b.Value, &b.Reason, &b.AgentID, &b.ExpiresAt, &b.CreatedAt)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &b, nil
}

// DropBlock lifts a block.
func DropBlock(ctx context.Context, tx *Tx, id int64) error {
	_, err := tx.exec(ctx, "DELETE FROM blocks WHERE id = ?", id)
	return err
}
