package handlers

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// setPreferences keeps a visitor's language and scheme in cookies and leads back.
func (h *Handlers) setPreferences(c *fiber.Ctx) error {
	posted, err := h.readText(c)
	if err != nil {
		return err
	}
	if lang := posted.first("lang"); slices.Contains(h.Locale.Locales(), lang) {
		h.keepChoice(c, cookieLang, lang)
	}
	if theme := posted.first("theme"); slices.Contains([]string{"auto", "light", "dark"}, theme) {
		h.keepChoice(c, cookieTheme, theme)
	}
	return leadTo(c, safeBack(posted.first("back")))
}

// keepChoice sets a cookie for a year. Scripts may read it: the switch of the scheme
// works at once, before the next page.
func (h *Handlers) keepChoice(c *fiber.Ctx, name, value string) {
	c.Cookie(&fiber.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, Secure: h.Secure, SameSite: fiber.CookieSameSiteLaxMode})
}

// safeBack lets only an address of our own through (A89): a path from the root that no
// browser reads as a host.
func safeBack(address string) string {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.ContainsAny(address, "\\") || len(address) > 2048 {
		return "/"
	}
	if strings.IndexFunc(address, func(r rune) bool { return r <= 0x20 || r == 0x7f }) >= 0 {
		return "/"
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") ||
		strings.ContainsAny(u.Path, "\\\t\r\n") {
		return "/"
	}
	return u.RequestURI()
}
