package mail

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
)

// bounded parses a hostile mail and fails when that takes long or much memory.
func bounded(t *testing.T, raw string, most time.Duration, mebibytes uint64) *Parsed {
	t.Helper()
	if raced() {
		most *= 10
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, busy := time.Now(), processor()
	p := read(t, raw)
	took := min(time.Since(start), processor()-busy) // others may be busy too
	runtime.ReadMemStats(&after)
	if took > most {
		t.Errorf("took %v, want at most %v", took, most)
	}
	if grown := (after.Sys - before.Sys) >> 20; after.Sys > before.Sys && grown > mebibytes {
		t.Errorf("grew by %d MiB, want at most %d", grown, mebibytes)
	}
	if p.MessageID == "" || p.Class == "" || SameKey(p) == "" {
		t.Errorf("the mail is not represented: %+v", p)
	}
	return p
}

// raced tells whether the race detector watches, which takes its time.
func raced() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// processor is the time this process has had so far.
func processor() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

const headers = "From: Ada <ada@kunde.example>\r\nTo: support@help.example\r\nSubject: Hello\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@kunde.example>\r\n"

func hasFault(p *Parsed, part string) bool {
	return strings.Contains(strings.Join(p.Faults, "\n"), part)
}

// A20: a notification of ours that returns is known; the same marks with another domain are not.
func TestOwnMailReturns_A20(t *testing.T) {
	for raw, want := range map[string]string{
		LoopHeader + ": help.example\r\n" + headers:                                                      FromUs,
		LoopHeader + ": HELP.example \r\n" + headers:                                                     FromUs,
		strings.Replace(headers, "<1@kunde.example>", "<l.abcdefghijklmnopqrstuvwxyz@Help.example>", 1):  FromUs,
		LoopHeader + ": other.example\r\n" + headers:                                                     FromPerson,
		strings.Replace(headers, "<1@kunde.example>", "<l.abcdefghijklmnopqrstuvwxyz@other.example>", 1): FromPerson,
		strings.Replace(headers, "<1@kunde.example>", "<CAabc123@help.example>", 1):                      FromPerson,
		headers + "In-Reply-To: <l.abcdefghijklmnopqrstuvwxyz@help.example>\r\n":                         FromPerson,
		LoopHeader + ": other.example\r\nAuto-Submitted: auto-generated\r\n" + headers:                   FromAuto,
	} {
		if p := read(t, raw+"\r\nHello"); p.Class != want {
			t.Errorf("%s\n%s (%s), want %s", raw, p.Class, p.Why, want)
		}
	}
	m := sample() // what Compose makes is known when it comes back
	m.From.Addr = "support@help.example"
	raw, err := Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	if p := read(t, string(raw)); p.Class != FromUs {
		t.Errorf("%s (%s)", p.Class, p.Why)
	}
}

// A21
func TestManyRecipients_A21(t *testing.T) {
	var list []string
	for i := range 5000 {
		list = append(list, fmt.Sprintf("Guest %d <g%d@guests.example>", i, i))
	}
	all := strings.Join(list, ",\r\n ")
	p := bounded(t, "To: "+all+"\r\nCc: "+all+"\r\n"+strings.Replace(headers, "To: support@help.example\r\n", "", 1)+"\r\nHi", time.Second, 64)
	if len(p.To) != 40 || p.To[39].Addr != "g39@guests.example" || len(p.Cc) > 40 || !hasFault(p, "recipients") {
		t.Errorf("%d To, %d Cc, faults %q", len(p.To), len(p.Cc), p.Faults)
	}
}

// A22
func TestLinkFlood_A22(t *testing.T) {
	for name, body := range map[string]string{
		"links":        strings.Repeat(`<a href="https://evil.example/x">buy</a> `, 50000),
		"nested":       "seen" + strings.Repeat("<div>", 20000) + "deep" + strings.Repeat("</div>", 20000) + "after",
		"both":         "seen" + strings.Repeat("<div>", 20000) + strings.Repeat(`<a href="https://evil.example/x">buy</a>`, 50000),
		"formatting":   strings.Repeat(`<b><i><u><font size=1><span style=x>`, 2000) + strings.Repeat("<p>x", 60000),
		"tables":       strings.Repeat("<table><tr><td>x", 30000),
		"quotes":       "seen" + strings.Repeat("<blockquote type=cite>x", 30000),
		"open":         strings.Repeat("<a href=", 400000),
		"entities":     "seen " + strings.Repeat("&amp;&lt;&nbsp;", 300000),
		"images":       "seen" + strings.Repeat(`<img src="cid:1">`, 200000),
		"data":         "seen" + strings.Repeat(`<img src="data:image/png;base64,`+strings.Repeat("QUJD", 40)+`">`, 20000),
		"comments":     "seen" + strings.Repeat("<!--", 500000),
		"attributes":   "seen<p " + strings.Repeat("a=b ", 300000) + ">x",
		"stray ends":   "seen" + strings.Repeat("<div>", 90) + strings.Repeat("</b>", 500000),
		"lists":        "seen" + strings.Repeat("<ul><li>x", 50000),
		"eight megs":   strings.Repeat("<p>Hello there, this is a long mail.</p>\n", 200000),
		"line breaks":  "seen" + strings.Repeat("<br>", 1000000),
		"preformatted": "<pre>" + strings.Repeat("\n", 2000000),
	} {
		t.Run(name, func(t *testing.T) {
			p := bounded(t, headers+"Content-Type: text/html\r\n\r\n"+body, 2*time.Second, 96)
			if len(p.HTML) > 4<<20 || len(p.Text) > maxText || strings.Count(p.HTML, "<a ") > maxLinks {
				t.Errorf("HTML %d bytes with %d links, text %d bytes", len(p.HTML), strings.Count(p.HTML, "<a "), len(p.Text))
			}
			if (name == "links" || name == "both") && !hasFault(p, "too many links") {
				t.Errorf("faults %q", p.Faults)
			}
			if name == "nested" && (!strings.Contains(p.Text, "deep") || !strings.Contains(p.Text, "after") || !strings.Contains(p.HTML, "deep")) {
				t.Errorf("text %q", p.Text)
			}
			if name != "open" && name != "preformatted" && p.Text == "" {
				t.Error("nothing is shown")
			}
		})
	}
}

// A24: nothing that could begin another header, or another line, comes out of a name or subject.
func TestNoLineEndsInNamesAndSubjects_A24(t *testing.T) {
	for _, evil := range []string{"x\rBcc: v@evil.example", "x\x00y", "x\u0085Bcc: v@evil.example", "x\u2028Bcc: v@evil.example", "x\u2029y", "=?utf-8?q?x=0D=0ABcc:_v@evil.example?=", "=?utf-8?b?eA0KQmNjOiB2QGV2aWwuZXhhbXBsZQ==?=",
		"=?utf-8?q?x=E2=80=A8y?=", "=?utf-8?q?=C2=85?=x", "x\u202ey", "=?utf-8?q?=3D=3Futf-8=3Fq=3F=0D=0ABcc=3F=3D?="} {
		raw := "From: \"" + evil + "\" <ada@kunde.example>\r\nTo: " + evil + " <support@help.example>\r\nSubject: " + evil + "\r\nMessage-ID: <1@kunde.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
			"--b\r\n\r\nHello\r\n--b\r\nContent-Type: application/pdf; name=\"" + evil + ".pdf\"\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n"
		p := read(t, raw)
		if p.From.Addr != "ada@kunde.example" && p.From != (Address{}) {
			t.Errorf("%q: From %+v", evil, p.From)
		}
		for _, a := range append([]Address{p.From}, p.To...) {
			if strings.Contains(a.Addr, "evil") {
				t.Errorf("%q: address %+v", evil, a)
			}
		}
		said := p.From.Name + p.Subject
		for _, a := range p.To {
			said += a.Name
		}
		for _, f := range p.Files {
			said += f.Name
		}
		for _, c := range said {
			if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' || c == '\u202e' {
				t.Errorf("%q: %q", evil, said)
			}
		}
		if strings.Contains(said, "=?") {
			t.Errorf("%q: an encoded word is left in %q", evil, said)
		}
	}
}

