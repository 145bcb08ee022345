package mail

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"lodge/address"
	"lodge/markup"
)

// seeds are the mails of testdata/in and some that are broken.
func seeds(f *testing.F) [][]byte {
	names, err := filepath.Glob("testdata/in/*.eml")
	if err != nil || len(names) == 0 {
		f.Fatal("no seeds", err)
	}
	var all [][]byte
	for _, name := range names {
		all = append(all, mustRead(f, name))
	}
	for _, s := range []string{"", "\n", "x", "From: a@b.example\n\n", "From a@b\nFrom: a@b.example\n\nx", ": x\n\n", "Content-Type: multipart/mixed\n\n--x\n\na\n--x--", "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\na\n----",
		"Content-Type: text/plain; charset=utf-7\n\n+AOQ-", "Content-Type: text/plain; format=flowed; delsp=yes\n\n> a \n>> b \n-- \nc", "Content-Type: message/rfc822\n\nSubject: x\n\ny", "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\nFinal-Recipient: x\n--b--",
		"Content-Type: text/html\n\n<p><!--<img src=\"--><table><td><a href=https://x.example>y</a><blockquote type=cite>z", "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPGRpdj4=", "Content-Type: image/png\nContent-ID: <a b>\n\nx", "Subject: =?utf-8?q?=E4?= =?x?b?!?=\n\n"} {
		all = append(all, []byte(s))
	}
	return all
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Parse(bytes.NewReader(raw), ours)
		if err != nil {
			if len(bytes.TrimSpace(raw)) > 0 {
				t.Fatalf("refused: %v", err)
			}
			return
		}
		checkParsed(t, p)
		again, err := Parse(bytes.NewBuffer(bytes.Clone(raw)), ours)
		if err != nil || SameKey(again) != SameKey(p) || again.MessageID != p.MessageID {
			t.Errorf("the same mail has two keys")
		}
		if _, err := Original(bytes.NewReader(raw)); err != nil {
			t.Errorf("cannot be shown: %v", err)
		}
	})
}

// checkParsed holds what is true of every mail that was read.
func checkParsed(t *testing.T, p *Parsed) {
	t.Helper()
	for _, fault := range p.Faults {
		if strings.HasPrefix(fault, "reading ") {
			t.Errorf("a panic was caught: %s", fault)
		}
	}
	if messageID(p.MessageID) == "" {
		t.Errorf("Message-ID %q", p.MessageID)
	}
	for _, a := range append(append([]Address{p.From, p.ReplyTo}, p.To...), p.Cc...) {
		if canonical, err := address.Canonical(a.Addr); a.Addr != "" && (err != nil || canonical != a.Addr) {
			t.Errorf("address %q", a.Addr)
		}
		if strings.ContainsFunc(a.Name, unicode.IsControl) || strings.ContainsAny(a.Name, "\u2028\u2029@") {
			t.Errorf("name %q", a.Name)
		}
	}
	if strings.ContainsFunc(p.Subject, unicode.IsControl) || strings.ContainsAny(p.Subject, "\u2028\u2029") {
		t.Errorf("subject %q", p.Subject)
	}
	for _, s := range []string{p.Text, p.Full, p.HTML, p.Subject} {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("text %q", s)
		}
	}
	if strings.TrimSpace(p.Full) != "" && strings.TrimSpace(p.Text) == "" {
		t.Errorf("trimmed to nothing: %q", p.Full)
	}
	if markup.Mail(p.HTML) != p.HTML {
		t.Errorf("HTML is not clean: %q, %q", p.HTML, markup.Mail(p.HTML))
	}
	if strings.Contains(p.HTML, "<img src") || strings.Contains(p.HTML, " src=") && !strings.Contains(p.Full, "src=") {
		t.Errorf("a picture has an address: %q", p.HTML)
	}
	if !slices.Contains([]string{FromPerson, FromAuto, FromBounce, FromList, FromUs}, p.Class) || p.Why == "" || (p.Bounce != nil) != (p.Class == FromBounce) {
		t.Errorf("class %q: %q", p.Class, p.Why)
	}
	if p.Date.After(now) || p.Date.IsZero() {
		t.Errorf("date %v", p.Date)
	}
	for _, file := range p.Files {
		if file.Name == "" || strings.ContainsAny(file.Name, "/\\\x00\n") || file.Size != int64(len(file.Bytes)) || !typeShape.MatchString(file.Type) {
			t.Errorf("file %q %q", file.Name, file.Type)
		}
		if file.ContentID != "" && !strings.Contains(p.HTML, "data-cid") {
			t.Errorf("file %q is shown nowhere", file.Name)
		}
	}
}

func FuzzTrim(f *testing.F) {
	for _, s := range seeds(f) {
		_, body, _ := readHeader(s)
		f.Add(string(body), false)
	}
	f.Add("a\n\nOn 2026 9:58 x wrote:\n> b\n\nc\n> d\ne", false)
	f.Add("> a\n-- \nb", true)
	f.Fuzz(func(t *testing.T, text string, forwarded bool) {
		text = lines(text)
		out := trimText(text, forwarded)
		visible := func(s string) bool {
			ls := splitLines(s)
			return slices.ContainsFunc(ls, func(l line) bool { return !l.blank() })
		}
		if visible(text) && !visible(out) {
			t.Errorf("trimmed to nothing: %q", text)
		}
		was := map[string]bool{"": true}
		for _, l := range strings.Split(text, "\n") {
			was[strings.TrimSpace(l)] = true
			was[strings.TrimSpace(strings.TrimPrefix(l, "- "))] = true
		}
		for _, l := range strings.Split(out, "\n") {
			if !was[strings.TrimSpace(l)] {
				t.Errorf("%q was never written: %q", l, text)
			}
		}
		root, _ := parseHTML(text, func(string) string { return "" })
		read := readLines(root)
		trim(read.lines, forwarded)
		margins(read.lines)
		root.prune(read.nodes, read.lines)
		var b strings.Builder
		root.write(&b, maxText)
	})
}

func FuzzClassify(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(string(s[:min(len(s), 1000)]), "text", "delivery-status", "Final-Recipient: rfc822;a@b.example\nStatus: 5.1.1\nAction: failed")
	}
	f.Add("Return-Path: <>\nX-Failed-Recipients: a@b.example, c@d.example", "user unknown", "", "")
	f.Add("List-Id: x <a.help.example>\nPrecedence: list", "", "", "")
	f.Fuzz(func(t *testing.T, head, text, kind, status string) {
		h, _, _ := readHeader([]byte(head))
		for _, rep := range []*report{nil, {kind: kind, status: status, original: h}} {
			p := &Parsed{Full: lines(text)}
			p.readHeader(h, now)
			p.classify(h, rep, ours)
			if !slices.Contains([]string{FromPerson, FromAuto, FromBounce, FromList, FromUs}, p.Class) || p.Why == "" || (p.Bounce != nil) != (p.Class == FromBounce) {
				t.Errorf("class %q: %q", p.Class, p.Why)
			}
			if p.Bounce == nil {
				continue
			}
			if len(p.Bounce.Recipients) > maxBounced || p.Bounce.MailID != "" && messageID(p.Bounce.MailID) == "" {
				t.Errorf("%+v", p.Bounce)
			}
			for _, to := range p.Bounce.Recipients {
				if canonical, err := address.Canonical(to.Address); err != nil || canonical != to.Address {
					t.Errorf("recipient %q", to.Address)
				}
				if to.Hard && strings.HasPrefix(to.Status, "4") {
					t.Errorf("%+v", to)
				}
			}
		}
	})
}
