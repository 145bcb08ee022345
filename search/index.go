package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Names in the index's folder: a pointer to the present generation, the lock, and the generations.
const (
	pointerName = "CURRENT"
	lockName    = "LOCK"
)

// Index is the search index of one database. Its methods may be called from many goroutines.
type Index struct {
	dir, epoch string
	log        *slog.Logger
	lock       *os.File
	shape      *shape
	synonyms   atomic.Pointer[thesaurus]

	current    atomic.Pointer[generation] // nil until there is one
	needs      atomic.Bool
	closed     atomic.Bool
	writing    sync.Mutex // one Apply, swap or Close at a time
	rebuilding sync.Mutex // one Rebuild at a time
}

// Open opens the index in dir. epoch names the database that it must belong to. A missing, corrupt or foreign
// index is no error: the Index is then not Ready and NeedsRebuild. ErrLocked, within two seconds, when another
// process has it open; other errors only when dir itself cannot be used.
func Open(dir string, epoch string, log *slog.Logger) (*Index, error) {
	return openAs(dir, epoch, articles, log)
}

func openAs(dir string, epoch string, s *shape, log *slog.Logger) (*Index, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	lock, err := takeLock(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	i := &Index{dir: dir, epoch: epoch, shape: s, log: log, lock: lock}
	i.synonyms.Store(defaultThesaurus())

	name := i.pointed()
	i.clean(name)
	if name == "" {
		i.needs.Store(true)
		return i, nil
	}
	g, err := load(filepath.Join(dir, name), epoch, s, i.fail)
	switch {
	case errors.Is(err, ErrLocked):
		_ = lock.Close()
		return nil, ErrLocked
	case err != nil:
		log.Warn("search index set aside", "reason", err)
		i.needs.Store(true)
	default:
		i.current.Store(g)
	}
	return i, nil
}

func takeLock(path string) (*os.File, error) {
	for end := time.Now().Add(lockWait); ; time.Sleep(20 * time.Millisecond) {
		lock, held, err := tryLock(path)
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		if !held {
			return lock, nil
		}
		if time.Now().After(end) {
			return nil, ErrLocked
		}
	}
}

// SetSynonyms replaces the table of synonyms, from the next query on. Without a call it is DefaultSynonyms.
func (i *Index) SetSynonyms(table Synonyms) { i.synonyms.Store(newThesaurus(table)) }

// Ready tells whether queries are answered.
func (i *Index) Ready() bool {
	g := i.current.Load()
	return g != nil && !g.broken.Load() && !i.closed.Load()
}

// NeedsRebuild tells whether Rebuild must be called; it stays true until one succeeded.
func (i *Index) NeedsRebuild() bool { return i.needs.Load() }

// Position is the change-log position up to which the index is complete, kept inside the index with the
// documents of the same batch; empty while there is no usable index. It can go back after a Rebuild: read it
// again then, and apply from there.
func (i *Index) Position() string {
	g := i.current.Load()
	if g == nil || g.broken.Load() {
		return ""
	}
	position, _ := g.get(keyPosition)
	return position
}

// Apply puts and deletes documents and moves the position, all or nothing, and returns when that would survive
// a crash. Replaying is harmless. An ID in both lists is deleted. ErrUnavailable while there is no index.
func (i *Index) Apply(ctx context.Context, put []Doc, del []string, position string) error {
	all := make([]keyed, len(put))
	for n, d := range put {
		all[n] = keyed{d.ID, newEntry(d), 0}
	}
	return i.apply(ctx, all, del, position)
}

// keyed is what goes into an index, by its name there; size is about how many bytes it has.
type keyed struct {
	id    string
	entry any
	size  int
}

func (i *Index) apply(ctx context.Context, put []keyed, del []string, position string) error {
	i.writing.Lock()
	defer i.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	g := i.current.Load()
	if g == nil || g.broken.Load() || i.closed.Load() {
		return ErrUnavailable
	}
	batch := g.bleve.NewBatch()
	for _, d := range put {
		if err := batch.Index(d.id, d.entry); err != nil {
			return fmt.Errorf("search: %w", err)
		}
	}
	for _, id := range del {
		batch.Delete(id)
	}
	batch.SetInternal(keyPosition, seal(position))
	err := g.commit(batch)
	if errors.Is(err, errPanic) {
		i.fail(g, err)
		return ErrUnavailable
	}
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return nil
}

// fail sets a broken generation aside until it is rebuilt.
func (i *Index) fail(g *generation, err error) {
	if g.fail() && (i.current.Load() == g || i.current.Load() == nil) {
		i.needs.Store(true)
		i.log.Error("search index broken", "reason", err)
	}
}

// Close ends running queries' index cleanly and gives the lock back.
func (i *Index) Close() error {
	if i.closed.Swap(true) {
		return nil
	}
	i.writing.Lock()
	defer i.writing.Unlock()
	if g := i.current.Swap(nil); g != nil {
		g.close()
	}
	return i.lock.Close()
}

// pointed reads the name of the present generation; empty when there is none.
func (i *Index) pointed() string {
	content, err := os.ReadFile(filepath.Join(i.dir, pointerName))
	name := strings.TrimSpace(string(content))
	if err != nil || !strings.HasPrefix(name, generationPrefix) || strings.ContainsAny(name, `/\.`) {
		return ""
	}
	return name
}

// point makes name the present generation: a crash leaves the old pointer or the new one.
func (i *Index) point(name string) error {
	path := filepath.Join(i.dir, pointerName)
	f, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	_, err = f.WriteString(name + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	if d, err := os.Open(i.dir); err == nil { // best effort: not every system can
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

// clean removes generations that a crash left behind.
func (i *Index) clean(keep string) {
	entries, _ := os.ReadDir(i.dir)
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), generationPrefix) && e.Name() != keep {
			_ = os.RemoveAll(filepath.Join(i.dir, e.Name()))
		}
	}
}
