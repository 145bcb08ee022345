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
// client with too many of them must wait, twice as long each time (A82). An agent with a
// second factor is not signed in yet: the error is a *CodeNeeded.
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
	doors := signInDoors(cat, key, in.Client)
	if err := d.waited(ctx, doors, now); err != nil {
		return Actor{}, err
	}
	agent, err := models.AgentByKey(ctx, d.db, key)
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return Actor{}, err
	}
	if err != nil || agent.PasswordHash == "" || agent.DisabledAt != 0 {
		agent = nil
	}
	hash := stranger
	if agent != nil {
		hash = agent.PasswordHash
	}
	ok, err := passwordFits(in.Password, hash)
	if err != nil {
		return Actor{}, err
	}
	switch {
	case !ok || agent == nil:
		return Actor{}, d.refuseSignIn(ctx, doors, agent, in.Client, "password", "agent.sign_in.error.wrong", now)
	case agent.TOTPAt != 0:
		return Actor{}, &CodeNeeded{Pending: d.pendingSignIn(agent, now)}
	}
	return d.welcome(ctx, agent, doors, "", now)
}

// passwordFits compares a password with a hash, a few at once at most. What is empty or too
// long fits none.
func passwordFits(password, hash string) (bool, error) {
	if n := utf8.RuneCountInString(password); n == 0 || n > MaxPassword {
		return false, nil
	}
	checks <- struct{}{}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	<-checks
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	return ok, nil
}

// signInDoors are the account's and the client's. The password, the code of the second step
// and a password asked for again wear down the same two.
func signInDoors(cat *models.Catalog, key, client string) []door {
	return []door{
		{name: allowance("sign-in-account", key), free: cat.Workspace.Settings.SignInTries},
		{name: allowance("sign-in-client", client), free: cat.Workspace.Settings.SignInTries * 10},
	}
}

// waited refuses a try while one of the doors is closed.
func (d *Desk) waited(ctx context.Context, doors []door, now time.Time) error {
	for _, door := range doors {
		if err := door.waited(ctx, d.db, now); err != nil {
			return err
		}
	}
	return nil
}

// refuseSignIn counts a wrong try and gives the refusal. A try that closes a door is written
// to the audit log; the address only where it is an agent's: people type passwords there.
func (d *Desk) refuseSignIn(ctx context.Context, doors []door, agent *models.Agent, client, field, key string, now time.Time) error {
	closed := false
	for _, door := range doors {
		shut, err := door.failed(ctx, d.db, now)
		if err != nil {
			return err
		}
		closed = closed || shut
	}
	if closed {
		subject := ""
		if agent != nil {
			subject = agent.Address
		}
		err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			return audit(ctx, tx, Actor{}, "session.refused", subject, map[string]any{"network": client}, now)
		})
		if err != nil {
			return err
		}
	}
	var v models.Invalid
	v.Add(field, key)
	return v.Err()
}

// welcome forgets the wrong tries of an account and notes that its agent is here.
func (d *Desk) welcome(ctx context.Context, agent *models.Agent, doors []door, how string, now time.Time) (Actor, error) {
	if err := models.ForgetAllowance(ctx, d.db, doors[0].name); err != nil {
		return Actor{}, err
	}
	actor, err := d.actor(ctx, agent)
	if err != nil {
		return Actor{}, err
	}
	var data map[string]any
	if how != "" {
		data = map[string]any{"by": how}
	}
	return actor, d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.SeeAgent(ctx, tx, agent.ID, models.At(now)); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "session.signed_in", agent.Address, data, now)
	})
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

// failed counts a wrong password and says whether it closed the door. After the free ones the
// door closes for 30 s, then twice as long each time, never longer than the failures are
// remembered: a lock for ever would let a stranger lock anybody out.
func (w door) failed(ctx context.Context, db *models.DB, now time.Time) (closed bool, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if _, _, err := models.Charge(ctx, tx, w.name, 1, math.MaxInt32, signInMemory, now); err != nil {
			return err
		}
		used, _, err := models.Spent(ctx, tx, w.name, now)
		if err != nil || int(used) < w.free {
			return err
		}
		closed = true
		wait := min(30*time.Second<<min(int(used)-w.free, 7), signInMemory)
		_, _, err = models.Charge(ctx, tx, w.name+":wait", 1, math.MaxInt32, wait, now)
		return err
	})
	return closed, err
}

// Actor reads who is signed in, at each request: a disabled agent is out at once (A95).
func (d *Desk) Actor(ctx context.Context, agentID int64) (Actor, error) {
	a, cat, pending, err := d.db.SignedIn(ctx, agentID, unreadStop)
	if err != nil {
		return Actor{}, err
	}
	if a.DisabledAt != 0 {
		return Actor{}, models.NotFound()
	}
	actor, err := d.actorIn(ctx, a, cat)
	actor.Unread, actor.Held = pending.Unread, pending.Held
	return actor, err
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
