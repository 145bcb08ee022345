package main

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of times in /proc (proc_pid_stat(5)). It is 10 ms on every
// architecture that Go runs on.
const clockTick = 10 * time.Millisecond

// cpuTime is what a process has used so far in user and kernel mode, to a clock tick.
func cpuTime(pid int) (used time.Duration, known bool) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The second field is the program's name in brackets and may hold anything.
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	if len(fields) < 13 {
		return 0, false
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	kernel, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+kernel) * clockTick, err1 == nil && err2 == nil
}

// memory of a process in bytes: resident, its proportional share of it, and the part that
// is backed by no file.
type memory struct{ resident, proportional, anonymous int64 }

func memoryOf(pid int) (m memory, known bool) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/smaps_rollup")
	if err != nil {
		return m, false
	}
	for line := range strings.Lines(string(raw)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[2] != "kB" {
			continue
		}
		n, _ := strconv.ParseInt(fields[1], 10, 64)
		switch fields[0] {
		case "Rss:":
			m.resident = n << 10
		case "Pss:":
			m.proportional = n << 10
		case "Anonymous:":
			m.anonymous = n << 10
		}
	}
	return m, m.resident > 0
}
