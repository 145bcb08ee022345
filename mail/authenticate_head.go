package mail

import (
	"bufio"
	"bytes"
	"errors"
	netmail "net/mail"
	"strings"

	"lodge/address"
)

// Bounds of a header that is examined at all. Verifying a signature costs the product of its
// lines, so that a mail beyond them proves nothing instead of keeping us busy (A28).
const (
	maxHead      = 256 << 10
	maxHeadLines = 2000
	maxSignature = 8 << 10
	maxFrom      = 1 << 10
)

// head is a header as it stands in the mail, topmost field first.
type head struct {
	raw    []byte // with the empty line that ends it
	fields []headField
}

type headField struct {
	name  string // lower case
	value string // unfolded
	size  int    // as it stands, in bytes
}

var (
	errHeadLong   = errors.New("the header is too long to be checked")
	errHeadBroken = errors.New("the header is broken, so that two programs could read two senders from it")
	errNoAuthor   = errors.New("the mail does not name exactly one sender")
)

// readHead reads the header and leaves the body. Whatever another program might read in another
// way is an error: bare CR, NUL, lines that are no field.
func readHead(r *bufio.Reader) (*head, error) {
	var h head
	for lines := 0; ; lines++ {
		line, err := r.ReadSlice('\n')
		if len(h.raw)+len(line) > maxHead || lines >= maxHeadLines || errors.Is(err, bufio.ErrBufferFull) {
			return nil, errHeadLong
		}
		if err != nil {
			return nil, errHeadBroken // a mail without a body has an empty line all the same
		}
		h.raw = append(h.raw, line...)
		text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(text) == 0 {
			return &h, nil
		}
		if bytes.ContainsAny(text, "\r\x00") {
			return nil, errHeadBroken
		}
		if text[0] == ' ' || text[0] == '\t' {
			if len(h.fields) == 0 {
				return nil, errHeadBroken
			}
			last := &h.fields[len(h.fields)-1]
			last.value += " " + string(bytes.TrimSpace(text))
			last.size += len(line)
			continue
		}
		name, value, found := strings.Cut(string(text), ":")
		name = strings.ToLower(strings.TrimRight(name, " \t")) // RFC 5322, 4.5: "From :" was legal once
		if !found || !fieldName(name) {
			return nil, errHeadBroken
		}
		h.fields = append(h.fields, headField{name, strings.TrimSpace(value), len(line)})
	}
}

func fieldName(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

// author gives the domain of the one address in the one From field. The display name is never
// looked at (A27).
func (h *head) author() (string, error) {
	from, n := "", 0
	for _, f := range h.fields {
		if f.name == "from" {
			from, n = f.value, n+1
		}
	}
	if n != 1 || len(from) > maxFrom || grouped(from) {
		return "", errNoAuthor
	}
	list, err := netmail.ParseAddressList(from)
	if err != nil || len(list) != 1 {
		return "", errNoAuthor
	}
	domain := address.Domain(list[0].Address)
	if domain == "" {
		return "", errNoAuthor
	}
	return domain, nil
}

// grouped says whether an address field uses the syntax of groups (RFC 5322, 3.4), outside of
// quotes and comments.
func grouped(s string) bool {
	quoted, depth := false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0 && (c == ':' || c == ';'):
			return true
		}
	}
	return false
}
