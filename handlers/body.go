package handlers

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// A body that nobody has read stays in the connection and would be run as the next
// request. So every body is either read to its end or the connection is closed, whatever
// the handler does: admit reads ordinary bodies before it, guard looks after what is left
// behind it. Nothing a route does or forgets can escape the two.

const (
	// ordinaryBody is the cap of every route that does not take files, in bytes. Texts of
	// 256 KiB are up to three times as long in a URL-encoded form.
	ordinaryBody = 1 << 20
	// discardBody is how much of a refused body is read away, so that the refusal can be
	// read instead of a broken connection. Browsers only look at the answer after sending.
	discardBody = 32 << 20
	discardTime = 20 * time.Second
	// uploadTime bounds an upload that always trickles.
	uploadTime = 15 * time.Minute
)

var (
	errBodyTooLarge = fiber.ErrRequestEntityTooLarge
	errBodyCut      = fiber.NewError(fiber.StatusBadRequest, "the body ended early")
	errBodyEncoded  = fiber.ErrUnsupportedMediaType
	// errCeiling is what a bodyReader gives at the ceiling of the moment.
	errCeiling = errors.New("handlers: body over its limit")
)

// uploadRoute is a route that reads its body itself, through readForm.
type uploadRoute struct {
	method   string
	segments []string
}

// postUpload registers a POST route whose form may carry files. path is whole, from the
// root. Its handler must read the body with readForm, which holds it to its limits.
func (h *Handlers) postUpload(r fiber.Router, path string, handler fiber.Handler) {
	h.uploads = append(h.uploads, uploadRoute{fiber.MethodPost, strings.Split(path, "/")})
	r.Post(path, handler)
}

// takesUpload says whether a request's route reads its body itself.
func (h *Handlers) takesUpload(method, path string) bool {
	if method != fiber.MethodPost {
		return false
	}
	for _, route := range h.uploads {
		if route.match(path) {
			return true
		}
	}
	return false
}

func (u uploadRoute) match(path string) bool {
	for i, want := range u.segments {
		segment, rest, more := strings.Cut(path, "/")
		if want != segment && !(strings.HasPrefix(want, ":") && segment != "") {
			return false
		}
		if !more {
			return i == len(u.segments)-1
		}
		path = rest
	}
	return path == ""
}

// guard stands around every request, those without a route or with an unknown method
// included. It refuses heads that two servers could read in two ways, and makes sure
// that no byte of a body is left behind the answer.
func (h *Handlers) guard(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if ambiguous(ctx.Request.Header.RawHeaders()) {
			ctx.Response.SetConnectionClose()
			h.plain(ctx, fiber.StatusBadRequest)
			return
		}
		next(ctx)
		if ctx.Request.IsBodyStream() && !discard(ctx) {
			ctx.Response.SetConnectionClose()
		}
	}
}

// ambiguous finds heads whose body's end is a matter of opinion (RFC 9112, 6.3): two
// lengths, a length beside chunks, a coding other than chunked, folded lines.
func ambiguous(head []byte) bool {
	lengths, codings := 0, 0
	for len(head) > 0 {
		line := head
		if end := bytes.IndexByte(head, '\n'); end >= 0 {
			line, head = head[:end], head[end+1:]
		} else {
			head = nil
		}
		if len(line) == 0 {
			continue
		}
		switch line[0] | 0x20 {
		case ' ', '\t' | 0x20:
			if len(bytes.TrimSpace(line)) > 0 {
				return true
			}
		case 'c':
			if named(line, "content-length:") {
				lengths++
			}
		case 't':
			if named(line, "transfer-encoding:") {
				codings++
				if !strings.EqualFold(string(bytes.TrimSpace(line[len("transfer-encoding:"):])), "chunked") {
					return true
				}
			}
		}
	}
	return lengths+codings > 1
}

func named(line []byte, name string) bool {
	return len(line) >= len(name) && strings.EqualFold(string(line[:len(name)]), name)
}

