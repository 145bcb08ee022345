package search

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/blevesearch/bleve/v2/util"
	bolt "go.etcd.io/bbolt"
)

// errPanic marks what was a panic or a memory fault inside the index.
var errPanic = errors.New("search: the index broke")

// errCorrupt marks an index that must be made again.
var errCorrupt = errors.New("search: corrupt index")

// guard turns a panic into errPanic, also the fault that reading a truncated mapped file raises.
func guard(f func() error) (err error) {
	faults := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(faults)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return f()
}

// verify reads everything that the index consists of before Bleve maps it: a damaged file would otherwise give
// wrong answers, or fault in one of Bleve's own goroutines, where nothing can recover it (F18).
// About 10 ms for 10,000 articles.
func verify(folder string) error {
	store := filepath.Join(folder, "store")
	path := filepath.Join(store, "root.bolt")
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() == 0 { // would be taken for a new one
		return fmt.Errorf("%w: empty root", errCorrupt)
	}
	if err := verifySeal(folder, path); err != nil {
		return err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: lockWait})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.View(func(tx *bolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: root cut short", errCorrupt)
		}
		if err := tx.ForEach(func(_ []byte, b *bolt.Bucket) error { return touch(b) }); err != nil {
			return err
		}
		snapshots := tx.Bucket(util.BoltSnapshotsBucket)
		if snapshots == nil {
			return fmt.Errorf("%w: no snapshot", errCorrupt)
		}
		last, _ := snapshots.Cursor().Last()
		snapshot := snapshots.Bucket(last)
		if snapshot == nil {
			return fmt.Errorf("%w: no snapshot", errCorrupt)
		}
		return snapshot.ForEach(func(key, value []byte) error {
			if value != nil || bytes.Equal(key, util.BoltMetaDataKey) || bytes.Equal(key, util.BoltInternalKey) {
				return nil
			}
			name := snapshot.Bucket(key).Get(util.BoltPathKey)
			if len(name) == 0 {
				return fmt.Errorf("%w: nameless segment", errCorrupt)
			}
			return verifySegment(filepath.Join(store, filepath.Base(string(name))))
		})
	})
}

// touch reads every key and value below a bucket.
func touch(b *bolt.Bucket) error {
	return b.ForEach(func(key, value []byte) error {
		crc32.ChecksumIEEE(key)
		if value != nil {
			crc32.ChecksumIEEE(value)
			return nil
		}
		inner := b.Bucket(key)
		if inner == nil {
			return fmt.Errorf("%w: missing bucket", errCorrupt)
		}
		return touch(inner)
	})
}

// verifySegment compares the checksum that ends every segment file; Bleve itself never does.
func verifySegment(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < 4 {
		return fmt.Errorf("%w: segment cut short", errCorrupt)
	}
	sum := crc32.NewIEEE()
	if _, err := io.Copy(sum, io.LimitReader(f, info.Size()-4)); err != nil {
		return err
	}
	var stated uint32
	if err := binary.Read(f, binary.BigEndian, &stated); err != nil {
		return err
	}
	if stated != sum.Sum32() {
		return fmt.Errorf("%w: segment checksum", errCorrupt)
	}
	return nil
}

// The root file has no checksum and changes with every batch. A clean Close writes one beside it, which the
// next Open compares and removes; after a crash there is none, and the structure alone is checked.
const sealName = "root.sha256"

func verifySeal(folder, root string) error {
	path := filepath.Join(folder, sealName)
	stated, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	sum, err := hashFile(root)
	if err != nil {
		return err
	}
	if !bytes.Equal(sum, stated) {
		return fmt.Errorf("%w: root checksum", errCorrupt)
	}
	return os.Remove(path)
}

func writeSeal(folder string) error {
	sum, err := hashFile(filepath.Join(folder, "store", "root.bolt"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, sealName), sum, 0o600)
}

func hashFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return sum.Sum(nil), err
}

// seal and unseal protect the few values that we keep inside the index.
func seal(value string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(value))), value...)
}

func unseal(stored []byte) (string, bool) {
	if len(stored) < 4 || binary.BigEndian.Uint32(stored) != crc32.ChecksumIEEE(stored[4:]) {
		return "", false
	}
	return string(stored[4:]), true
}

// lockWait is how long another process may hold a lock before we give up.
const lockWait = 1500 * time.Millisecond
