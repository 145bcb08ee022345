package handlers

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"

	"github.com/gofiber/fiber/v2"

	"lodge/views"
)

// headerCSRF carries the token of requests made by a script; htmx sends it by hx-headers.
const headerCSRF = "X-CSRF-Token"

// token is what forms of this session must carry, besides coming from our own pages: bound
// to the session's id, so that another session's is worth nothing (A85). It is masked with
// fresh randomness each time, so that compressing a page that also holds somebody's words
// tells nothing about it.
func (v *visit) token() string {
	if v.session.ID == "" {
		return ""
	}
	mac := v.mac()
	masked := make([]byte, 2*len(mac))
	_, _ = rand.Read(masked[:len(mac)])
	subtle.XORBytes(masked[len(mac):], masked[:len(mac)], mac)
	return base64.RawURLEncoding.EncodeToString(masked)
}

// holds says whether a token is this session's.
func (v *visit) holds(token string) bool {
	masked, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || v.session.ID == "" || len(masked) != 2*sha256.Size {
		return false
	}
	mac := make([]byte, sha256.Size)
	subtle.XORBytes(mac, masked[:sha256.Size], masked[sha256.Size:])
	return hmac.Equal(mac, v.mac())
}

func (v *visit) mac() []byte {
	mac := hmac.New(sha256.New, v.store.csrfKey)
	mac.Write([]byte(v.session.ID))
	return mac.Sum(nil)
}

// checked says whether a request carries the session's token, in its header or its form.
func (v *visit) checked(c *fiber.Ctx, posted values) bool {
	return v.holds(string(c.Request().Header.Peek(headerCSRF))) || v.holds(posted.first(views.FieldCSRF))
}

func unsafeMethod(method string) bool {
	switch method {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return false
	}
	return true
}
