package handlers

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"lodge/desk"
	"lodge/models"
)

// This is the only file that knows gorilla/sessions, which knows net/http only: a bridge
// of a few lines carries the Cookie header over and the Set-Cookie lines back.

const (
	// sessionIdle ends a session that nobody uses, sessionLife any (CP-1).
	sessionIdle = 12 * time.Hour
	sessionLife = 14 * 24 * time.Hour
	// longestSession is what a setting may make of sessionLife.
	longestSession = 366 * 24 * time.Hour
	// sessionTouch is how often a session that is only read is written, to move its end.
	sessionTouch = 5 * time.Minute
)

// The kinds of sessions. Customers and agents never share one.
const (
	sessionAgent    = "agent"
	sessionCustomer = models.SessionCustomer
)

// The values of a gorilla session.
const (
	valueSubject = "subject" // int64: who is signed in
	valueCreated = "created" // models.Stamp
	valueSeen    = "seen"    // models.Stamp
	valueNotes   = "notes"   // sessionNotes
)

// sessionStore is a gorilla store over the desk's session rows. The cookie holds a signed
// and encrypted random id; the row is found by the SHA-256 of it, so that a stolen
// database opens nothing (A78). A visitor who is not signed in has an id and no row: a
// visit to the sign-in page costs no writing.
type sessionStore struct {
	desk    *desk.Desk
	kind    string
	cookie  string
	codec   *securecookie.SecureCookie
	options sessions.Options
	csrfKey []byte
	// lasts is how long a session lasts unused, and at most.
	lasts func(context.Context) (idle, life time.Duration, err error)
}

// newSessionStore makes the store of one kind. secure says that people reach us by https;
// only then can the cookie be bound to this very host (A93).
func newSessionStore(d *desk.Desk, kind string, secure bool) *sessionStore {
	hash, block := d.SessionKeys()
	s := &sessionStore{desk: d, kind: kind, cookie: "lodge_" + kind, lasts: agentSession}
	if kind == sessionCustomer {
		s.lasts = d.CustomerSession
	}
	if secure {
		s.cookie = "__Host-" + s.cookie
	}
	s.codec = securecookie.New(hash, block).MaxAge(int(longestSession / time.Second)).SetSerializer(securecookie.JSONEncoder{})
	// gorilla's own defaults would let scripts read the cookie and other sites send it.
	s.options = sessions.Options{Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
	mac := hmac.New(sha256.New, hash)
	mac.Write([]byte("csrf " + kind))
	s.csrfKey = mac.Sum(nil)
	return s
}

var _ sessions.Store = (*sessionStore)(nil)

// Get gives the session of a request, read once.
func (s *sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session of a request. A cookie that is missing, forged or too old is a
// visitor without one, never an error.
func (s *sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	options := s.options
	session.Options, session.IsNew = &options, true
	cookie, err := r.Cookie(name)
	if err != nil {
		return session, nil
	}
	var id string
	if s.codec.Decode(name, cookie.Value, &id) != nil || id == "" {
		return session, nil
	}
	session.ID = id
	row, err := s.desk.LoadSession(r.Context(), s.kind, hashID(id))
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return session, nil
	}
	if err != nil {
		return session, err
	}
	session.IsNew = false
	session.Values[valueSubject], session.Values[valueCreated], session.Values[valueSeen] = row.SubjectID, row.CreatedAt, row.SeenAt
	session.Values[valueNotes] = readSessionNotes(row.Data)
	return session, nil
}

// Save writes the row of a session that somebody is signed in to, and the cookie. With
// MaxAge below 0 both end.
func (s *sessionStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		if session.ID != "" {
			if err := s.desk.EndSession(r.Context(), hashID(session.ID)); err != nil {
				return err
			}
		}
		http.SetCookie(w, sessions.NewCookie(s.cookie, "", session.Options))
		return nil
	}
	if session.ID == "" {
		session.ID = rand.Text()
	}
	if subject, _ := session.Values[valueSubject].(int64); subject != 0 {
		now := s.desk.Now()
		created, _ := session.Values[valueCreated].(models.Stamp)
		idle, life, err := s.lasts(r.Context())
		if err != nil {
			return err
		}
		row := &models.Session{Hash: hashID(session.ID), Kind: s.kind, SubjectID: subject, Data: notesOf(session).String(), CreatedAt: created, SeenAt: models.At(now),
			ExpiresAt: ends(created, now, idle, life)}
		if err := s.desk.SaveSession(r.Context(), row); err != nil {
			return err
		}
	}
	value, err := s.codec.Encode(s.cookie, session.ID)
	if err != nil {
		return err
	}
	http.SetCookie(w, sessions.NewCookie(s.cookie, value, session.Options))
	return nil
}

