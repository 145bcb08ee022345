package jobs

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"

	"lodge/desk"
	"lodge/files"
	"lodge/internal/testmail"
	"lodge/models"
)

// box gives the house's project a mailbox that is read from a server.
func (h *house) box(s *testmail.IMAP, change func(*models.Mailbox)) *models.Mailbox {
	h.t.Helper()
	return h.boxAt("127.0.0.1", s.Port(), change)
}

func (h *house) boxAt(host string, port int, change func(*models.Mailbox)) *models.Mailbox {
	h.t.Helper()
	h.records()
	cat, err := h.db.Catalog(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	h.project = cat.ProjectBySlug("support")
	fresh := *h.project.Mailbox()
	fresh.Receive, fresh.IMAPHost, fresh.IMAPPort, fresh.IMAPTLS, fresh.IMAPUser = models.ReceiveIMAP, host, port, "none", testmail.User
	fresh.IMAPSecret = h.keys.Hide("mailbox/imap", []byte(`{"password":"`+testmail.Password+`"}`))
	if change != nil {
		change(&fresh)
	}
	h.write(func(ctx context.Context, tx *models.Tx) error { return models.UpdateMailbox(ctx, tx, &fresh) })
	return &fresh
}

// reads starts a worker that reads mailboxes in a hurry.
func (h *house) reads(name string, o MailboxOptions) *Runner {
	h.t.Helper()
	o.Check, o.Pause = 20*time.Millisecond, 20*time.Millisecond
	if o.Poll == 0 {
		o.Poll = 50 * time.Millisecond
	}
	w := h.runner(name)
	w.Mailboxes = o
	w.Start()
	h.t.Cleanup(func() { w.Stop(context.Background()) })
	return w
}

func (h *house) state(m *models.Mailbox) *models.MailboxState {
	h.t.Helper()
	s, err := models.MailboxStateOf(h.t.Context(), h.db, m.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// recorder is a file store that remembers what was kept in it, and can be down.
type recorder struct {
	files.Store
	mu   sync.Mutex
	raw  []string
	down atomic.Bool
}

func (r *recorder) Keep(ctx context.Context, d *files.Draft) (string, error) {
	if r.down.Load() {
		return "", errors.New("the disk is full")
	}
	key, err := r.Store.Keep(ctx, d)
	if err != nil {
		return "", err
	}
	f, err := r.Store.Open(ctx, key)
	if err != nil {
		return "", err
	}
	defer f.Close()
	raw, err := io.ReadAll(f)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.raw = append(r.raw, string(raw))
	return key, err
}

// records makes the house remember every mail it keeps.
func (h *house) records() *recorder {
	h.t.Helper()
	if r, ok := h.files.(*recorder); ok {
		return r
	}
	r := &recorder{Store: h.files}
	h.files = r
	h.desk = desk.New(desk.Options{DB: h.db, Files: r, Index: h.index, Keys: h.keys, Now: h.clock.Now})
	return r
}

// kept is every raw mail that was kept, in order.
func (h *house) kept() []string {
	r := h.records()
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.raw)
}

func (h *house) subjects() (all []string) {
	for _, raw := range h.kept() {
		_, rest, _ := strings.Cut(raw, "Subject: ")
		subject, _, _ := strings.Cut(rest, "\r\n")
		all = append(all, subject)
	}
	return all
}

// until waits for something that happens in its own time.
func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never comes to this: %s", what)
		}
	}
}

// read waits until a mailbox has been seen for the first time: from then on its mail counts.
func (h *house) read(m *models.Mailbox) {
	h.t.Helper()
	until(h.t.(*testing.T), "the mailbox is read", func() bool { return h.state(m).LookedAt > 0 })
}

