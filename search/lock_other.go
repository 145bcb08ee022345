//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd && !windows

package search

import "os"

// tryLock only opens the file: here the index's own lock has to do.
func tryLock(path string) (lock *os.File, held bool, err error) {
	lock, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	return lock, false, err
}
