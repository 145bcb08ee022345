package handlers

import (
	"io"
	"mime"
	"net"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
)

// filePolicy is for what strangers made: even opened as a page of its own it can run
// nothing, load nothing, and has no origin.
const filePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// threadFile sends a file of the thread where the project lets it be opened there (PT-11).
func (h *Handlers) threadFile(c *fiber.Ctx) error { return h.byLink(c).file(c, false) }

// threadThumb sends the small picture of an image.
func (h *Handlers) threadThumb(c *fiber.Ctx) error { return h.byLink(c).file(c, true) }

func (k *talk) file(c *fiber.Ctx, thumb bool) error {
	content, err := k.with.File(c.UserContext(), c.Params("pid"), thumb)
	if err != nil {
		return err
	}
	return k.sendFile(c, content)
}

// sendFile sends a file's bytes. Only what the desk calls inline is shown, everything
// else is a download whatever it claims to be; nosniff and the sandbox hold in any case.
func (h *Handlers) sendFile(c *fiber.Ctx, content *desk.Content) error {
	kind := content.Type
	if kind == "" {
		kind = fiber.MIMEOctetStream
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentSecurityPolicy, filePolicy)
	c.Set(fiber.HeaderContentDisposition, disposition(content.Inline, content.Name))
	c.Context().SetBodyStream(&pacedFile{content.Body, c.Context().Conn()}, int(content.Size))
	return nil
}

// disposition names a file for the browser (RFC 6266): plain for old ones, and in full by
// RFC 8187 where the name is not plain.
func disposition(inline bool, name string) string {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	name = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r == '/' || r == '\\' {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if value := mime.FormatMediaType(kind, map[string]string{"filename": name}); value != "" {
		return value
	}
	return kind
}

// pacedFile lets a slow reader take its time, as long as it takes anything at all: every
// piece renews the deadline of the connection.
type pacedFile struct {
	io.ReadSeekCloser
	conn net.Conn
}

func (p *pacedFile) Read(b []byte) (int, error) {
	_ = p.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	return p.ReadSeekCloser.Read(b)
}
