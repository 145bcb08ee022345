package search

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
)

// A batch of a rebuild ends at this many documents or bytes.
const (
	batchDocs  = 500
	batchBytes = 8 << 20
)

// Rebuild makes the index anew in another folder from all documents that each yields, then puts it in the place
// of the old one, which answers queries and takes changes until then if it was usable. position is where the
// change log stood before each read its first document. On an error, or after a crash, the old index stands.
// It must not be called from within each.
func (i *Index) Rebuild(ctx context.Context, position string, each func(yield func(Doc) error) error) error {
	return i.rebuild(ctx, position, func(yield func(keyed) error) error {
		return each(func(d Doc) error {
			return yield(keyed{d.ID, newEntry(d), len(d.Title) + len(d.Headings) + len(d.Body)})
		})
	})
}

func (i *Index) rebuild(ctx context.Context, position string, each func(yield func(keyed) error) error) (err error) {
	i.rebuilding.Lock()
	defer i.rebuilding.Unlock()
	name := newGenerationName()
	g, err := create(filepath.Join(i.dir, name), i.shape, i.fail)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	defer func() {
		if err != nil {
			g.discard()
		}
	}()
	if err := i.fill(ctx, g, position, each); err != nil {
		return err
	}
	old, err := i.swap(g, name)
	if err != nil {
		return err
	}
	if old != nil {
		old.discard()
	}
	i.clean(name)
	debug.FreeOSMemory() // a rebuild leaves much garbage behind and is rare
	return nil
}

// fill brings all documents into a new generation, the position with the last of them.
func (i *Index) fill(ctx context.Context, g *generation, position string, each func(yield func(keyed) error) error) error {
	batch, size := g.bleve.NewBatch(), 0
	flush := func() error {
		if err := g.commit(batch); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		batch, size = g.bleve.NewBatch(), 0
		return nil
	}
	err := each(func(d keyed) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i.closed.Load() {
			return ErrUnavailable
		}
		if err := batch.Index(d.id, d.entry); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		size += d.size
		if batch.Size() >= batchDocs || size >= batchBytes {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	who, err := i.shape.identity(i.epoch)
	if err != nil {
		return err
	}
	batch.SetInternal(keyIdentity, seal(who))
	batch.SetInternal(keyPosition, seal(position))
	if err := flush(); err != nil {
		return err
	}
	return merge(ctx, g)
}

// merge leaves a single segment, which every later query is faster for.
func merge(ctx context.Context, g *generation) error {
	advanced, err := g.bleve.Advanced()
	if err != nil {
		return err
	}
	s, ok := advanced.(*scorch.Scorch)
	if !ok {
		return nil
	}
	done := make(chan error, 1)
	go func() {
		done <- guard(func() error { return s.ForceMerge(ctx, &mergeplan.SingleSegmentMergePlanOptions) })
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-g.failed:
		return errPanic
	}
}

// swap makes the new generation the present one, on disk first.
func (i *Index) swap(g *generation, name string) (old *generation, err error) {
	i.writing.Lock()
	defer i.writing.Unlock()
	if i.closed.Load() {
		return nil, ErrUnavailable
	}
	if g.broken.Load() {
		return nil, errors.Join(ErrUnavailable, errPanic)
	}
	if err := i.point(name); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	old = i.current.Swap(g)
	i.needs.Store(false)
	return old, nil
}
