package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
)

// ErrTooLarge says that a mail is larger than it may be.
var ErrTooLarge = errors.New("the mail is too large")

// inMemory is how much of a mail is held in memory; a larger one waits in a temporary file.
const inMemory = 256 << 10

// Spooled is a raw mail that can be read several times: for checking its sender, then for keeping it.
type Spooled struct {
	head []byte
	file *os.File
	size int64
	sum  hash.Hash
}

// Spool reads a raw mail to its end. Larger than limit it is ErrTooLarge. Close it after use.
func Spool(r io.Reader, limit int64) (s *Spooled, err error) {
	s = &Spooled{sum: sha256.New()}
	defer func() {
		if err != nil {
			s.Close()
			s = nil
		}
	}()
	var head bytes.Buffer
	r = io.TeeReader(r, s.sum)
	if s.size, err = io.Copy(&head, io.LimitReader(r, min(inMemory, limit+1))); err != nil {
		return s, err
	}
	s.head = head.Bytes()
	if s.size > limit {
		return s, ErrTooLarge
	}
	if s.size < inMemory {
		return s, nil
	}
	if s.file, err = os.CreateTemp("", "lodge-mail-*"); err != nil {
		return s, err
	}
	// Its name goes at once where the system lets it: nothing is left behind by a kill.
	_ = os.Remove(s.file.Name())
	rest, err := io.Copy(s.file, io.LimitReader(r, limit+1-s.size))
	if s.size += rest; err == nil && s.size > limit {
		err = ErrTooLarge
	}
	return s, err
}

// Size is its length in bytes.
func (s *Spooled) Size() int64 { return s.size }

// SHA256 is the sum of its bytes in hexadecimal: two mails of one sum are one mail.
func (s *Spooled) SHA256() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// Reader reads it from its beginning. Readers do not disturb each other.
func (s *Spooled) Reader() io.Reader {
	if s.file == nil {
		return bytes.NewReader(s.head)
	}
	return io.MultiReader(bytes.NewReader(s.head), io.NewSectionReader(s.file, 0, s.size-int64(len(s.head))))
}

// Close forgets it.
func (s *Spooled) Close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}