// A25: no address that a program could read as an option or a command.
func TestNoAddressIsAnOption_A25(t *testing.T) {
	for _, evil := range []string{"-oQ/tmp@evil.example", "danger-$(id)@evil.example", `"a b"@evil.example`, "`id`@evil.example;x", "a@b|c.example", "a@evil.example\x00", "--help@evil.example", "a@[192.0.2.1]"} {
		p := read(t, "From: "+evil+"\r\nTo: "+evil+"\r\nDelivered-To: "+evil+"\r\nMessage-ID: <1@kunde.example>\r\n\r\nHello")
		for _, addr := range append([]string{p.From.Addr}, p.DeliveredTo...) {
			if strings.HasPrefix(addr, "-") || strings.ContainsAny(addr, "() \"\x00;<>[]") {
				t.Errorf("%q gave %q", evil, addr)
			}
		}
	}
}

// A27: exactly one canonical address or none; never the name.
func TestOneAuthor_A27(t *testing.T) {
	for from, want := range map[string]Address{
		`"a@good.example" (x) <b@evil.example>`:                                {"", "b@evil.example"},
		`a@good.example <b@evil.example>`:                                      {},
		`a@good.example,b@evil.example`:                                        {},
		`a@good.example b@evil.example`:                                        {},
		`"a@good.example\" <b@evil.example>`:                                   {},
		`Friends: a@good.example, b@evil.example;`:                             {},
		`<a@good.example> <b@evil.example>`:                                    {},
		`<a@good.example>, <b@evil.example>`:                                   {},
		`b@evil.example (a@good.example)`:                                      {"", "b@evil.example"},
		`=?utf-8?q?a=40good.example_=3Ca=40good.example=3E?= <b@evil.example>`: {"", "b@evil.example"},
		`=?utf-8?q?a=40good.example?=`:                                         {},
		"a@good.example\x00@evil.example":                                      {},
		`a@good.example@evil.example`:                                          {},
		`<@good.example:b@evil.example>`:                                       {},
		`undisclosed-recipients:;`:                                             {},
		``:                                                                     {},
		`Ada`:                                                                  {},
		`Ada <ADA@Kunde.EXAMPLE>`:                                              {"Ada", "ADA@kunde.example"},
		`ada@kunde.example`:                                                    {"", "ada@kunde.example"},
		`ada@kunde.example <ada@kunde.example>`:                                {"", "ada@kunde.example"},
		`Berg, Ada <ada@kunde.example>`:                                        {"Berg, Ada", "ada@kunde.example"},
		`"Berg, Ada" <ada@kunde.example>`:                                      {"Berg, Ada", "ada@kunde.example"},
		`=?UTF-8?Q?J=C3=B6rg_=22X=22?= <j@kunde.example>`:                      {`Jörg "X"`, "j@kunde.example"},
		`"=?UTF-8?Q?J=C3=B6rg?=" <j@kunde.example>`:                            {"Jörg", "j@kunde.example"},
		"J\xf6rg <j@kunde.example>":                                            {"Jörg", "j@kunde.example"},
		`Only: ada@kunde.example;`:                                             {"", "ada@kunde.example"},
		`ada@bücher.example`:                                                   {"", "ada@xn--bcher-kva.example"},
		`Berg, a@good.example <b@evil.example>`:                                {},
		strings.Repeat("(", 8000) + "b@evil.example":                           {},
		strings.Repeat("<", 8000) + "b@evil.example":                           {},
	} {
		p := read(t, "From: "+from+"\r\nMessage-ID: <1@kunde.example>\r\n\r\nHello")
		if p.From != want {
			t.Errorf("%.80s: %+v, want %+v", from, p.From, want)
		}
		if got := HeaderFrom([]byte("Subject: x\nFrom: " + from + "\n\nHello")); got != p.From {
			t.Errorf("%.80s: whoever checks the sender sees %+v", from, got)
		}
	}
	p := read(t, "From: a@good.example\r\nFrom: b@evil.example\r\n\r\nHello")
	if p.From != (Address{}) || !hasFault(p, "several From") {
		t.Errorf("two From lines gave %+v", p.From)
	}
	p = read(t, "From: a@good.example\r\n\r\nFrom: b@evil.example\r\n\r\nHello")
	if p.From.Addr != "a@good.example" {
		t.Errorf("%+v", p.From)
	}
}

