package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxReplayed is the largest raw mail that is read, the same as at the doors.
const maxReplayed = 140 << 20

// eachMail calls f with every raw mail of the files and folders, in order. err says that one
// could not be read; f's own error ends it all.
func eachMail(paths []string, f func(file string, raw []byte, err error) error) error {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err == nil && !info.IsDir() {
			if err := mailsIn(path, f); err != nil {
				return err
			}
			continue
		}
		if err == nil {
			err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
				hidden := strings.HasPrefix(entry.Name(), ".") && name != path
				switch {
				case err != nil:
					return f(name, nil, err)
				case entry.IsDir() && hidden:
					return fs.SkipDir
				case hidden || !entry.Type().IsRegular() || !mailFile(name):
					return nil
				}
				return mailsIn(name, f)
			})
			if err != nil {
				return err
			}
			continue
		}
		if err := f(path, nil, err); err != nil {
			return err
		}
	}
	return nil
}

// mailFile says whether a file of a folder is a mail: by its name, or by how it begins.
func mailFile(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".eml", ".mbox", ".mbx":
		return true
	}
	file, err := os.Open(name)
	if err != nil {
		return true // said when it is read
	}
	defer file.Close()
	head := make([]byte, 1024)
	n, _ := io.ReadFull(file, head)
	return looksLikeMail(head[:n])
}

// mailsIn reads one file: a mail, or a mailbox whose mails are named by their place in it.
func mailsIn(name string, f func(file string, raw []byte, err error) error) error {
	file, err := os.Open(name)
	if err != nil {
		return f(name, nil, err)
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 64<<10)
	if head, _ := r.Peek(5); string(head) == "From " {
		return mailbox(name, r, f)
	}
	raw, err := io.ReadAll(io.LimitReader(r, maxReplayed+1))
	if len(raw) > maxReplayed {
		err = errTooLarge
	}
	return f(name, raw, err)
}

var errTooLarge = errors.New("the mail is larger than any door would take")

// mailbox reads a file in mbox format (RFC 4155): a line of "From " after an empty one begins a
// mail, and such lines of its text are quoted by ">".
func mailbox(name string, r *bufio.Reader, f func(file string, raw []byte, err error) error) error {
	var mail bytes.Buffer
	count, over, empty := 0, false, true
	done := func() error {
		if count == 0 {
			return nil
		}
		file, raw := fmt.Sprintf("%s#%d", name, count), bytes.Clone(mail.Bytes())
		mail.Reset()
		if over {
			over = false
			return f(file, nil, errTooLarge)
		}
		return f(file, raw, nil)
	}
	for {
		line, err := r.ReadSlice('\n')
		whole := err == nil || errors.Is(err, io.EOF)
		if len(line) > 0 {
			if empty && bytes.HasPrefix(line, []byte("From ")) {
				if err := done(); err != nil {
					return err
				}
				count++
				for !whole { // the rest of a very long line
					_, more := r.ReadSlice('\n')
					whole = !errors.Is(more, bufio.ErrBufferFull)
				}
				empty = false
				continue
			}
			empty = len(bytes.TrimRight(line, "\r\n")) == 0
			if quoted := bytes.TrimLeft(line, ">"); len(quoted) < len(line) && bytes.HasPrefix(quoted, []byte("From ")) {
				line = line[1:]
			}
			if over = over || mail.Len()+len(line) > maxReplayed; !over {
				mail.Write(line)
			}
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if !errors.Is(err, io.EOF) {
				return f(name, nil, err)
			}
			return done()
		}
	}
}