// admit reads an ordinary body, up to its cap, before the handler runs.
func (h *Handlers) admit(c *fiber.Ctx) error {
	request := &c.Context().Request
	if !request.IsBodyStream() {
		return nil
	}
	length := request.Header.ContentLength()
	if length == 0 {
		return request.CloseBodyStream()
	}
	if len(request.Header.ContentEncoding()) > 0 {
		// Nothing here reads compressed bodies, and a small one may unpack to a huge one.
		return errBodyEncoded
	}
	if h.takesUpload(c.Method(), c.Path()) {
		return nil
	}
	if length > ordinaryBody {
		return errBodyTooLarge
	}
	body := newBodyReader(c)
	body.ceiling = ordinaryBody + 1
	buffer, err := io.ReadAll(body)
	switch {
	case len(buffer) > ordinaryBody || errors.Is(err, errCeiling):
		return errBodyTooLarge
	case err != nil:
		c.Context().Response.SetConnectionClose()
		return errBodyCut
	}
	request.SetBodyRaw(buffer)
	return nil
}

// bodyReader reads a request's body as it arrives. It stops at its ceiling, which the
// reader of a form moves as it goes along, tells a body that was cut off from one that
// ended, and lets go of the stream at its end, so that nothing reads into the next request.
type bodyReader struct {
	ctx           *fasthttp.RequestCtx
	source        io.Reader
	length        int64 // as announced; -1 for chunks
	read, ceiling int64
	done          error // sticky: io.EOF or what went wrong
	began, renew  time.Time
}

// newBodyReader reads the stream of a request, or its body when admit has read that.
func newBodyReader(c *fiber.Ctx) *bodyReader {
	ctx := c.Context()
	b := &bodyReader{ctx: ctx, length: -1, began: time.Now()}
	if ctx.Request.IsBodyStream() {
		b.source, b.length = ctx.RequestBodyStream(), int64(ctx.Request.Header.ContentLength())
		return b
	}
	body := ctx.Request.Body()
	b.source, b.length = bytes.NewReader(body), int64(len(body))
	return b
}

// allow lets n more bytes pass from here.
func (b *bodyReader) allow(n int64) { b.ceiling = b.read + n }

func (b *bodyReader) Read(p []byte) (int, error) {
	if b.done != nil {
		return 0, b.done
	}
	if left := b.ceiling - b.read; left <= 0 {
		return 0, errCeiling
	} else if int64(len(p)) > left {
		p = p[:left]
	}
	if now := time.Now(); now.After(b.renew) {
		b.renew = now.Add(time.Second)
		_ = b.ctx.Conn().SetReadDeadline(earlier(now.Add(readTimeout), b.began.Add(uploadTime)))
	}
	n, err := b.source.Read(p)
	b.read += int64(n)
	if err == nil {
		return n, nil
	}
	// The server's stream says EOF, too, when the other side hangs up halfway.
	if err == io.EOF && b.length >= 0 && b.read < b.length {
		err = io.ErrUnexpectedEOF
	}
	b.done = err
	if b.ctx.Request.IsBodyStream() {
		if err != io.EOF {
			b.ctx.Response.SetConnectionClose()
		}
		_ = b.ctx.Request.CloseBodyStream()
	}
	return n, err
}

// broken says that the rest of the body will never come.
func (b *bodyReader) broken() bool { return b.done != nil && b.done != io.EOF }

// finish reads away what a form left, up to a cap; over that the connection is closed.
func (b *bodyReader) finish() {
	if b.done != nil {
		return
	}
	b.allow(discardBody)
	b.began = time.Now().Add(discardTime - uploadTime)
	if _, err := io.Copy(io.Discard, b); err != nil {
		b.ctx.Response.SetConnectionClose()
		_ = b.ctx.Request.CloseBodyStream()
		b.done = err
	}
}

// discard reads away a body that no handler wanted, and says whether its end was reached.
func discard(ctx *fasthttp.RequestCtx) bool {
	length := ctx.Request.Header.ContentLength()
	if ctx.Response.Header.ConnectionClose() || length > discardBody {
		return false
	}
	_ = ctx.Conn().SetReadDeadline(time.Now().Add(discardTime))
	n, err := io.Copy(io.Discard, io.LimitReader(ctx.RequestBodyStream(), discardBody))
	if err != nil || n == discardBody || (length > 0 && n < int64(length)) {
		return false
	}
	return ctx.Request.CloseBodyStream() == nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
