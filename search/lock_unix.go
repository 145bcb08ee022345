//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package search

import (
	"os"
	"syscall"
)

// tryLock takes the lock file for this process; the system gives it back however the process ends, so a file
// left behind locks nobody out. held when another has it.
func tryLock(path string) (lock *os.File, held bool, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, false, nil
	}
	_ = f.Close()
	if err == syscall.EWOULDBLOCK || err == syscall.EINTR {
		return nil, true, nil
	}
	return nil, false, err
}
