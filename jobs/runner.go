// Package jobs does what verbs leave for later: telling people, sending mail, drawing small
// pictures, following the change log with the search index, and sweeping. Everything starts
// from a row, so that a killed process loses nothing: a job runs at least once, and each
// kind bears being run again.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"lodge/desk"
	"lodge/files"
	"lodge/mail"
	"lodge/models"
	"lodge/search"
	"lodge/views"
)

const (
	// hands is how many jobs run at once. Mail waits for the network; pictures take turns anyway.
	hands = 4
	// lease is how long a claim holds; a worker that died has its jobs taken over after it.
	// Every kind's own limit is shorter, so that no living worker loses a job.
	lease = 5 * time.Minute
	// rest is the longest time between two looks into the queue. Commits of this process
	// nudge at once; only jobs of other processes and retries wait for it.
	rest = 15 * time.Second
)

// Options are the parts a Runner works with.
type Options struct {
	DB    *models.DB
	Desk  *desk.Desk
	Index *search.Index // nil: nothing follows the change log
	// Tickets is the agents' index; nil: none is kept.
	Tickets *search.Tickets
	Files   files.Store
	Views   *views.Views
	// Transport takes the mails: SMTP, or the Outbox.
	Transport mail.Transport
	// Server makes the transport of a mailbox's own server; nil is mail.NewSMTP.
	Server func(mail.SMTPOptions) mail.Transport
	// BaseURL begins every link in a mail, without a slash at the end. Never the Host of a
	// request (A83).
	BaseURL string
	// From is the sender of projects without a mailbox of their own: an address, or a name and an address.
	From string
	// Worker names this process among others on the same database; empty draws a name.
	Worker string
	Log    *slog.Logger
	Now    func() time.Time
	// Mailboxes say how folders at IMAP servers are read.
	Mailboxes MailboxOptions
	// Probe says how set-up tests of mailboxes wait and ask.
	Probe ProbeOptions
}

// kind is how one sort of job is done.
type kind struct {
	run func(ctx context.Context, j models.Job) error
	// limit is how long one try may take, tries how many there may be.
	limit time.Duration
	tries int
	// gaveUp, if set, notes on the job's rows that it will not be tried again.
	gaveUp func(ctx context.Context, j models.Job, cause string) error
}

// Runner claims jobs and does them.
type Runner struct {
	Options
	kinds     map[string]kind
	followers []*Follower
	// ways are how the mails of each mailbox leave.
	ways struct {
		sync.Mutex
		of map[int64]*way
	}

	wake chan struct{}
	busy chan struct{} // one value for each job that runs
	// claims is held from claiming jobs until they have hands.
	claims   sync.Mutex
	running  sync.WaitGroup
	ctx      context.Context // of running jobs; ends when Stop has waited long enough
	cancel   context.CancelFunc
	stopping chan struct{}
	stopOnce sync.Once
	loops    sync.WaitGroup
	started  bool
}

// New makes a Runner; Start sets it to work.
func New(o Options) *Runner {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Server == nil {
		o.Server = mail.NewSMTP
	}
	if o.Worker == "" {
		o.Worker = workerName()
	}
	r := &Runner{Options: o, wake: make(chan struct{}, 1), busy: make(chan struct{}, hands), stopping: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.kinds = map[string]kind{
		desk.JobNotify:       {run: r.notify, limit: time.Minute, tries: 40},
		desk.JobDeliver:      {run: r.deliver, limit: 2 * time.Minute, tries: 80, gaveUp: r.undeliverable},
		desk.JobPublish:      {run: r.publish, limit: time.Minute, tries: 400},
		desk.JobThumb:        {run: r.thumbnail, limit: 2 * time.Minute, tries: 5},
		desk.JobPreferences:  {run: r.preferences, limit: 2 * time.Minute, tries: 30},
		desk.JobLinks:        {run: r.links, limit: 2 * time.Minute, tries: 30},
		desk.JobDigest:       {run: r.digest, limit: time.Minute, tries: 40},
		desk.JobConfirm:      {run: r.confirm, limit: 2 * time.Minute, tries: 30},
		desk.JobMove:         {run: r.moveTickets, limit: 3 * time.Minute, tries: 40},
		models.JobRecompute:  {run: r.recompute, limit: 3 * time.Minute, tries: 40},
		desk.JobAgentMail:    {run: r.agentMail, limit: 2 * time.Minute, tries: 30},
		desk.JobCustomerMail: {run: r.customerMail, limit: 2 * time.Minute, tries: 30},
		desk.JobProfileMail:  {run: r.profileMail, limit: 2 * time.Minute, tries: 30},
		desk.JobFeedback:     {run: r.feedback, limit: time.Minute, tries: 40},
		desk.JobMailProbe:    {run: r.mailProbe, limit: probeLimit, tries: 2},
		desk.JobIntake:       {run: r.intake, limit: 4 * time.Minute, tries: 12, gaveUp: r.unread},
	}
	if o.Index != nil {
		r.followers = append(r.followers, NewFollower(o.DB, o.Index, o.Log))
	}
	if o.Tickets != nil {
		r.followers = append(r.followers, NewTicketFollower(o.DB, o.Tickets, o.Log))
	}
	return r
}

// Start begins to work, once. The runner listens for commits from now on.
func (r *Runner) Start() {
	if r.started {
		return
	}
	r.started = true
	r.DB.OnCommit(r.nudge)
	r.loops.Go(r.loop)
	r.loops.Go(r.timers)
	r.loops.Go(r.minutes)
	r.loops.Go(r.mailboxes)
	for _, f := range r.followers {
		f.Start()
	}
}

// Stop claims nothing more, lets what runs come to its end, and returns when it has. When
// ctx ends first, running jobs are cut off and laid back for the next start, uncounted.
func (r *Runner) Stop(ctx context.Context) error {
	r.stopOnce.Do(func() { close(r.stopping) })
	idle := make(chan struct{})
	go func() {
		r.loops.Wait()
		r.running.Wait()
		close(idle)
	}()
	var err error
	select {
	case <-idle:
	case <-ctx.Done():
		err = ctx.Err()
	}
	r.cancel()
	<-idle
	for _, f := range r.followers {
		f.Stop()
	}
	return err
}

// errStopping ends a job that would rather be laid back than keep Stop waiting.
var errStopping = errors.New("the program stops")

// untilStop is a context for such a job: it ends, with errStopping as its cause, when Stop is called.
func (r *Runner) untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-r.stopping:
			cancel(errStopping)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// Settle returns when nothing is due and nothing runs: for tests, and for a demo that wants
// to show its mails. The runner must have been started.
func (r *Runner) Settle(ctx context.Context) error {
	for {
		idle, err := r.idle(ctx)
		if err != nil {
			return err
		}
		if idle {
			if !slices.ContainsFunc(r.followers, func(f *Follower) bool { return !f.caughtUp(ctx) }) {
				return nil
			}
		}
		r.nudge()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// idle says that nothing is due, claimed or running. Hands are looked at first: who has just
// ended has left its follow-up jobs behind by then; and nothing is claimed meanwhile.
func (r *Runner) idle(ctx context.Context) (bool, error) {
	r.claims.Lock()
	defer r.claims.Unlock()
	if len(r.busy) > 0 {
		return false, nil
	}
	at, any, err := models.NextJobAt(ctx, r.DB)
	return err == nil && (!any || at.After(r.Now())), err
}

func (r *Runner) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *Runner) loop() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-r.stopping:
			return
		case <-r.wake:
		case <-timer.C:
		}
		timer.Reset(r.round())
	}
}

