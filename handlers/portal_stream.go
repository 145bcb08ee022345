package handlers

import (
	"bufio"
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
)

const (
	// maxStreams is how many pages one process keeps on the line; all others poll.
	maxStreams = 2000
	// heartbeat is how often a quiet stream says that it lives. Without it nobody would
	// notice that the other side is gone.
	heartbeat = 20 * time.Second
	// streamPatience is how long a reader may take nothing before it is dropped.
	streamPatience = 10 * time.Second
	// streamLife ends a stream so that revoked links do not listen for ever; browsers come
	// again by themselves.
	streamLife = 30 * time.Minute
)

// stream tells a thread page that something changed, within a second (PT-5). It never
// says what: the page asks for that with its own cursor.
func (h *Handlers) stream(c *fiber.Ctx) error { return h.byLink(c).stream(c) }

func (k *talk) stream(c *fiber.Ctx) error {
	ctx, cancel := context.WithCancel(context.Background())
	changed, leave, err := k.with.Watch(ctx)
	if err != nil {
		cancel()
		return err
	}
	return k.live(c, changed, func() { leave(); cancel() })
}

// live keeps a connection open and writes a "changed" event for every value of changed,
// until the reader goes, changed is closed, or the process stops. leave is called once,
// at the end. Over the number of streams one process keeps it answers 204, which browsers
// take as "do not come again"; their timer still asks.
func (h *Handlers) live(c *fiber.Ctx, changed <-chan struct{}, leave func()) error {
	if c.Method() == fiber.MethodHead || h.streams.Add(1) > maxStreams {
		if c.Method() != fiber.MethodHead {
			h.streams.Add(-1)
		}
		leave()
		c.Status(fiber.StatusNoContent)
		return nil
	}
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set(fiber.HeaderCacheControl, "no-store, no-transform")
	c.Set("X-Accel-Buffering", "no") // proxies would hold events back
	conn, stop := c.Context().Conn(), h.Stop
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer h.streams.Add(-1)
		defer leave()
		send := func(text string) bool {
			_ = conn.SetWriteDeadline(time.Now().Add(streamPatience))
			_, err := w.WriteString(text)
			return err == nil && w.Flush() == nil
		}
		beat := time.NewTicker(heartbeat)
		defer beat.Stop()
		end := time.NewTimer(streamLife)
		defer end.Stop()
		if !send("retry: 5000\n\n") {
			return
		}
		for {
			text := ": \n\n"
			select {
			case <-stop:
				return
			case <-end.C:
				return
			case _, open := <-changed:
				if !open {
					return
				}
				text = "event: changed\ndata: 1\n\n"
			case <-beat.C:
			}
			if !send(text) {
				return
			}
		}
	})
	return nil
}
