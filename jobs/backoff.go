package jobs

import (
	crand "crypto/rand"
	"errors"
	"math/rand/v2"
	"os"
	"regexp"
	"time"
)

// errFinished says that the job's own transaction has already ended it, which makes work
// and end one.
var errFinished = errors.New("finished in its own transaction")

// permanent marks a failure that no later try can mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// backoff is the time until the next try: 1, 2, 4, then 8 minutes, from about an hour on an
// eighth of the job's age, at most 6 hours, spread by a seventh to either side. While a
// server is away for an hour it is asked about nine times for each mail, and everything is
// out ten minutes after its return; over two days it is asked some forty times (F7, F9).
func backoff(triesBefore int, age time.Duration) time.Duration {
	wait := 8 * time.Minute
	if triesBefore < 3 {
		wait = time.Minute << max(triesBefore, 0)
	}
	wait = min(max(wait, age/8), 6*time.Hour)
	return wait - wait/7 + rand.N(2*wait/7)
}

// workerName is unlike any other process's, also on the same machine.
func workerName() string {
	host, _ := os.Hostname()
	return host + "-" + crand.Text()[:8]
}

var addresses = regexp.MustCompile(`[^\s<>"'(),:;]+@[^\s<>"'(),:;]+`)

// withoutAddresses makes an error fit for the log: mail servers like to repeat to whom.
func withoutAddresses(s string) string { return addresses.ReplaceAllString(s, "…") }