func (h *house) wants(subjects ...string) {
	h.t.Helper()
	until(h.t.(*testing.T), fmt.Sprintf("%q are kept", subjects), func() bool { return len(h.subjects()) >= len(subjects) })
	time.Sleep(150 * time.Millisecond) // what must not come would come now
	if got := h.subjects(); !slices.Equal(got, subjects) {
		h.t.Fatalf("kept %q, want %q", got, subjects)
	}
}

func mailOf(subject string) string {
	return "From: Ada <ada@customer.example>\nTo: support@lodge.example\nMessage-ID: <" + subject + "@customer.example>\nSubject: " + subject + "\n\nHello.\n"
}

// EM-4: new mail comes through IDLE and through polling; mail that was there before the mailbox is nobody's
// ticket; nothing is marked at the server.
func TestMailComesInByIMAP(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		for name, row := range map[string]struct {
			server testmail.IMAPOptions
			poll   time.Duration
		}{"idle": {testmail.IMAPOptions{}, time.Hour}, "polling": {testmail.IMAPOptions{WithoutIdle: true}, 0}, "a mute server": {testmail.IMAPOptions{Mute: true}, 0}} {
			before := h.subjects()
			s := testmail.StartIMAP(t, row.server)
			s.Put(mailOf("ten years old"), time.Time{})
			m := h.box(s, func(m *models.Mailbox) {
				m.IMAPFolder = "INBOX"
				m.IMAPHost = map[bool]string{true: "localhost", false: "127.0.0.1"}[name == "idle"]
			})
			h.forget(m)
			w := h.reads(name, MailboxOptions{Poll: row.poll})
			h.read(m)
			for i := 1; i <= 3; i++ {
				if name == "idle" {
					until(t, "it waits in IDLE", s.Idling)
				}
				s.Put(mailOf(fmt.Sprint(name, " ", i)), time.Time{})
			}
			h.wants(append(before, name+" 1", name+" 2", name+" 3")...)
			if got := h.state(m); got.LastUID != 4 || got.ReceivedAt == 0 || got.Error != "" {
				t.Errorf("%s: %+v", name, got)
			}
			for i, flags := range s.Flags() {
				if len(flags) > 0 {
					t.Errorf("%s: mail %d is marked %v", name, i, flags)
				}
			}
			if strings.Contains(s.Said(), " SELECT ") || strings.Contains(s.Said(), "STORE") {
				t.Errorf("%s: the folder was opened for changes", name)
			}
			w.Stop(context.Background())
			s.Stop()
		}
		for _, raw := range h.kept() {
			key := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(raw)))
			if found, err := models.MailKept(t.Context(), h.db, h.project.Mailbox().ID, key); err != nil || !found {
				t.Errorf("a mail is in the store and in no row: %v", err)
			}
		}
	})
}

// forget takes the state of a mailbox away, as if it were new.
func (h *house) forget(m *models.Mailbox) {
	h.t.Helper()
	if err := models.SetBookmark(h.t.Context(), h.db, &models.Bookmark{MailboxID: m.ID}); err != nil {
		h.t.Fatal(err)
	}
	if err := models.NoteMailboxLook(h.t.Context(), h.db, m.ID, time.UnixMilli(0), time.UnixMilli(0)); err != nil {
		h.t.Fatal(err)
	}
}

// EM-4: a server that numbers its mails anew makes nothing come twice, and what came meanwhile is not lost.
func TestNewUIDValidityImportsNothingTwice(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		s := testmail.StartIMAP(t, testmail.IMAPOptions{})
		old := h.clock.Now().Add(-365 * 24 * time.Hour)
		s.Put(mailOf("old"), old)
		m := h.box(s, nil)
		h.reads("one", MailboxOptions{})
		h.read(m)
		s.Put(mailOf("a"), time.Time{})
		s.Put(mailOf("b"), time.Time{})
		h.wants("a", "b")
		// Everything laid back in another order, one that came meanwhile, and one old mail whose time the server has forgotten.
		s.Renumber(func() {
			s.Put("Date: "+old.Format(time.RFC1123Z)+"\n"+mailOf("old, time forgotten"), time.Time{})
			s.Put(mailOf("b"), time.Time{})
			s.Put(mailOf("meanwhile"), time.Time{})
			s.Put(mailOf("a"), time.Time{})
			s.Put(mailOf("old"), old)
		})
		h.wants("a", "b", "meanwhile")
		until(t, "the bookmark is at the end", func() bool { b := h.state(m); return b.UIDValidity == 2 && b.LastUID == 5 })
		s.Put(mailOf("after"), time.Time{})
		h.wants("a", "b", "meanwhile", "after")
	})
}

