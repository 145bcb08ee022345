package desk

import (
	"context"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"lodge/address"
	"lodge/models"
)

// passwordCost is what one check costs: 19 MiB and two passes (OWASP's figure for argon2id).
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// checks bounds how many passwords are checked at once, so that a flood of sign-ins
// cannot take the machine's memory (A81).
var checks = make(chan struct{}, 2)

// stranger is checked when there is no such agent, so that a known and an unknown address
// take the same time (A79).
var stranger = mustHash("no agent has this password")

func mustHash(password string) string {
	hash, err := argon2id.CreateHash(password, passwordCost)
	if err != nil {
		panic(fmt.Sprintf("desk: hash a password: %v", err))
	}
	return hash
}

// The lengths of a password, in characters: never cut silently, never costly by length.
const (
	MinPassword = 12
	MaxPassword = 128
)

// HashPassword makes the stored form of a password.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, passwordCost)
}

// SignInInput is an agent's attempt to sign in.
type SignInInput struct{ Email, Password, Client string }

// SignIn checks an agent's password. Every failure is the same answer; an account and a
// client with too many of them must wait, twice as long each time (A82).
func (d *Desk) SignIn(ctx context.Context, in SignInInput) (Actor, error) {
	now := d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return Actor{}, err
	}
	key := contactKey(in.Email)
	if email, err := address.Canonical(in.Email); err == nil {
		key = contactKey(email)
	}
	doors := []door{
		{name: allowance("sign-in-account", key), free: cat.Workspace.Settings.SignInTries},
		{name: allowance("sign-in-client", in.Client), free: cat.Workspace.Settings.SignInTries * 10},
	}
	for _, door := range doors {
		if err := door.waited(ctx, d.db, now); err != nil {
			return Actor{}, err
		}
	}
	agent, err := models.AgentByKey(ctx, d.db, key)
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return Actor{}, err
	}
	hash := stranger
	if err == nil && agent.PasswordHash != "" && agent.DisabledAt == 0 {
		hash = agent.PasswordHash
	}
	ok := false
	if n := utf8.RuneCountInString(in.Password); n > 0 && n <= MaxPassword {
		checks <- struct{}{}
		ok, err = argon2id.ComparePasswordAndHash(in.Password, hash)
		<-checks
		if err != nil {
			return Actor{}, fmt.Errorf("check password: %w", err)
		}
	}
	if ok && hash != stranger {
		if err := models.ForgetAllowance(ctx, d.db, doors[0].name); err != nil {
			return Actor{}, err
		}
		return d.actor(ctx, agent)
	}
	for _, door := range doors {
		if err := door.failed(ctx, d.db, now); err != nil {
			return Actor{}, err
		}
	}
	var v models.Invalid
	v.Add("password", "agent.sign_in.error.wrong")
	return Actor{}, v.Err()
}

// signInMemory is how long wrong passwords are remembered after the first of them.
const signInMemory = time.Hour

// door counts wrong passwords of one account or one client.
type door struct {
	name string
	free int
}

// waited refuses a try while the door is closed.
func (w door) waited(ctx context.Context, c models.Conn, now time.Time) error {
	closed, until, err := models.Spent(ctx, c, w.name+":wait", now)
	if err != nil || closed == 0 {
		return err
	}
	return models.TooMany("errors.too_many_sign_ins", until.Sub(now))
}

// failed counts a wrong password. After the free ones the door closes for 30 s, then twice
// as long each time, never longer than the failures are remembered: a lock for ever would
// let a stranger lock anybody out.
func (w door) failed(ctx context.Context, db *models.DB, now time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if _, _, err := models.Charge(ctx, tx, w.name, 1, math.MaxInt32, signInMemory, now); err != nil {
			return err
		}
		used, _, err := models.Spent(ctx, tx, w.name, now)
		if err != nil || int(used) < w.free {
			return err
		}
		wait := min(30*time.Second<<min(int(used)-w.free, 7), signInMemory)
		_, _, err = models.Charge(ctx, tx, w.name+":wait", 1, math.MaxInt32, wait, now)
		return err
	})
}

// Actor reads who is signed in, at each request: a disabled agent is out at once (A95).
func (d *Desk) Actor(ctx context.Context, agentID int64) (Actor, error) {
	a, err := models.AgentByID(ctx, d.db, agentID)
	if err != nil {
		return Actor{}, err
	}
	if a.DisabledAt != 0 {
		return Actor{}, models.NotFound()
	}
	return d.actor(ctx, a)
}

// LoadSession finds a live session by the hash of its cookie's id.
func (d *Desk) LoadSession(ctx context.Context, kind string, hash []byte) (*models.Session, error) {
	s, err := models.SessionByHash(ctx, d.db, hash, d.Now())
	if err != nil {
		return nil, err
	}
	if s.Kind != kind {
		return nil, models.NotFound()
	}
	return s, nil
}

// SaveSession writes a session's row.
func (d *Desk) SaveSession(ctx context.Context, s *models.Session) error {
	return models.SaveSession(ctx, d.db, s)
}

// EndSession makes a cookie worthless.
func (d *Desk) EndSession(ctx context.Context, hash []byte) error {
	return models.DeleteSession(ctx, d.db, hash)
}

// SessionKeys sign the session cookies.
func (d *Desk) SessionKeys() (hash, block []byte) { return d.keys.SessionKeys() }
