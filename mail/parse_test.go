package mail

import (
	"strings"
	"testing"
	"time"
)

// now is the time in these tests.
var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

var ours = ParseOptions{Ours: []string{"help.example"}, Now: now}

func read(t testing.TB, raw string) *Parsed {
	t.Helper()
	p, err := Parse(strings.NewReader(raw), ours)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// EM-3, EM-5: an ordinary mail.
func TestParse(t *testing.T) {
	p := read(t, "Return-Path: <ada@kunde.example>\r\nDelivered-To: support@help.example\r\nMessage-ID: <1@kunde.example>\r\nIn-Reply-To: <a@help.example>\r\nReferences: <r@help.example>\r\n <a@help.example>\r\n"+
		"From: =?iso-8859-1?Q?J=F6rg_M=FCller?= <Joerg@Kunde.example>\r\nTo: Support <support@help.example>, \"B, C\" <b@c.example>\r\nSubject: =?utf-8?b?R3LDtsOfZQ==?=\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe =80\r\n"+
		"--x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=utf-8''gr%C3%B6%C3%9Fe.pdf\r\n\r\naGVsbG8=\r\n--x--\r\n")
	if p.From != (Address{"Jörg Müller", "Joerg@kunde.example"}) || p.Subject != "Größe" || p.MessageID != "<1@kunde.example>" || p.Full != "Grüße €" {
		t.Errorf("%+v", p)
	}
	if len(p.References) != 2 || len(p.InReplyTo) != 1 || len(p.To) != 2 || p.To[1].Name != "B, C" || p.DeliveredTo[0] != "support@help.example" || !p.Date.Equal(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", p)
	}
	if len(p.Files) != 1 || p.Files[0].Name != "größe.pdf" || string(p.Files[0].Bytes) != "hello" || len(p.Faults) > 0 {
		t.Errorf("%+v", p.Files)
	}
}