// A mail that comes back under a new number of the same folder, as when somebody moves it away and back, is the same mail.
func TestAMovedMailIsNoNewMail(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := testmail.StartIMAP(t, testmail.IMAPOptions{})
	m := h.box(s, nil)
	h.reads("one", MailboxOptions{})
	h.read(m)
	s.Put(mailOf("a"), time.Time{})
	s.Put(mailOf("a"), time.Time{})
	s.Put(mailOf("b"), time.Time{})
	h.wants("a", "b")
}

// EM-4: a mailbox that moves to another server goes on from when it was last read.
func TestAnotherFolderBeginsWhereTheOldOneEnded(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	first, second := testmail.StartIMAP(t, testmail.IMAPOptions{}), testmail.StartIMAP(t, testmail.IMAPOptions{})
	m := h.box(first, nil)
	h.reads("one", MailboxOptions{})
	h.read(m)
	first.Put(mailOf("a"), time.Time{})
	h.wants("a")
	second.Put(mailOf("long there"), h.clock.Now().Add(-time.Hour))
	h.box(second, func(m *models.Mailbox) { m.IMAPHost = "localhost" })
	until(t, "the second is read", func() bool { return strings.Contains(second.Said(), "EXAMINE") })
	second.Put(mailOf("new there"), h.clock.Now().Add(time.Hour))
	h.wants("a", "new there")
	if first.Put(mailOf("too late"), time.Time{}); len(h.kept()) != 2 {
		t.Error("the old server is still read")
	}
}

// EM-4: marking and deleting happen when told, and only after the mail is kept.
func TestAfterKeeping(t *testing.T) {
	for _, after := range []string{models.AfterSeen, models.AfterDelete} {
		t.Run(after, func(t *testing.T) {
			h := newHouse(t, models.Options{Dir: t.TempDir()})
			s := testmail.StartIMAP(t, testmail.IMAPOptions{})
			s.Put(mailOf("old"), time.Time{})
			m := h.box(s, func(m *models.Mailbox) { m.IMAPAfter = after })
			h.reads("one", MailboxOptions{})
			h.read(m)
			s.Put(mailOf("a"), time.Time{})
			h.wants("a")
			until(t, "the mail is "+after, func() bool {
				flags := s.Flags()
				return after == models.AfterDelete && len(flags) == 1 || after == models.AfterSeen && len(flags) == 2 && slices.Contains(flags[1], imap.FlagSeen)
			})
			if flags := s.Flags(); len(flags[0]) > 0 {
				t.Errorf("a mail that was never kept is marked: %v", flags)
			}
		})
	}
}

// A mail that cannot be kept stays where it is, unmarked, and is kept once we are well again.
func TestAMailThatIsNotKeptIsNotDeleted(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := testmail.StartIMAP(t, testmail.IMAPOptions{})
	m := h.box(s, func(m *models.Mailbox) { m.IMAPAfter = models.AfterDelete })
	store := h.records()
	h.reads("one", MailboxOptions{})
	h.read(m)
	store.down.Store(true)
	s.Put(mailOf("a"), time.Time{})
	until(t, "the mailbox says so", func() bool { return strings.HasPrefix(h.state(m).Error, "not_kept: ") })
	if flags := s.Flags(); len(flags) != 1 || len(flags[0]) > 0 {
		t.Errorf("touched at the server: %v", flags)
	}
	store.down.Store(false)
	h.wants("a")
	until(t, "it is well again", func() bool { return h.state(m).Error == "" && len(s.Flags()) == 0 })
}

