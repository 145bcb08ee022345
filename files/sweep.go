package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// sweepBatch is how many keys are asked about at once.
const sweepBatch = 500

// Sweep implements Store. It leaves alone whatever it did not name itself.
func (d *Disk) Sweep(ctx context.Context, olderThan time.Duration, live func(ctx context.Context, keys []string) (map[string]bool, error)) (int, error) {
	before := time.Now().Add(-olderThan)
	removed, err := d.sweepDrafts(before)
	if err != nil {
		return removed, err
	}
	shards, err := os.ReadDir(d.kept())
	if err != nil {
		return removed, fmt.Errorf("files: %w", err)
	}
	var keys []string
	ask := func() error {
		if len(keys) == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		used, err := live(ctx, keys)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if used[key] {
				continue
			}
			if err := d.Remove(ctx, key); err != nil {
				return err
			}
			removed++
		}
		keys = keys[:0]
		return nil
	}
	for _, shard := range shards {
		if !shard.IsDir() {
			continue
		}
		entries, err := os.ReadDir(filepath.Join(d.kept(), shard.Name()))
		if err != nil {
			return removed, fmt.Errorf("files: %w", err)
		}
		for _, entry := range entries {
			key := entry.Name()
			if !validKey(key) || key[:2] != shard.Name() || !old(entry, before) {
				continue
			}
			if keys = append(keys, key); len(keys) == sweepBatch {
				if err := ask(); err != nil {
					return removed, err
				}
			}
		}
	}
	return removed, ask()
}

// sweepDrafts removes what a crash or a caller left between Receive and Keep.
func (d *Disk) sweepDrafts(before time.Time) (removed int, err error) {
	entries, err := os.ReadDir(d.drafts())
	if err != nil {
		return 0, fmt.Errorf("files: %w", err)
	}
	for _, entry := range entries {
		if !old(entry, before) {
			continue
		}
		err := os.Remove(filepath.Join(d.drafts(), entry.Name()))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("files: %w", err)
		}
		removed++
	}
	return removed, nil
}

// old is false for what vanished meanwhile.
func old(entry fs.DirEntry, before time.Time) bool {
	info, err := entry.Info()
	return err == nil && info.Mode().IsRegular() && info.ModTime().Before(before)
}
