package models

import (
	"context"
	"time"
)

// Session is one signed-in browser. The row holds the hash of its secret, never the
// secret, and deleting the row ends the session at once.
type Session struct {
	Hash []byte // SHA-256 of the cookie's secret
	// Kind and SubjectID say whose it is: an agent's, a contact's.
	Kind      string
	SubjectID int64
	Data      string // JSON of the handlers
	CreatedAt Stamp
	SeenAt    Stamp
	ExpiresAt Stamp
}

// SessionByHash reads a session that has not expired; otherwise NotFound.
func SessionByHash(ctx context.Context, c Conn, hash []byte, now time.Time) (*Session, error) {
	s := Session{Hash: hash}
	err := c.row(ctx, "SELECT kind, subject_id, data, created_at, seen_at, expires_at FROM sessions WHERE hash = ? AND expires_at > ?", hash, At(now)).
		Scan(&s.Kind, &s.SubjectID, &s.Data, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &s, nil
}

// SaveSession writes a session, new or known; when it began stays as it was.
func SaveSession(ctx context.Context, c Conn, s *Session) error {
	_, err := c.exec(ctx, `INSERT INTO sessions (hash, kind, subject_id, data, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET kind = excluded.kind, subject_id = excluded.subject_id, data = excluded.data,
			seen_at = excluded.seen_at, expires_at = excluded.expires_at`,
		s.Hash, s.Kind, s.SubjectID, s.Data, s.CreatedAt, s.SeenAt, s.ExpiresAt)
	return err
}

// TouchSession notes that a session was used and moves its end. It never brings back one
// that has been deleted meanwhile.
func TouchSession(ctx context.Context, c Conn, hash []byte, now, expiresAt time.Time) error {
	_, err := c.exec(ctx, "UPDATE sessions SET seen_at = ?, expires_at = ? WHERE hash = ?", At(now), At(expiresAt), hash)
	return err
}

// DeleteSession ends one session; one that is gone already is no error.
func DeleteSession(ctx context.Context, c Conn, hash []byte) error {
	_, err := c.exec(ctx, "DELETE FROM sessions WHERE hash = ?", hash)
	return err
}

// DeleteSessionsOf ends all sessions of one person, as after a change of password. A
// session whose hash is except is kept; nil keeps none.
func DeleteSessionsOf(ctx context.Context, tx *Tx, kind string, subject int64, except []byte) error {
	if len(except) == 0 {
		_, err := tx.exec(ctx, "DELETE FROM sessions WHERE kind = ? AND subject_id = ?", kind, subject)
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM sessions WHERE kind = ? AND subject_id = ? AND hash <> ?", kind, subject, except)
	return err
}

// PruneSessions deletes what has expired and says how many there were.
func PruneSessions(ctx context.Context, c Conn, now time.Time) (int64, error) {
	return affected(c.exec(ctx, "DELETE FROM sessions WHERE expires_at <= ?", At(now)))
}

// SessionsOf lists the living sessions of one person, the last used first.
func SessionsOf(ctx context.Context, c Conn, kind string, subject int64, now time.Time) ([]*Session, error) {
	rows, err := c.query(ctx, "SELECT hash, kind, subject_id, data, created_at, seen_at, expires_at FROM sessions WHERE kind = ? AND subject_id = ? AND expires_at > ? ORDER BY seen_at DESC, created_at DESC",
		kind, subject, At(now))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Session
	for rows.Next() {
		var s Session
		if err := rows.Scan(&s.Hash, &s.Kind, &s.SubjectID, &s.Data, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt); err != nil {
			return nil, err
		}
		all = append(all, &s)
	}
	return all, rows.Err()
}