// round begins as many due jobs as there are free hands and says how long to rest. What is
// claimed begins at once, so that nothing waits under a claim.
func (r *Runner) round() time.Duration {
	free := hands - len(r.busy)
	if free == 0 {
		return rest // the first hand that comes free nudges
	}
	// From its claim to its hand a job is nobody's to see.
	r.claims.Lock()
	due, err := models.ClaimJobs(r.ctx, r.DB, r.Worker, r.Now(), lease, free)
	for range due {
		r.busy <- struct{}{}
	}
	r.claims.Unlock()
	if err != nil {
		r.Log.Error("claim jobs", "error", err)
		return rest
	}
	for _, j := range due {
		r.running.Go(func() {
			defer func() { <-r.busy; r.nudge() }()
			r.end(j, r.try(j))
		})
	}
	if len(due) == free {
		return rest
	}
	at, any, err := models.NextJobAt(r.ctx, r.DB)
	if err != nil || !any {
		return rest
	}
	return min(max(at.Sub(r.Now()), 100*time.Millisecond), rest)
}

// try does a job once. A panic is a failure like any other.
func (r *Runner) try(j models.Job) (err error) {
	k, known := r.kinds[j.Kind]
	if !known {
		return fmt.Errorf("nobody here does jobs of the kind %q", j.Kind)
	}
	if j.Attempts >= k.tries {
		// Its worker died each time, so nobody was left to count it out.
		return permanent{fmt.Errorf("given up after %d tries: %s", j.Attempts, j.LastError)}
	}
	ctx, cancel := context.WithTimeout(r.ctx, k.limit)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			r.Log.Error("job panicked", "kind", j.Kind, "job", j.ID, "panic", withoutAddresses(fmt.Sprint(p)), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return k.run(ctx, j)
}

// end writes down how a try went. It must be written even while the process stops.
func (r *Runner) end(j models.Job, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 30*time.Second)
	defer cancel()
	k, known := r.kinds[j.Kind]
	now := r.Now()
	var final permanent
	var wrote error
	switch {
	case errors.Is(err, errFinished):
	case err == nil:
		wrote = models.FinishJob(ctx, r.DB, j.ID)
	case r.ctx.Err() != nil, errors.Is(err, errStopping):
		wrote = models.RetryJob(ctx, r.DB, j.ID, j.Attempts, j.RunAt.Time(), j.LastError)
	case errors.As(err, &final) || (known && j.Attempts+1 >= k.tries):
		r.Log.Error("job given up", "kind", j.Kind, "job", j.ID, "tries", j.Attempts+1, "error", withoutAddresses(err.Error()))
		if k.gaveUp != nil {
			wrote = k.gaveUp(ctx, j, err.Error())
		}
		wrote = errors.Join(wrote, models.FailJob(ctx, r.DB, j.ID, j.Attempts+1, err.Error(), now))
	default:
		wait := backoff(j.Attempts, now.Sub(j.CreatedAt.Time()))
		r.Log.Warn("job failed", "kind", j.Kind, "job", j.ID, "tries", j.Attempts+1, "again_in", wait.Round(time.Second), "error", withoutAddresses(err.Error()))
		wrote = models.RetryJob(ctx, r.DB, j.ID, j.Attempts+1, now.Add(wait), err.Error())
	}
	if wrote != nil {
		// The claim runs out and the job is tried again.
		r.Log.Error("note the end of a job", "kind", j.Kind, "job", j.ID, "error", wrote)
	}
}
