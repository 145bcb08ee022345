package models

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Job is something to do later, written in the transaction that makes it necessary. Args
// is JSON that names rows by id. A job runs at least once: its worker may die after the
// work and before FinishJob, so every kind must bear being run again.
type Job struct {
	ID   int64
	Kind string
	Key  string // empty: never merged with another
	Args string
	// RunAt is the earliest time; it decides the order too.
	RunAt Stamp
	// Attempts counts the tries before this one, with those whose worker died.
	Attempts  int
	LastError string
	FailedAt  Stamp
	CreatedAt Stamp
}

// Read decodes the job's arguments.
func (j Job) Read(into any) error {
	if err := json.Unmarshal([]byte(j.Args), into); err != nil {
		return fmt.Errorf("arguments of job %s %d: %w", j.Kind, j.ID, err)
	}
	return nil
}

// maxCause is how many bytes of an error are kept on a row.
const maxCause = 2000

// Enqueue writes a job. While a job of the same key waits, nothing is added; one that is
// running or has failed for good does not count, because it may have read its rows before
// this transaction changed them. args nil means none.
func Enqueue(ctx context.Context, tx *Tx, kind, key string, args any, runAt time.Time) error {
	raw := []byte("{}")
	if args != nil {
		var err error
		if raw, err = json.Marshal(args); err != nil {
			return fmt.Errorf("arguments of job %s: %w", kind, err)
		}
	}
	if key == "" {
		_, err := tx.exec(ctx, "INSERT INTO jobs (kind, args, run_at, created_at) VALUES (?, ?, ?, ?)", kind, string(raw), At(runAt), At(time.Now()))
		return err
	}
	// The conflict locks the waiting row until this transaction ends, so that no worker
	// can begin it before our changes are visible. A row in other hands gives up its key,
	// and then the second round inserts.
	for range 2 {
		var kept sql.NullString
		err := tx.row(ctx, `INSERT INTO jobs (kind, job_key, args, run_at, created_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (job_key) DO UPDATE SET job_key = NULL WHERE jobs.claimed_by <> '' OR jobs.failed_at > 0
			RETURNING job_key`, kind, key, string(raw), At(runAt), At(time.Now())).Scan(&kept)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("enqueue %s: %w", kind, err)
		}
		if kept.Valid {
			return nil
		}
	}
	return fmt.Errorf("enqueue %s: the key %q is still taken", kind, key)
}

const jobColumns = "id, kind, COALESCE(job_key, ''), args, run_at, attempts, last_error, failed_at, created_at"

func scanJobs(rows *sql.Rows, err error) ([]Job, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var jobs []Job
	for rows.Next() {
		var j Job
		if err := rows.Scan(&j.ID, &j.Kind, &j.Key, &j.Args, &j.RunAt, &j.Attempts, &j.LastError, &j.FailedAt, &j.CreatedAt); err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

// ClaimJobs takes up to limit due jobs for a worker until the lease ends, earliest first.
// Jobs of a worker whose lease has run out are taken over, with one attempt more, so that
// a job that kills its process does not do so for ever. An idle queue costs one read.
func ClaimJobs(ctx context.Context, db *DB, worker string, now time.Time, lease time.Duration, limit int) ([]Job, error) {
	if worker == "" || limit < 1 {
		return nil, errors.New("claim jobs: a worker's name and a limit are needed")
	}
	var due bool
	if err := db.row(ctx, "SELECT EXISTS (SELECT 1 FROM jobs WHERE failed_at = 0 AND run_at <= ? AND claimed_until <= ?)", At(now), At(now)).Scan(&due); err != nil {
		return nil, fmt.Errorf("look for jobs: %w", err)
	}
	if !due {
		return nil, nil
	}
	var jobs []Job
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		jobs, err = scanJobs(tx.query(ctx, `WITH due AS MATERIALIZED (
				SELECT id AS due_id FROM jobs WHERE failed_at = 0 AND run_at <= ? AND claimed_until <= ? ORDER BY run_at, id LIMIT ?`+db.dialect.skipLocked+`)
			UPDATE jobs SET attempts = attempts + CASE WHEN claimed_by <> '' THEN 1 ELSE 0 END, claimed_by = ?, claimed_until = ?
			WHERE id IN (SELECT due_id FROM due) RETURNING `+jobColumns,
			At(now), At(now), limit, worker, At(now.Add(lease))))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	// RETURNING promises no order.
	slices.SortFunc(jobs, func(a, b Job) int {
		return cmp.Or(cmp.Compare(a.RunAt, b.RunAt), cmp.Compare(a.ID, b.ID))
	})
	return jobs, nil
}

// FinishJob forgets a job that is done. Inside the transaction of its work it makes work
// and end one.
func FinishJob(ctx context.Context, c Conn, id int64) error {
	_, err := c.exec(ctx, "DELETE FROM jobs WHERE id = ?", id)
	return err
}

// RetryJob lays a job back for a later time, also one that had failed for good. attempts
// is how many tries it has had.
func RetryJob(ctx context.Context, c Conn, id int64, attempts int, runAt time.Time, cause string) error {
	_, err := c.exec(ctx, "UPDATE jobs SET attempts = ?, run_at = ?, last_error = ?, claimed_by = '', claimed_until = 0, failed_at = 0 WHERE id = ?",
		attempts, At(runAt), clip(cause, maxCause), id)
	return err
}

// FailJob gives a job up. The row stays for the operator to read and try again.
func FailJob(ctx context.Context, c Conn, id int64, attempts int, cause string, now time.Time) error {
	_, err := c.exec(ctx, "UPDATE jobs SET attempts = ?, failed_at = ?, last_error = ?, claimed_by = '', claimed_until = 0 WHERE id = ?",
		attempts, At(now), clip(cause, maxCause), id)
	return err
}

// NextJobAt says when the next job can be claimed: when one is due, or when the lease of
// one that is running would end. False when nothing waits.
func NextJobAt(ctx context.Context, c Conn) (time.Time, bool, error) {
	var at sql.NullInt64
	err := c.row(ctx, `SELECT MIN(next_at) FROM (
		SELECT MIN(run_at) AS next_at FROM jobs WHERE failed_at = 0 AND claimed_by = ''
		UNION ALL SELECT MIN(claimed_until) FROM jobs WHERE claimed_by <> '') AS waiting`).Scan(&at)
	if err != nil || !at.Valid {
		return time.Time{}, false, err
	}
	return Stamp(at.Int64).Time(), true, nil
}

// FailedJobs lists what was given up, the latest first.
func FailedJobs(ctx context.Context, c Conn, limit int) ([]Job, error) {
	return scanJobs(c.query(ctx, "SELECT "+jobColumns+" FROM jobs WHERE failed_at > 0 ORDER BY failed_at DESC, id DESC LIMIT ?", limit))
}
