package mail

import (
	netmail "net/mail"
	"slices"
	"strings"

	"lodge/address"
)

// addressParser is the standard one, with words decoded after the syntax was read.
var addressParser = netmail.AddressParser{WordDecoder: &wordDecoder}

// oneAddress reads one address with or without a name. Identity comes from the address alone: a
// name that claims to be another address is left out, and where it is unclear which of two
// is meant there is none (A27).
func oneAddress(s string) (Address, bool) {
	s = toUTF8(strings.TrimSpace(s))
	if s == "" || len(s) > 2000 {
		return Address{}, false
	}
	var shown, addr string
	if parsed, err := addressParser.Parse(s); err == nil {
		shown, addr = parsed.Name, parsed.Address
	} else {
		open, shut := strings.IndexByte(s, '<'), strings.LastIndexByte(s, '>')
		switch {
		case open >= 0 && shut == len(s)-1 && strings.Count(s, "<") == 1 && strings.Count(s, ">") == 1:
			shown, addr = strings.Trim(strings.TrimSpace(s[:open]), `"'`), s[open+1:shut]
			if strings.Contains(shown, "@") && !strings.EqualFold(strings.TrimSpace(shown), strings.TrimSpace(addr)) {
				return Address{}, false
			}
		case open < 0 && shut < 0:
			addr = strings.Trim(s, `"'`)
		default:
			return Address{}, false
		}
	}
	canonical, err := address.Canonical(addr)
	if err != nil {
		return Address{}, false
	}
	if shown = clean(decodeWords(shown), maxName); strings.Contains(shown, "@") {
		shown = ""
	}
	return Address{Name: shown, Addr: canonical}, true
}

// splitAddresses cuts an address list at its commas, outside quotes, comments and angle
// brackets; the names of groups fall away (RFC 5322, 3.4). At most n pieces.
func splitAddresses(s string, n int) []string {
	pieces, closed := splitList(s, n, true)
	if !closed { // an open quote would swallow all that follows
		pieces, _ = splitList(s, n, false)
	}
	return pieces
}

func splitList(s string, n int, quotes bool) (pieces []string, closed bool) {
	var quoted, escaped, angle bool
	comment, start := 0, 0
	add := func(end int) {
		if piece := strings.TrimSpace(s[start:end]); piece != "" {
			pieces = append(pieces, piece)
		}
		start = end + 1
	}
	for i := 0; i < len(s) && len(pieces) < n; i++ {
		c := s[i]
		switch {
		case escaped:
			escaped = false
		case c == '\\' && (quoted || comment > 0):
			escaped = true
		case c == '"' && quotes && comment == 0:
			quoted = !quoted
		case quoted:
		case c == '(' && quotes:
			comment++
		case c == ')' && comment > 0:
			comment--
		case comment > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case angle:
		case c == ',' || c == ';':
			add(i)
		case c == ':': // the end of a group's name
			start = i + 1
		}
	}
	if len(pieces) < n && start < len(s) {
		add(len(s))
	}
	return pieces, !quoted && comment == 0
}

// addressList reads the addresses of all lines of a field, broken ones left out, each once.
func addressList(h header, name string) (list []Address, more bool) {
	seen := map[string]bool{}
	for _, value := range h.all(name) {
		more = more || len(value) > maxFieldBytes
		for _, piece := range splitAddresses(value[:min(len(value), maxFieldBytes)], 4*maxAddresses) {
			a, ok := oneAddress(piece)
			if !ok || seen[a.Addr] {
				continue
			}
			if len(list) == maxAddresses {
				return list, true
			}
			seen[a.Addr] = true
			list = append(list, a)
		}
	}
	return list, more
}

// author is the one address of From. Two lines, a group of several, a list or nothing usable
// give the zero value (A27).
func author(h header) (Address, string) {
	values := h.all("from")
	switch {
	case len(values) == 0:
		return Address{}, "no From"
	case len(values) > 1:
		return Address{}, "several From lines"
	case len(values[0]) > maxOneValue:
		return Address{}, "the From line is too long"
	}
	pieces := splitAddresses(values[0], 5)
	if n := len(pieces) - 1; n > 0 { // Müller, Jörg <j@x>: a comma that should have been quoted
		last, addr, ok := strings.Cut(pieces[n], "<")
		if shown := strings.Join(pieces[:n], ", ") + ", " + last; ok && !strings.ContainsAny(shown, `@<>"`) {
			pieces = []string{`"` + shown + `" <` + addr}
		}
	}
	if len(pieces) != 1 {
		return Address{}, "From does not name one address"
	}
	a, ok := oneAddress(pieces[0])
	if !ok {
		return Address{}, "From is no usable address"
	}
	return a, ""
}

// HeaderFrom returns the one author of a raw mail, as Parse does: the zero value when the header
// names none or several. Whoever checks the sender must check this address.
func HeaderFrom(raw []byte) Address {
	h, _, _ := readHeader(raw[:min(len(raw), 2*maxHeader)])
	a, _ := author(h)
	return a
}

// deliveredTo collects where servers on the way say they delivered to, topmost first.
func deliveredTo(h header) []string {
	var list []string
	for _, f := range h {
		switch f.name {
		case "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-forwarded-to", "x-rcpt-to":
			for _, piece := range splitAddresses(f.value[:min(len(f.value), maxOneValue)], 5) {
				if a, ok := oneAddress(piece); ok && !slices.Contains(list, a.Addr) && len(list) < maxAddresses {
					list = append(list, a.Addr)
				}
			}
		}
	}
	return list
}
