package mail

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dmarc"
)

// What a record of a domain is for: DNSCheck.What.
const (
	DNSForSPF     = "spf"
	DNSForDKIM    = "dkim"
	DNSForDKIMTwo = "dkim_ed25519" // good to have: some receivers verify only the first
	DNSForDMARC   = "dmarc"
)

// What to say about a record: DNSCheck.Advice.
const (
	DNSGood       = "good"
	DNSMissing    = "missing"
	DNSDifferent  = "different"  // a record is there and is another one
	DNSSeveral    = "several"    // there must be exactly one
	DNSOpen       = "open"       // SPF that lets everybody send
	DNSWatchOnly  = "watch_only" // DMARC that only watches: good to begin with
	DNSBroken     = "broken"     // cannot be read
	DNSUnanswered = "unanswered" // DNS gave no answer; nothing is known
)

// DNSCheck is one record as it should be and as it is.
type DNSCheck struct {
	DNSRecord
	// What is one of DNSFor…, Advice one of the words above.
	What, Advice string
	// Found are the records at this name that mean the same thing.
	Found []string
	// OK says that nothing has to be done; Optional that mail works without.
	OK, Optional bool
}

const askWithin = 10 * time.Second

// CheckDNS compares what a domain publishes for its mail with what it should: SPF, the keys of
// our signatures (none without keys), and DMARC. A nil lookup asks the system's resolver.
func CheckDNS(ctx context.Context, domain, selector string, keys []byte, lookup func(ctx context.Context, name string) ([]string, error)) []DNSCheck {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	if domain = plainDomain(domain); domain == "" {
		return nil
	}
	if lookup == nil {
		lookup = net.DefaultResolver.LookupTXT
	}
	ask := func(name, begin string) ([]string, bool) {
		all, err := lookup(ctx, name)
		var dns *net.DNSError
		if err != nil && !(errors.As(err, &dns) && dns.IsNotFound) {
			return nil, false
		}
		var some []string
		for _, txt := range all {
			// A key may leave its version out; the others must begin with it.
			if begin == "" || len(txt) >= len(begin) && strings.EqualFold(txt[:len(begin)], begin) {
				some = append(some, txt)
			}
		}
		return some, true
	}
	checks := []DNSCheck{{DNSRecord: DNSRecord{domain, "TXT", "v=spf1 mx ~all"}, What: DNSForSPF}}
	for i, record := range DKIMRecords(selector, domain, keys) {
		c := DNSCheck{DNSRecord: record, What: DNSForDKIM}
		if i > 0 {
			c.What, c.Optional = DNSForDKIMTwo, true
		}
		checks = append(checks, c)
	}
	checks = append(checks, DNSCheck{DNSRecord: DNSRecord{"_dmarc." + domain, "TXT", "v=DMARC1; p=none"}, What: DNSForDMARC})
	for i := range checks {
		c := &checks[i]
		switch c.What {
		case DNSForSPF:
			found, ok := ask(c.Name, "v=spf1")
			c.judge(found, ok, spfAdvice)
		case DNSForDMARC:
			found, ok := ask(c.Name, "v=DMARC1")
			if org := organisation(domain); ok && len(found) == 0 && org != "" && org != domain {
				found, ok = ask("_dmarc."+org, "v=DMARC1") // the organisation's policy counts for its sub domains
			}
			c.judge(found, ok, dmarcAdvice)
		default:
			found, ok := ask(c.Name, "")
			c.judge(found, ok, func(txt string) string { return keyAdvice(txt, c.Value) })
		}
	}
	return checks
}

func (c *DNSCheck) judge(found []string, answered bool, advice func(txt string) string) {
	c.Found = found
	switch {
	case !answered:
		c.Advice = DNSUnanswered
	case len(found) == 0:
		c.Advice = DNSMissing
	case len(found) > 1:
		c.Advice = DNSSeveral
	default:
		c.Advice = advice(found[0])
	}
	c.OK = c.Advice == DNSGood || c.Advice == DNSWatchOnly
}

func spfAdvice(txt string) string {
	words := strings.Fields(strings.ToLower(txt))
	switch {
	case words[0] != "v=spf1":
		return DNSBroken
	case words[len(words)-1] == "+all", words[len(words)-1] == "all":
		return DNSOpen
	}
	return DNSGood
}

func dmarcAdvice(txt string) string {
	record, err := dmarc.Parse(txt)
	switch {
	case err != nil:
		return DNSBroken
	case record.Policy == dmarc.PolicyNone:
		return DNSWatchOnly
	}
	return DNSGood
}

// keyAdvice compares keys, not spellings.
func keyAdvice(txt, wanted string) string {
	key := tag(txt, "p")
	switch {
	case key == "":
		return DNSBroken
	case key != tag(wanted, "p") || tag(txt, "k") != tag(wanted, "k") && !(tag(txt, "k") == "" && tag(wanted, "k") == "rsa"):
		return DNSDifferent
	}
	return DNSGood
}

// tag is one value of a record that is a list of tags (RFC 6376, 3.2), without white space.
func tag(record, name string) string {
	for part := range strings.SplitSeq(record, ";") {
		if k, v, ok := strings.Cut(part, "="); ok && strings.TrimSpace(k) == name {
			return strings.Join(strings.Fields(v), "")
		}
	}
	return ""
}