func hashID(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:]
}

// visit is the session of one request.
type visit struct {
	store   *sessionStore
	request *http.Request
	session *sessions.Session
}

// open reads the session of a request.
func (s *sessionStore) open(c *fiber.Ctx) (*visit, error) {
	r := (&http.Request{Header: http.Header{}}).WithContext(c.UserContext())
	if cookies := c.Request().Header.Peek(fiber.HeaderCookie); len(cookies) > 0 {
		r.Header.Set("Cookie", strings.Clone(string(cookies)))
	}
	session, err := s.Get(r, s.cookie)
	return &visit{s, r, session}, err
}

// subject is who is signed in, or 0.
func (v *visit) subject() int64 {
	id, _ := v.session.Values[valueSubject].(int64)
	return id
}

// keep gives a stranger an id to bind a form to, and moves the end of a session in use;
// most requests write nothing.
func (v *visit) keep(c *fiber.Ctx) error {
	if v.subject() == 0 {
		if v.session.ID != "" {
			return nil
		}
		return v.save(c)
	}
	now := v.store.desk.Now()
	seen, _ := v.session.Values[valueSeen].(models.Stamp)
	if now.Sub(seen.Time()) < sessionTouch {
		return nil
	}
	idle, life, err := v.store.lasts(c.UserContext())
	if err != nil {
		return err
	}
	created, _ := v.session.Values[valueCreated].(models.Stamp)
	return v.store.desk.TouchSession(c.UserContext(), hashID(v.session.ID), ends(created, now, idle, life).Time())
}

// ends is when a session in use now is over.
func ends(created models.Stamp, now time.Time, idle, life time.Duration) models.Stamp {
	return min(models.At(now.Add(idle)), created.Add(life))
}

func agentSession(context.Context) (idle, life time.Duration, err error) {
	return sessionIdle, sessionLife, nil
}

// signIn begins a session under an id that nobody has known before; the old one is dead (A77).
func (v *visit) signIn(c *fiber.Ctx, subject int64) error { return v.signInBy(c, subject, "") }

// signInBy is signIn for a customer; method is one of desk.ByPassword ….
func (v *visit) signInBy(c *fiber.Ctx, subject int64, method string) error {
	if v.session.ID != "" {
		if err := v.store.desk.EndSession(c.UserContext(), hashID(v.session.ID)); err != nil {
			return err
		}
	}
	v.session.ID = ""
	v.session.Values[valueSubject], v.session.Values[valueCreated] = subject, models.At(v.store.desk.Now())
	v.session.Values[valueNotes] = sessionNotes{Device: device(c.Get(fiber.HeaderUserAgent)), Method: method}
	return v.save(c)
}

// method is how the session was signed in; empty for agents'.
func (v *visit) method() string { return notesOf(v.session).Method }

func notesOf(session *sessions.Session) sessionNotes {
	n, _ := session.Values[valueNotes].(sessionNotes)
	return n
}

// end ends the session on our side, not only in the browser (A94).
func (v *visit) end(c *fiber.Ctx) error {
	v.session.Options.MaxAge = -1
	return v.save(c)
}

func (v *visit) save(c *fiber.Ctx) error {
	w := cookieWriter{}
	if err := v.session.Save(v.request, w); err != nil {
		return err
	}
	for _, line := range http.Header(w).Values("Set-Cookie") {
		// Add, because Set would drop other cookies of this answer.
		c.Response().Header.Add(fiber.HeaderSetCookie, line)
	}
	return nil
}

// cookieWriter takes what gorilla writes to an answer: headers and nothing else.
type cookieWriter http.Header

func (w cookieWriter) Header() http.Header         { return http.Header(w) }
func (w cookieWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w cookieWriter) WriteHeader(int)             {}