// EM-4: a server that goes away and comes back loses nothing, and the mailbox says how it is.
func TestTheServerGoesAndComesBack(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := testmail.StartIMAP(t, testmail.IMAPOptions{})
	m := h.box(s, nil)
	h.reads("one", MailboxOptions{Poll: time.Hour})
	h.read(m)
	until(t, "it waits in IDLE", s.Idling)
	s.Put(mailOf("a"), time.Time{})
	h.wants("a")
	s.Stop()
	until(t, "it is missed", func() bool { return strings.HasPrefix(h.state(m).Error, "unreachable: ") })
	s.Put(mailOf("meanwhile"), time.Time{})
	s.Start()
	h.wants("a", "meanwhile")
	until(t, "it is well again", func() bool { return h.state(m).Error == "" })
}

// EM-4: a wrong password is seen on the mailbox, without the password; a right one is taken up without a restart.
func TestAWrongPasswordIsSeenAndMended(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := testmail.StartIMAP(t, testmail.IMAPOptions{})
	m := h.box(s, func(m *models.Mailbox) {
		m.IMAPSecret = h.keys.Hide("mailbox/imap", []byte(`{"password":"old-secret-1"}`))
	})
	h.reads("one", MailboxOptions{})
	until(t, "it is seen", func() bool { return strings.HasPrefix(h.state(m).Error, "sign_in: ") })
	if strings.Contains(h.state(m).Error, "old-secret-1") {
		t.Error("the state shows the password")
	}
	m = h.box(s, nil)
	h.read(m)
	if got := h.state(m); got.Error != "" {
		t.Errorf("%+v", got)
	}
	s.Put(mailOf("a"), time.Time{})
	h.wants("a")
	// A mailbox that is switched off is read no more, and signs out.
	h.box(s, func(m *models.Mailbox) { m.DisabledAt = models.At(h.clock.Now()) })
	until(t, "it signs out", func() bool { return strings.Contains(s.Said(), "LOGOUT") })
	s.Put(mailOf("too late"), time.Time{})
	h.wants("a")
}

