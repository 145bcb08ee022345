// Package files keeps the bytes of attachments and knows what they are: it counts, hashes and sniffs what
// arrives, puts it where a power cut cannot take it, and makes small pictures. It knows nothing of tickets.
//
// The order that keeps rows and bytes together: Receive, then Keep, and only then the row. A crash in between
// leaves bytes without a row, which Sweep removes; it never leaves a row without bytes (PC-5).
package files

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// What can go wrong that a caller answers differently from a fault of the disk.
var (
	// ErrTooLarge: more bytes came than the limit allowed, whatever the sender had declared (PC-6).
	ErrTooLarge = errors.New("files: too large")
	// ErrNotFound: no such key; malformed keys answer alike.
	ErrNotFound = errors.New("files: not found")
	// ErrNoThumbnail: not a picture this package draws, broken, or too big to be worth the memory.
	ErrNoThumbnail = errors.New("files: no thumbnail")
	// ErrSpent: the draft was kept or discarded before.
	ErrSpent = errors.New("files: draft already kept or discarded")
)

// Store is where bytes live.
type Store interface {
	// Receive streams r into a draft. Nothing is kept yet: a draft that is neither kept nor discarded is gone
	// after the next Sweep. ErrTooLarge after limit bytes, and then the draft's bytes are gone already.
	Receive(ctx context.Context, r io.Reader, limit int64) (*Draft, error)
	// Keep makes a draft permanent under a new random key. When it returns, the bytes survive a power cut.
	Keep(ctx context.Context, d *Draft) (key string, err error)
	// Open reads kept bytes. ErrNotFound for unknown and for malformed keys.
	Open(ctx context.Context, key string) (*Reader, error)
	// Remove deletes kept bytes; a key that is gone already is no error.
	Remove(ctx context.Context, key string) error
	// Sweep removes drafts and kept bytes older than olderThan that nobody refers to. live is asked in batches
	// and answers which keys are still in use; when it fails, nothing of that batch is removed.
	// olderThan must exceed the longest time between Keep and the commit of the row that names the key.
	Sweep(ctx context.Context, olderThan time.Duration, live func(ctx context.Context, keys []string) (map[string]bool, error)) (removed int, err error)
}

// Reader reads kept bytes; it can seek, so ranges and thumbnails need no copy. Close it.
type Reader struct {
	io.ReadSeekCloser
	size int64
}

// Size is the number of bytes.
func (r *Reader) Size() int64 { return r.size }

// Draft is what arrived and is not kept yet. Keep it or Discard it.
type Draft struct {
	Size   int64  // bytes that really came
	SHA256 []byte // of all bytes, 32 long
	Type   string // MIME type by content, without parameters; what the browser claimed plays no part (A40)

	mu   sync.Mutex
	path string // of the bytes: the draft's, after Keep the kept file's
	done bool   // kept or discarded
}

// Discard drops the bytes. Calling it again, or after Keep, does nothing, so it can stand in a defer.
func (d *Draft) Discard() {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done {
		return
	}
	d.done = true
	_ = os.Remove(d.path)
	d.path = ""
}

// Open reads the bytes, before Keep as after it. ErrSpent once discarded.
func (d *Draft) Open() (io.ReadSeekCloser, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" {
		return nil, ErrSpent
	}
	return os.Open(d.path)
}
