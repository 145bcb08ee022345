package secret

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// FileName is the key's name inside the data folder: base64 text, mode 0600.
const FileName = "secret.key"

// Load reads the key from dir and makes it when there is none. Several
// processes starting at once end up with the same key. A damaged file is an
// error and is never replaced: making a new key would kill every link.
func Load(dir string) (*Keys, error) {
	path := filepath.Join(dir, FileName)
	key, err := readKey(path)
	fresh := false
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("the data folder cannot be made: %w", err)
		}
		if fresh, err = createKey(dir, path); err != nil {
			return nil, fmt.Errorf("the secret key cannot be stored: %w", err)
		}
		key, err = readKey(path)
	}
	if err != nil {
		return nil, err
	}
	k, err := FromBytes(key)
	if err != nil {
		return nil, err
	}
	k.fresh = fresh
	return k, nil
}

func readKey(path string) ([]byte, error) {
	var last error
	// Only a file system without hard links can show a half-written key, and
	// only for an instant: see createKey.
	for range 20 {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("the secret key cannot be read: %w", err)
		}
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(raw)))
		if err == nil && len(key) == KeySize {
			return key, nil
		}
		last = fmt.Errorf("the secret key in %s is damaged: restore it from a backup", FileName)
		if len(raw) >= base64.StdEncoding.EncodedLen(KeySize) {
			return nil, last
		}
		time.Sleep(25 * time.Millisecond)
	}
	return nil, last
}

// createKey writes a new key beside its place, flushes it, and links it in:
// linking fails when the name exists, so the first process wins and a crash
// leaves a whole key or none. It reports whether this key won.
func createKey(dir, path string) (bool, error) {
	raw := make([]byte, KeySize)
	rand.Read(raw)
	line := base64.StdEncoding.EncodeToString(raw) + "\n"

	temp, err := os.CreateTemp(dir, "."+FileName+"-*") // mode 0600
	if err != nil {
		return false, err
	}
	defer os.Remove(temp.Name())
	if err := writeAndSync(temp, line); err != nil {
		return false, err
	}
	err = os.Link(temp.Name(), path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		// No hard links here: take the name exclusively and write into it.
		var file *os.File
		if file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
			err = writeAndSync(file, line)
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, syncDir(dir)
}

func writeAndSync(file *os.File, line string) error {
	_, err := file.WriteString(line)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// syncDir makes the new name durable. Some file systems refuse to flush a
// folder; the key itself is flushed by then.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}