// EM-4: a mailbox at a server that takes access tokens alone fetches its own.
func TestAMailboxByToken(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := testmail.StartIMAP(t, testmail.IMAPOptions{Token: "good-token"})
	var asked atomic.Int64
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.FormValue("refresh_token") != "refresh-1" {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"access_token":"good-token","token_type":"Bearer","expires_in":3600}`)
	}))
	defer tokens.Close()
	account := func(refresh string) func(*models.Mailbox) {
		return func(m *models.Mailbox) {
			m.IMAPAuth = models.MailAuthXOAUTH2
			m.IMAPSecret = h.keys.Hide("mailbox/imap", []byte(fmt.Sprintf(`{"token_url":%q,"client_id":"c","client_secret":"s","refresh_token":%q}`, tokens.URL, refresh)))
		}
	}
	m := h.box(s, account("revoked-1"))
	h.reads("one", MailboxOptions{})
	until(t, "the refusal is seen", func() bool { return strings.HasPrefix(h.state(m).Error, "token: ") })
	if strings.Contains(h.state(m).Error, "revoked-1") {
		t.Error("the state shows the refresh token")
	}
	m = h.box(s, account("refresh-1"))
	h.read(m)
	s.Put(mailOf("a"), time.Time{})
	h.wants("a")
	before := asked.Load()
	s.Stop()
	s.Put(mailOf("b"), time.Time{})
	s.Start()
	h.wants("a", "b")
	if asked.Load() != before {
		t.Error("a token that is still good was fetched again")
	}
}

// EM-4: of two processes one reads; when it is gone the other goes on, and nothing comes twice.
func TestOneProcessReadsAMailbox(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		var sessions atomic.Int64
		s := testmail.StartIMAP(t, testmail.IMAPOptions{Wrap: func(inner imapserver.Session) imapserver.Session {
			sessions.Add(1)
			return inner
		}})
		m := h.box(s, nil)
		one := h.reads("one", MailboxOptions{})
		h.read(m)
		two := h.reads("two", MailboxOptions{})
		for i := range 5 {
			s.Put(mailOf(fmt.Sprint("mail ", i)), time.Time{})
			time.Sleep(20 * time.Millisecond)
		}
		h.wants("mail 0", "mail 1", "mail 2", "mail 3", "mail 4")
		if sessions.Load() != 1 {
			t.Errorf("%d processes were signed in at once", sessions.Load())
		}
		one.Stop(context.Background())
		s.Put(mailOf("mail 5"), time.Time{})
		h.wants("mail 0", "mail 1", "mail 2", "mail 3", "mail 4", "mail 5")
		two.Stop(context.Background())
		// One that was killed leaves its lease behind; it ends by the clock.
		if ok, err := models.TakeLease(t.Context(), h.db, fmt.Sprint("mailbox:", m.ID), "killed", time.Minute, h.clock.Now()); err != nil || !ok {
			t.Fatal(ok, err)
		}
		s.Put(mailOf("mail 6"), time.Time{})
		h.reads("three", MailboxOptions{})
		time.Sleep(200 * time.Millisecond)
		if len(h.kept()) != 6 {
			t.Error("read under the lease of another")
		}
		h.clock.forward(2 * time.Minute)
		until(t, "the next takes over", func() bool { return len(h.kept()) == 7 })
	})
}

// EM-4: one bad mail never blocks the rest, and the mailbox names it.
func TestABadMailIsPassedOver(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.write(func(ctx context.Context, tx *models.Tx) error {
		p := *h.project
		p.Settings.RequestMB, p.Settings.AgentRequestMB = 1, 1
		return models.UpdateProject(ctx, tx, &p)
	})
	var cuts atomic.Int64
	s := testmail.StartIMAP(t, testmail.IMAPOptions{Wrap: func(inner imapserver.Session) imapserver.Session { return withPoison{inner, &cuts} }})
	m := h.box(s, nil)
	h.reads("one", MailboxOptions{})
	h.read(m)
	s.Put(mailOf("huge")+strings.Repeat("0123456789abcdef\n", 200_000), time.Time{})
	s.Put(mailOf("a"), time.Time{})
	h.wants("a")
	if got := h.state(m); !strings.HasPrefix(got.Error, "passed_over: UID 1 ") || !strings.Contains(got.Error, "“huge”") || got.LookedAt == 0 {
		t.Errorf("%+v", got)
	}
	// UID 3 cannot be had from this server.
	s.Put(mailOf("poison"), time.Time{})
	s.Put(mailOf("b"), time.Time{})
	h.wants("a", "b")
	if got := h.state(m); !strings.HasPrefix(got.Error, "passed_over: UID 3 ") || cuts.Load() < mailTries {
		t.Errorf("%+v after %d tries", got, cuts.Load())
	}
	s.Put(mailOf("c"), time.Time{})
	h.wants("a", "b", "c")
}

// withPoison refuses to give out the mail with UID 3.
type withPoison struct {
	imapserver.Session
	cuts *atomic.Int64
}

func (p withPoison) Fetch(w *imapserver.FetchWriter, set imap.NumSet, o *imap.FetchOptions) error {
	if uids, ok := set.(imap.UIDSet); ok && len(uids) == 1 && uids[0].Start == 3 && uids[0].Stop == 3 && len(o.BodySection) == 1 && o.BodySection[0].Specifier == "" {
		p.cuts.Add(1)
		return &imap.Error{Type: imap.StatusResponseTypeNo, Text: "Some of the requested messages no longer exist"}
	}
	return p.Session.Fetch(w, set, o)
}
