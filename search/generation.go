package search

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/util"
	berrors "go.etcd.io/bbolt/errors"
)

// Keys of what we keep inside the index, in the same batch as the documents.
var (
	keyPosition = []byte("lodge.position")
	keyIdentity = []byte("lodge.identity")
)

// generation is one index on disk. A rebuild makes the next one.
type generation struct {
	folder string
	bleve  bleve.Index
	broken atomic.Bool
	failed chan struct{} // closed when broken, so that nobody waits for goroutines that are gone
}

// Bleve reports what breaks in its own goroutines by a name in a global table.
const asyncErrors = "lodge"

var (
	openOnes sync.Map // store path → func(error)
	workers  = sync.OnceFunc(func() { bleve.Config.SetAnalysisQueueSize(2) })
)

func init() {
	scorch.RegistryAsyncErrorCallbacks[asyncErrors] = func(err error, path string) {
		if f, ok := openOnes.Load(path); ok {
			f.(func(error))(err)
		}
	}
}

// options keep Bleve small and never waiting for ever: one snapshot, few segments, few workers.
func options() map[string]any {
	return map[string]any{
		"bolt_timeout":           lockWait.String(),
		"numSnapshotsToKeep":     1,
		"asyncErrorCallbackName": asyncErrors,
		"scorchMergePlanOptions": map[string]any{"MaxSegmentsPerTier": 5, "SegmentsPerMergeTask": 5},
	}
}

const generationPrefix = "index-"

func newGenerationName() string { return generationPrefix + strings.ToLower(rand.Text()[:12]) }

// shape is how one kind of index analyses what is in it.
type shape struct{ mapping *mapping.IndexMappingImpl }

// articles is the shape of the public index; tickets that of the agents' (tickets.go).
var articles = &shape{theMapping}

// identity says whose documents these are and how they were analysed.
func (s *shape) identity(epoch string) (string, error) {
	m, err := util.MarshalJSON(s.mapping)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(m)
	return hex.EncodeToString(sum[:8]) + " " + epoch, nil
}

func newGeneration(folder string, b bleve.Index, onError func(*generation, error)) *generation {
	g := &generation{folder: folder, bleve: b, failed: make(chan struct{})}
	openOnes.Store(filepath.Join(folder, "store"), func(err error) { onError(g, err) })
	return g
}

// create makes an empty index.
func create(folder string, s *shape, onError func(*generation, error)) (g *generation, err error) {
	workers()
	err = guard(func() error {
		b, err := bleve.NewUsing(folder, s.mapping, scorch.Name, scorch.Name, options())
		if err != nil {
			return err
		}
		g = newGeneration(folder, b, onError)
		return nil
	})
	return g, err
}

// load opens an index that was made for this epoch by this version, after reading all of it. ErrLocked when
// another process has it; any other error means it must be made again.
func load(folder, epoch string, s *shape, onError func(*generation, error)) (g *generation, err error) {
	workers()
	want, err := s.identity(epoch)
	if err != nil {
		return nil, err
	}
	err = guard(func() error {
		if err := verify(folder); err != nil {
			return err
		}
		b, err := bleve.OpenUsing(folder, options())
		if err != nil {
			return err
		}
		g = newGeneration(folder, b, onError)
		if have, _ := g.get(keyIdentity); have != want {
			return errors.New("made for another database or by another version")
		}
		if _, ok := g.get(keyPosition); !ok {
			return fmt.Errorf("%w: no position", errCorrupt)
		}
		mapping, err := b.GetInternal(util.MappingInternalKey)
		if err != nil {
			return err
		}
		if expected, _ := util.MarshalJSON(s.mapping); string(mapping) != string(expected) {
			return fmt.Errorf("%w: mapping", errCorrupt)
		}
		_, err = b.DocCount()
		return err
	})
	if err == nil {
		return g, nil
	}
	if g != nil {
		g.close()
	}
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, ErrLocked
	}
	return nil, err
}

// get reads a sealed value; false when it is missing or damaged.
func (g *generation) get(key []byte) (value string, ok bool) {
	err := guard(func() error {
		stored, err := g.bleve.GetInternal(key)
		if err == nil {
			value, ok = unseal(stored)
		}
		return err
	})
	return value, ok && err == nil
}

// commit applies a batch and returns when it is on the disk. It does not return early: a batch still under way
// could overtake the next one.
func (g *generation) commit(b *bleve.Batch) error {
	done := make(chan error, 1)
	go func() { done <- guard(func() error { return g.bleve.Batch(b) }) }()
	select {
	case err := <-done:
		return err
	case <-g.failed:
		return errPanic
	}
}

// fail marks it broken, once; true the first time.
func (g *generation) fail() bool {
	if g.broken.Swap(true) {
		return false
	}
	close(g.failed)
	return true
}

// close waits for running queries, but not for ever: the goroutines of a broken index may be gone.
func (g *generation) close() {
	done := make(chan error, 1)
	go func() { done <- guard(g.bleve.Close) }()
	select {
	case err := <-done:
		if err == nil && !g.broken.Load() {
			_ = writeSeal(g.folder)
		}
	case <-time.After(5 * time.Second):
	}
	openOnes.Delete(filepath.Join(g.folder, "store"))
}

// discard closes and deletes.
func (g *generation) discard() {
	g.close()
	_ = os.RemoveAll(g.folder)
}
