package mail

import (
	"fmt"
	"strings"

	"lodge/address"
)

// receiver believes the topmost Authentication-Results if the trusted receiver wrote it. A server
// puts its own above what came with the mail (RFC 8601, 4 and 5); all others, and every one of
// the same name further down, may be the sender's invention.
func (c *check) receiver(h *head) bool {
	for _, f := range h.fields {
		if f.name != "authentication-results" {
			continue
		}
		id, results, ok := authResults(f.value)
		switch {
		case !ok:
			c.note("the topmost Authentication-Results cannot be read")
		case !strings.EqualFold(id, c.TrustedReceiver):
			c.note("the topmost Authentication-Results is not of " + c.TrustedReceiver)
		default:
			return c.believe(results)
		}
		return false
	}
	c.note("no Authentication-Results of " + c.TrustedReceiver)
	return false
}

// believe draws the conclusion from what the trusted receiver found: DMARC where it asked for it,
// else DKIM or SPF of the author's own organisation.
func (c *check) believe(results []authResult) bool {
	policy := ""
	for _, r := range results {
		if r.method != "dmarc" || policy != "" && policy != "pass" {
			continue
		}
		if policy = r.result; policy == "pass" && !strings.EqualFold(strings.TrimSuffix(r.properties["header.from"], "."), c.from) {
			policy = "pass for another sender"
		}
	}
	switch policy {
	case "pass":
		return c.proven(c.from, ByReceiver, "dmarc=pass from="+c.from)
	case "", "none", "bestguesspass":
		c.note("dmarc=none")
	default:
		c.refused = true
		c.note("dmarc=" + policy)
		return false
	}
	for _, r := range results {
		var domain string
		switch r.method {
		case "dkim":
			if domain = r.properties["header.d"]; domain == "" {
				domain = afterAt(r.properties["header.i"])
			}
		case "spf":
			if domain = afterAt(r.properties["smtp.mailfrom"]); domain == "" {
				domain = r.properties["smtp.helo"]
			}
		default:
			continue
		}
		why := fmt.Sprintf("%s=%s d=%s", r.method, r.result, readable(domain))
		if r.result == "pass" && aligned(domain, c.from) {
			return c.proven(plainDomain(domain), ByReceiver, why)
		}
		c.note(why)
	}
	return false
}

// afterAt is the domain of what may be a whole address.
func afterAt(s string) string { return s[strings.LastIndexByte(s, '@')+1:] }

// readable bounds what a stranger wrote before it stands in a reason.
func readable(s string) string {
	if d := plainDomain(s); d != "" && len(d) <= address.MaxLength {
		return d
	}
	return "?"
}

// authResult is one method's outcome, everything in lower case.
type authResult struct {
	method, result string
	properties     map[string]string
}

// authResults reads the value of an Authentication-Results field (RFC 8601, 2.2). Comments are
// dropped and quoted strings are values, whatever they hold: a sender's address in quotes must
// not be able to spell "; dmarc=pass".
func authResults(value string) (id string, results []authResult, ok bool) {
	groups, ok := authTokens(value)
	if !ok || len(groups) == 0 || len(groups[0]) == 0 {
		return "", nil, false
	}
	id = groups[0][0]
	if version := groups[0][1:]; strings.Contains(id, "=") || len(version) > 1 || len(version) == 1 && version[0] != "1" {
		return "", nil, false
	}
	for _, words := range groups[1:] {
		if len(words) == 0 || len(words) == 1 && strings.EqualFold(words[0], "none") {
			continue
		}
		r := authResult{properties: map[string]string{}}
		for i, word := range words {
			name, value, found := strings.Cut(word, "=")
			name = strings.ToLower(name)
			switch {
			case !found:
				// "reason" and the like without a value say nothing.
			case i == 0:
				r.method, _, _ = strings.Cut(name, "/")
				r.result = strings.ToLower(value)
			case r.properties[name] == "":
				r.properties[name] = strings.ToLower(value)
			case !strings.EqualFold(r.properties[name], value):
				return "", nil, false // two answers to one question
			}
		}
		if r.method != "" {
			results = append(results, r)
		}
	}
	return id, results, true
}

// authTokens splits at semicolons and white space outside of comments and quotes. White space
// around "=" does not part a property from its value.
func authTokens(s string) (groups [][]string, ok bool) {
	var words []string
	var word strings.Builder
	open := false // a word has begun
	flush := func() {
		if open {
			words = append(words, word.String())
		}
		word.Reset()
		open = false
	}
	depth, quoted, equals := 0, false, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' && (depth > 0 || quoted) {
			if i++; i == len(s) {
				return nil, false
			}
			if quoted {
				word.WriteByte(s[i])
			}
			continue
		}
		switch {
		case depth > 0:
			switch c {
			case '(':
				depth++
			case ')':
				depth--
			case '"':
				// A quoted local part repeated in a comment could end the comment and go on as a result.
				return nil, false
			}
		case quoted:
			if c == '"' {
				quoted = false
			} else {
				word.WriteByte(c)
			}
		case c == '"':
			quoted, open, equals = true, true, false
		case c == '(':
			depth++
		case c == ')':
			return nil, false
		case c == ' ' || c == '\t':
			if rest := strings.TrimLeft(s[i:], " \t"); !equals && !strings.HasPrefix(rest, "=") {
				flush()
			}
		case c == ';':
			flush()
			groups, words, equals = append(groups, words), nil, false
		default:
			word.WriteByte(c)
			open, equals = true, c == '='
		}
	}
	if depth != 0 || quoted {
		return nil, false
	}
	flush()
	return append(groups, words), true
}
