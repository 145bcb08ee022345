package sample

import (
	"sync"
	"time"
)

// Clock is a clock that can be set, so that a desk filled in seconds has tickets of weeks.
// Hand its Now to desk.Options; the zero Clock shows the real time.
type Clock struct {
	mu    sync.Mutex
	fixed time.Time
}

// Now is the time it was set to, or the real one.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fixed.IsZero() {
		return time.Now()
	}
	return c.fixed
}

// Set stops the clock at a moment.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fixed = t
}

// Release lets it show the real time again.
func (c *Clock) Release() { c.Set(time.Time{}) }
