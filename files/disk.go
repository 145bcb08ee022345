package files

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"
)

// sniffed is how many leading bytes decide the type; office formats show themselves late.
const sniffed = 4096

// keyLength is the length of a key: 130 random bits in base 32.
const keyLength = 26

// Disk is a Store in a folder of the local disk: drafts in drafts/, kept bytes in kept/ab/<key>.
// No name that a user chose ever becomes a path (A42).
type Disk struct {
	dir string
	// The three steps whose order makes Keep safe; tests watch them.
	sync    func(*os.File) error
	rename  func(from, to string) error
	syncDir func(dir string) error
}

// OpenDisk opens the folder and creates it when missing. Only the owner may read in it.
func OpenDisk(dir string) (*Disk, error) {
	d := &Disk{dir: dir, sync: (*os.File).Sync, rename: os.Rename, syncDir: syncDir}
	for _, sub := range []string{d.drafts(), d.kept()} {
		if err := os.MkdirAll(sub, 0o700); err != nil {
			return nil, fmt.Errorf("files: %w", err)
		}
	}
	return d, nil
}

func (d *Disk) drafts() string { return filepath.Join(d.dir, "drafts") }
func (d *Disk) kept() string   { return filepath.Join(d.dir, "kept") }

// place is the path of a key; false for anything that Keep could not have made.
func (d *Disk) place(key string) (string, bool) {
	if !validKey(key) {
		return "", false
	}
	return filepath.Join(d.kept(), key[:2], key), true
}

// validKey admits exactly the alphabet of newKey, so that no key can name another place (A43).
func validKey(key string) bool {
	if len(key) != keyLength {
		return false
	}
	for i := 0; i < len(key); i++ {
		if c := key[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// newKey is lower case, because some file systems see no difference.
func newKey() string { return strings.ToLower(rand.Text()) }

// Receive implements Store.
func (d *Disk) Receive(ctx context.Context, r io.Reader, limit int64) (_ *Draft, err error) {
	f, err := os.CreateTemp(d.drafts(), "draft-*")
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("files: %w", cerr)
		}
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()

	sum := sha256.New()
	head := make([]byte, 0, sniffed)
	buf := make([]byte, 32<<10)
	var size int64
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, rerr := r.Read(buf)
		if size += int64(n); size > limit {
			return nil, ErrTooLarge
		}
		chunk := buf[:n]
		if missing := sniffed - len(head); missing > 0 {
			head = append(head, chunk[:min(missing, n)]...)
		}
		sum.Write(chunk)
		if _, err := f.Write(chunk); err != nil {
			return nil, fmt.Errorf("files: %w", err)
		}
		if rerr == io.EOF {
			break
		}
		if rerr != nil {
			return nil, fmt.Errorf("files: reading: %w", rerr)
		}
	}
	return &Draft{Size: size, SHA256: sum.Sum(nil), Type: sniff(head), path: f.Name()}, nil
}

// sniff names the type by content, without parameters.
func sniff(head []byte) string {
	kind, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	return kind
}

// Keep implements Store. The name appears only after the bytes are on the disk, and it has itself reached
// the disk when Keep returns: a power cut at any point leaves all of the file under its key, or no key.
func (d *Disk) Keep(ctx context.Context, draft *Draft) (string, error) {
	draft.mu.Lock()
	defer draft.mu.Unlock()
	if draft.done {
		return "", ErrSpent
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	key := newKey()
	path, _ := d.place(key)
	if err := d.flush(draft.path); err != nil {
		return "", fmt.Errorf("files: %w", err)
	}
	shard := filepath.Dir(path)
	if err := os.Mkdir(shard, 0o700); err == nil {
		if err := d.syncDir(d.kept()); err != nil {
			return "", fmt.Errorf("files: %w", err)
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("files: %w", err)
	}
	if err := d.rename(draft.path, path); err != nil {
		return "", fmt.Errorf("files: %w", err)
	}
	draft.path, draft.done = path, true
	if err := d.syncDir(shard); err != nil {
		return "", fmt.Errorf("files: %w", err)
	}
	return key, nil
}

// flush brings a file to the disk and makes it young: its age for Sweep counts from Keep, not from upload.
func (d *Disk) flush(path string) error {
	now := time.Now()
	if err := os.Chtimes(path, now, now); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := d.sync(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// syncDir makes a new name in a folder survive a power cut. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// Open implements Store.
func (d *Disk) Open(ctx context.Context, key string) (*Reader, error) {
	path, ok := d.place(key)
	if !ok {
		return nil, ErrNotFound
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		_ = f.Close()
		return nil, ErrNotFound
	}
	return &Reader{ReadSeekCloser: f, size: info.Size()}, nil
}

// Remove implements Store.
func (d *Disk) Remove(ctx context.Context, key string) error {
	path, ok := d.place(key)
	if !ok {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("files: %w", err)
	}
	return nil
}
