package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/assets"
)

// asset serves a file whose address carries the hash of its content, so browsers may keep
// it for ever. An address with another hash is unknown: nothing stale is kept under it.
func (h *Handlers) asset(c *fiber.Ctx) error {
	a, ok := assets.Lookup(c.Path())
	if !ok {
		return fiber.ErrNotFound
	}
	header := &c.Context().Response.Header
	header.Del("X-Robots-Tag")
	header.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	header.Set(fiber.HeaderContentType, a.Type)
	c.Vary(fiber.HeaderAcceptEncoding)
	body, tag := a.Body, a.ETag
	switch accepted := c.Get(fiber.HeaderAcceptEncoding); {
	case a.Brotli != nil && accepts(accepted, "br"):
		body, tag = a.Brotli, variant(a.ETag, "br")
		header.Set(fiber.HeaderContentEncoding, "br")
	case a.Gzip != nil && accepts(accepted, "gzip"):
		body, tag = a.Gzip, variant(a.ETag, "gz")
		header.Set(fiber.HeaderContentEncoding, "gzip")
	}
	header.Set(fiber.HeaderETag, tag)
	if c.Get(fiber.HeaderIfNoneMatch) == tag {
		header.Del(fiber.HeaderContentEncoding)
		return c.Status(fiber.StatusNotModified).Send(nil)
	}
	c.Context().Response.SetBodyRaw(body)
	return nil
}

// variant names the packed form of an asset; two forms must not share a strong validator.
func variant(tag, form string) string { return strings.TrimSuffix(tag, `"`) + "-" + form + `"` }

// accepts looks for a coding in Accept-Encoding (RFC 9110, 12.5.3). A weight of zero
// refuses it.
func accepts(header, coding string) bool {
	for _, entry := range strings.Split(header, ",") {
		name, weight, _ := strings.Cut(entry, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, _ := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(weight), " ", ""), "q=")
		return strings.Trim(q, "0.") != "" || q == ""
	}
	return false
}

// favicon is where browsers look by themselves.
func (h *Handlers) favicon(c *fiber.Ctx) error {
	return c.Redirect(assets.URL("favicon.svg"), fiber.StatusFound)
}