// A28
func TestHugeAddress_A28(t *testing.T) {
	for _, from := range []string{
		"a@[" + strings.Repeat("1", 1<<20) + "]", "a@[" + strings.Repeat("\\[", 1<<19) + "]", strings.Repeat("\"", 1<<20), strings.Repeat("a ", 1<<19) + "<b@kunde.example>", strings.Repeat("a@b.example,", 1<<17), strings.Repeat("(", 1<<20), strings.Repeat("a:", 1<<19),
	} {
		p := bounded(t, "From: "+from+"\r\n"+headers[strings.Index(headers, "To:"):]+"\r\nHello", 100*time.Millisecond, 64)
		if p.From != (Address{}) || p.Text != "Hello" {
			t.Errorf("%.20s: From %+v, text %.80q", from, p.From, p.Text)
		}
		short := from[:8000] // within what is read
		bounded(t, "From: "+short+"\r\nTo: "+short+"\r\nReply-To: "+short+"\r\nCc: "+strings.Repeat(short, 8)+"\r\n\r\nHello", 500*time.Millisecond, 64)
	}
}

// A29
func TestCostlyMails_A29(t *testing.T) {
	nested := func(n int) string {
		var b strings.Builder
		b.WriteString(headers + "Content-Type: multipart/mixed; boundary=b0\r\n\r\n")
		for i := range n {
			fmt.Fprintf(&b, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i+1)
		}
		return b.String() + fmt.Sprintf("--b%d\r\n\r\ndeep\r\n", n)
	}
	message := strings.Repeat("Content-Type: message/rfc822\r\n\r\n", 500) + "\r\ndeep"
	files := headers + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nseen\r\n" + strings.Repeat("--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n", 50000) + "--b--\r\n"
	for name, row := range map[string]struct {
		raw, fault string
		files      int
	}{
		"encoded words":          {"Subject: " + strings.Repeat("=?utf-8?q?a?= ", 100000) + "\r\n" + headers + "\r\nseen", "header", 0},
		"unknown words":          {"Subject: " + strings.Repeat("=?x-none?q?=FF?= ", 100000) + "\r\n" + headers + "\r\nseen", "header", 0},
		"unknown charset":        {headers + "Content-Type: text/plain; charset=x-klingon\r\n\r\nseen \xfc", "", 0},
		"header of a megabyte":   {headers + "X-Long: " + strings.Repeat("x", 1<<20) + "\r\n\r\nseen", "header", 0},
		"100,000 lines":          {headers + strings.Repeat("X-Many: x\r\n", 100000) + "\r\nseen", "header", 0},
		"folded":                 {headers + "X-Long: x\r\n" + strings.Repeat(" x\r\n", 300000) + "\r\nseen", "header", 0},
		"no colon":               {headers + strings.Repeat("x\r\nX-A: b\r\n", 100000) + "\r\nseen", "header", 0},
		"messages 500 deep":      {headers + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nseen\r\n--b\r\n" + message, "", 1},
		"50,000 parts":           {files, "too many parts", 199},
		"parts 500 deep":         {strings.Replace(nested(500), "--b0\r\n", "--b0\r\n\r\nseen\r\n--b0\r\n", 1), "too deeply", 1},
		"parts 50,000 deep":      {strings.Replace(nested(50000), "--b0\r\n", "--b0\r\n\r\nseen\r\n--b0\r\n", 1), "too deeply", 1},
		"one boundary for all":   {headers + strings.Repeat("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 50000) + "\r\nseen", "", -1},
		"hyphens":                {headers + "Content-Type: multipart/mixed; boundary=\"-\"\r\n\r\nseen\r\n" + strings.Repeat("--", 1<<20), "", 0},
		"a long boundary":        {headers + "Content-Type: multipart/mixed; boundary=\"" + strings.Repeat("-", 69) + "\"\r\n\r\nseen\r\n" + strings.Repeat("-", 4<<20), "", 0},
		"parameters":             {headers + "Content-Type: text/plain" + strings.Repeat("; a=\"b", 5000) + "\r\n\r\nseen", "", 0},
		"continued parameters":   {headers + "Content-Type: text/plain" + strings.Repeat("; name*0*=utf-8''%41", 900) + "\r\n\r\nseen", "", 0},
		"broken base64":          {headers + "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nc2Vlbg==" + strings.Repeat("!*", 1<<19), "", 0},
		"broken quoted printing": {headers + "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nseen\r\n" + strings.Repeat("=\r\n=ZZ", 300000), "", 0},
		"references":             {headers + "References: " + strings.Repeat("<a@b.example> ", 4000) + "\r\n\r\nseen", "", 0},
		"bytes of no charset":    {headers + "Content-Type: text/plain\r\n\r\nseen " + strings.Repeat("\xe4\xf6\xfc ", 1<<20), "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := bounded(t, row.raw, time.Second, 128)
			if !strings.Contains(p.Text, "seen") && row.files >= 0 {
				t.Errorf("text %.100q", p.Text)
			}
			if row.fault != "" && !hasFault(p, row.fault) {
				t.Errorf("faults %q", p.Faults)
			}
			if row.files >= 0 && len(p.Files) != row.files {
				t.Errorf("%d files, want %d", len(p.Files), row.files)
			}
			if p.From.Addr != "ada@kunde.example" && name != "encoded words" && name != "unknown words" {
				t.Errorf("From %+v", p.From)
			}
		})
	}
	if _, err := Parse(strings.NewReader(" \r\n\r\n"), ours); err == nil {
		t.Error("an empty mail is a mail")
	}
}

// EM-3: five megabytes in less than a second, whatever they look like.
func TestTrimmingIsLinear(t *testing.T) {
	for _, unit := range []string{"a", "\n", ">", "> \n", "x\n", ":\n", "wrote:\n", "On Mon, Nov 23, 2026 at 9:58 AM Ada <ada@kunde.example> wrote:\n", "On 2026 9:58 @ wrote:\n\n\n", "From: x\n", "From: x\nx\n", "-- \n", "--\nx\n", "-----Original Message-----\n",
		"> q\na\n", "\u00a0\n", "Sent from my iPhone\n", "____________\n", "a\n\n", "Hello there, this is a line of text.\n", "> On Mon wrote:\n", "- - - - - -\n", "\u200b\n", "skrev 2026 10:10 @:\nx\n", "-----BEGIN PGP SIGNED MESSAGE-----\n"} {
		text := strings.Repeat(unit, (5<<20)/len(unit))
		start, busy := time.Now(), processor()
		out := trimText(text, false)
		if took := min(time.Since(start), processor()-busy); took > time.Second && !raced() {
			t.Errorf("%q repeated took %v", unit, took)
		}
		if out == "" && strings.Trim(text, "\n\u00a0\u200b> ") != "" {
			t.Errorf("%q repeated: nothing is left", unit)
		}
	}
}

func mustRead(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
