package mail

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"
)

// EM-5: broken mails are read as far as they can be.
func TestBrokenMails(t *testing.T) {
	const to = "From: Ada <ada@kunde.example>\r\nSubject: Hello\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n"
	part := func(head, body string) string {
		return "--b\r\n" + head + "\r\n\r\n" + body + "\r\n"
	}
	mixed := func(parts ...string) string {
		return to + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Join(parts, "") + "--b--\r\n"
	}
	hello := part("Content-Type: text/plain", "Hello")
	for name, row := range map[string]struct {
		raw, text, files, fault string
	}{
		"only text":                   {"Hello there", "Hello there", "", "no From"},
		"no body":                     {to, "", "", ""},
		"empty body":                  {to + "\r\n", "", "", ""},
		"empty parts":                 {mixed(part("Content-Type: text/plain", ""), part("Content-Type: text/html", " ")), "", "", ""},
		"no type":                     {to + "\r\nGrüße", "Grüße", "", ""},
		"type is one word":            {to + "Content-Type: text\r\n\r\nHello", "Hello", "", ""},
		"type is nothing":             {to + "Content-Type: ;;;\r\n\r\nHello", "Hello", "", ""},
		"charset is wrong":            {to + "Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xfc\xdfe aus K\xf6ln", "Grüße aus Köln", "", ""},
		"charset says ASCII":          {to + "Content-Type: text/plain; charset=us-ascii\r\n\r\nGrüße", "Grüße", "", ""},
		"charset is windows, says so": {to + "Content-Type: text/plain; charset=windows-1252\r\n\r\n\x84Gr\xfc\xdfe\x93 10 \x80", "„Grüße“ 10 €", "", ""},
		"charset is windows, denies":  {to + "Content-Type: text/plain; charset=iso-8859-1\r\n\r\n\x84Gr\xfc\xdfe\x93 10 \x80", "„Grüße“ 10 €", "", ""},
		"charset is unknown":          {to + "Content-Type: text/plain; charset=x-klingon\r\n\r\nGr\xfc\xdfe", "Grüße", "", ""},
		"charset is Japanese":         {to + "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B$3$s$K$A$O\x1b(B", "こんにちは", "", ""},
		"charset is Chinese":          {to + "Content-Type: text/plain; charset=gb2312\r\n\r\n\xc4\xe3\xba\xc3", "你好", "", ""},
		"charset is Cyrillic":         {to + "Content-Type: text/plain; charset=\"koi8-r\"\r\n\r\n\xf0\xd2\xc9\xd7\xc5\xd4", "Привет", "", ""},
		"charset in the HTML only":    {to + "Content-Type: text/html\r\n\r\n<html><head><meta charset=iso-8859-2></head><body>\xa3\xf3d\xbc", "Łódź", "", ""},
		"a byte is damaged":           {to + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + strings.Repeat("Grüße aus Köln. ", 20) + "\xff", strings.Repeat("Grüße aus Köln. ", 20) + "\ufffd", "", ""},
		"a byte order mark":           {to + "Content-Type: text/plain\r\n\r\n\xef\xbb\xbfHello", "Hello", "", ""},
		"NUL and bell":                {to + "\r\nHel\x00lo\x07", "Hello", "", ""},
		"encoding is unknown":         {to + "Content-Transfer-Encoding: x-zip\r\n\r\nHello", "Hello", "", ""},
		"base64 with noise":           {to + "Content-Transfer-Encoding: BASE64\r\n\r\nSGVs\r\n!!bG8=\r\n-- list footer", "Hello", "", "encoded wrongly"},
		"base64 that is none":         {to + "Content-Transfer-Encoding: base64\r\n\r\nHello, all is well.\r\nReally it is.", "Hello, all is well.\nReally it is.", "", "is not"},
		"not closed":                  {to + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + hello, "Hello", "", "not closed"},
		"boundary is missing":         {to + "Content-Type: multipart/mixed\r\n\r\npreamble\r\n" + hello + "--b--", "Hello", "", ""},
		"boundary matches nothing":    {to + "Content-Type: multipart/mixed; boundary=c\r\n\r\nHello", "Hello", "", "not closed"},
		"no empty line":               {to + "Hello there,\r\nall well?", "Hello there,\nall well?", "", "without an empty line"},
		"a line is no header":         {strings.Replace(to, "Date:", "broken line\r\nDate:", 1) + "\r\nHello", "Hello", "", "no header line"},
		"from a mailbox file":         {"From ada@kunde.example Mon Nov 23 10:00:00 2026\r\n" + to + "\r\nHello", "Hello", "", ""},
		"nameless parts":              {mixed(hello, part("Content-Type: image/png", "x"), part("Content-Type: application/pdf\r\nContent-Disposition: attachment", "x"), part("Content-Type: application/x-odd", "x"), part("Content-Type: text/plain\r\nContent-Disposition: attachment", "x")), "Hello", "image.png document.pdf file text.txt", ""},
		"names with paths":            {mixed(hello, part("Content-Type: application/pdf; name=\"../../etc/passwd\"", "x"), part("Content-Type: application/pdf; name=\"C:\\\\a\\\\b.pdf\"", "x"), part("Content-Type: application/pdf; name=\"..\"", "x")), "Hello", "passwd b.pdf file", ""},
		"names in many ways":          {mixed(hello, part("Content-Type: application/pdf; name=\"=?utf-8?q?gr=C3=BCn.pdf?=\"", "x"), part("Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*0*=utf-8''gr%C3%BC; filename*1*=n2.pdf", "x"), part("Content-Type: application/pdf; name=gr\xfcn3.pdf", "x"), part("Content-Type: application/pdf; name=two words.pdf", "x")), "Hello", "grün.pdf grün2.pdf grün3.pdf two words.pdf", ""},
		"text files":                  {mixed(hello, part("Content-Type: text/plain; name=log.txt", "x"), part("Content-Type: text/csv", "x"), part("Content-Type: text/html\r\nContent-Disposition: attachment; filename=a.html", "x")), "Hello", "log.txt table.csv a.html", ""},
		"a mail inside":               {mixed(hello, part("Content-Type: message/rfc822", "Subject: =?utf-8?q?=C3=9Cber?= a/b\r\n\r\nInner")), "Hello", "Über a-b.eml", ""},
		"a digest":                    {strings.Replace(mixed("--b\r\n\r\nSubject: One\r\n\r\nx\r\n"), "multipart/mixed", "multipart/digest", 1), "", "One.eml", ""},
		"text after text":             {mixed(hello, part("Content-Type: text/plain\r\nContent-Disposition: inline", "World")), "Hello\n\nWorld", "", ""},
		"HTML after text":             {mixed(hello, part("Content-Type: text/html", "<p>World</p>")), "Hello\n\nWorld", "", ""},
		"a list's footer":             {mixed(hello, part("Content-Type: text/plain\r\nContent-Disposition: inline", "-- \nThe cranes' list\nhttps://list.example")), "Hello", "", ""},
		"only a file":                 {to + "Content-Type: application/pdf; name=a.pdf\r\n\r\nx", "", "a.pdf", ""},
		"opaque S/MIME":               {to + "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB", "", "smime.p7m", ""},
		"PGP":                         {strings.Replace(mixed(part("Content-Type: application/pgp-encrypted", "Version: 1"), part("Content-Type: application/octet-stream; name=encrypted.asc", "x")), "multipart/mixed", "multipart/encrypted", 1), "", "version.txt encrypted.asc", ""},
		"signed by PGP":               {strings.Replace(mixed(hello, part("Content-Type: application/pgp-signature; name=signature.asc", "x")), "multipart/mixed", "multipart/signed; protocol=\"application/pgp-signature\"", 1), "Hello", "", ""},
		"delsp":                       {to + "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nHel \r\nlo\r\n\r\n-- \r\nAda", "Hello", "", ""},
		"an empty text beside HTML":   {strings.Replace(mixed(part("Content-Type: text/plain", " \r\n"), part("Content-Type: text/html", "<p>Hello</p>")), "mixed", "alternative", 1), "Hello", "", ""},
		"all is hidden":               {to + "Content-Type: text/html\r\n\r\n<div style='display: none'>Hello</div>", "Hello", "", ""},
		"HTML that is no HTML":        {to + "Content-Type: text/html\r\n\r\nHello & <you", "Hello &", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := read(t, row.raw)
			if p.Text != strings.TrimSpace(row.text) {
				t.Errorf("text %q, want %q", p.Text, row.text)
			}
			var files []string
			for _, f := range p.Files {
				files = append(files, f.Name)
			}
			if got := strings.Join(files, " "); got != row.files {
				t.Errorf("files %q, want %q", got, row.files)
			}
			if row.fault != "" && !hasFault(p, row.fault) {
				t.Errorf("faults %q, want %q", p.Faults, row.fault)
			}
			if !strings.HasSuffix(p.MessageID, "@without-message-id.invalid>") || !hasFault(p, "no Message-ID") {
				t.Errorf("Message-ID %q, faults %q", p.MessageID, p.Faults)
			}
			if strings.HasPrefix(row.raw, "From") && p.From.Addr != "ada@kunde.example" {
				t.Errorf("From %+v", p.From)
			}
			checkParsed(t, p)
		})
	}
}

// EM-5: a mail without an id gets the same each time, and another mail another.
func TestMadeUpIDs(t *testing.T) {
	const raw = "From: a@kunde.example\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\nSubject: s\r\n\r\nHello"
	first := read(t, raw)
	if again := read(t, "Received: from x\r\nDelivered-To: other@help.example\r\n"+raw); again.MessageID != first.MessageID || SameKey(again) != SameKey(first) {
		t.Error("a copy that took another way is another mail")
	}
	for _, other := range []string{strings.Replace(raw, "Hello", "Hello!", 1), strings.Replace(raw, "a@", "b@", 1), strings.Replace(raw, "10:00", "10:01", 1), strings.Replace(raw, ": s", ": t", 1)} {
		if p := read(t, other); p.MessageID == first.MessageID || SameKey(p) == SameKey(first) {
			t.Errorf("the same key: %s", other)
		}
	}
	with := strings.Replace(raw, "Subject", "Message-ID: <1@kunde.example>\r\nSubject", 1)
	if p := read(t, with); p.MessageID != "<1@kunde.example>" || SameKey(p) == SameKey(first) {
		t.Errorf("%q", p.MessageID)
	}
	if SameKey(read(t, with)) == SameKey(read(t, strings.Replace(with, "<1@", "<2@", 1))) {
		t.Error("two ids, one key")
	}
}

// EM-5
func TestDates(t *testing.T) {
	for date, want := range map[string]time.Time{
		"Mon, 23 Nov 2026 10:00:00 +0100":       time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		"23 Nov 2026 10:00 +0100 (CET)":         time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		"2026-11-23T10:00:00+01:00":             time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		"Fri, 23 Nov 2096 10:00:00 +0100":       now,
		"Mon, 23 Nov 2026 10:00:00 nonsense":    time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC),
		"yesterday":                             time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC),
		"Thu, 1 Jan 1970 00:00:00 +0000":        time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC),
		"":                                      time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC),
		"Mon, 23 Nov 2026 99:99:99 +9999999999": time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC),
	} {
		p := read(t, "Received: from a by b; Tue, 24 Nov 2026 09:00:00 +0100\r\nFrom: a@kunde.example\r\nDate: "+date+"\r\n\r\nHello")
		if !p.Date.Equal(want) {
			t.Errorf("%q: %v, want %v", date, p.Date, want)
		}
	}
	if p := read(t, "From: a@kunde.example\r\n\r\nHello"); !p.Date.Equal(now) {
		t.Errorf("%v", p.Date)
	}
}

// EM-3: pictures are shown in place only where they came with the mail; A50: none is loaded.
func TestPictures(t *testing.T) {
	big := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), 200))
	raw := headers + "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n" +
		`<p>A</p><img src="cid:One@x" alt='"><script>'><img src="CID:two%40x"><img src="cid:missing"><img src="https://track.example/1.png" alt="remote"><img src="cid:dot" width=1><img src="//evil.example/x"><img data-cid="forged" alt="y">` +
		`<img src="data:image/png;base64,` + big + `"><img src="data:image/svg+xml;base64,` + big + `"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><img srcset="https://track.example/2.png 2x"><table background="https://track.example/3.png"><tr><td>B</td></tr></table>` +
		"\r\n--b\r\nContent-Type: image/png; name=one.png\r\nContent-ID: <one@X>\r\n\r\n1\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <two@x>\r\n\r\n2\r\n--b\r\nContent-Type: image/gif\r\nContent-ID: <dot>\r\n\r\n3\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n4\r\n--b--"
	p := read(t, raw)
	if strings.Contains(p.HTML, "src=") || strings.Contains(p.HTML, "track") || strings.Contains(p.HTML, "evil") || strings.Contains(p.HTML, "forged") || strings.Contains(p.HTML, "script>") && !strings.Contains(p.HTML, "&gt;") || strings.Count(p.HTML, "<img") != 3 {
		t.Errorf("HTML %s", p.HTML)
	}
	for _, want := range []string{`data-cid="one@X"`, `data-cid="two@x"`, "<p>A</p>", "B"} {
		if !strings.Contains(p.HTML, want) {
			t.Errorf("HTML lacks %s: %s", want, p.HTML)
		}
	}
	var got []string
	for _, f := range p.Files {
		got = append(got, f.Name+"="+f.ContentID)
		if f.ContentID != "" && !strings.Contains(p.HTML, `data-cid="`+f.ContentID+`"`) {
			t.Errorf("%s is not shown", f.Name)
		}
	}
	if len(got) != 5 || !slices.Contains(got, "one.png=one@X") || !slices.Contains(got, "image.png=two@x") || !slices.Contains(got, "image.gif=") || !slices.Contains(got, "a.pdf=") || !strings.HasSuffix(got[4], "@file") {
		t.Errorf("files %q", got)
	}
	checkParsed(t, p)
}

// EM-7
func TestNote(t *testing.T) {
	for in, want := range map[string]string{
		"@note call him": "call him", "@note\n\ncall him\nor her": "call him\nor her", "\n @NOTE: call him": "call him", "@note": "", "\ufeff@note call": "call",
	} {
		if text, is := Note(&Parsed{Text: in}); !is || text != want {
			t.Errorf("%q: %q %v", in, text, is)
		}
	}
	for _, in := range []string{"", "Hello\n@note", "@notebook is broken", "> @note", "note: x"} {
		if text, is := Note(&Parsed{Text: in}); is || text != in {
			t.Errorf("%q: %q %v", in, text, is)
		}
	}
}

// EM-3: show original.
func TestOriginal(t *testing.T) {
	v, err := Original(bytes.NewReader(mustRead(t, "testdata/in/outlook-web-picture.eml")))
	if err != nil {
		t.Fatal(err)
	}
	if v.Headers[0] != (OriginalHeader{"From", "Ada Berg <ada@kunde.example>"}) || !slices.Contains(v.Headers, OriginalHeader{"Message-ID", "<outlook-web-picture@kunde.example>"}) {
		t.Errorf("headers %q", v.Headers)
	}
	for _, want := range []string{"Head of Cranes", "From: Harbour Support", "Can you send a picture?"} {
		if !strings.Contains(v.Text, want) {
			t.Errorf("text lacks %q:\n%s", want, v.Text)
		}
	}
	if strings.Count(v.HTML, "data-cid") != 2 || strings.Contains(v.HTML, "track") || !strings.Contains(v.HTML, "Can you send a picture?") || len(v.Files) != 2 || v.Files[0].Size != 408 {
		t.Errorf("HTML %s\nfiles %+v", v.HTML, v.Files)
	}
	if v, err = Original(strings.NewReader(strings.Repeat("X-A: b\r\n", 5000) + "\r\nHello")); err != nil || len(v.Headers) > maxShownHeaders || v.Text != "Hello" || len(v.Faults) == 0 {
		t.Errorf("%d headers, text %q, faults %q", len(v.Headers), v.Text, v.Faults)
	}
	if _, err = Original(strings.NewReader("")); err == nil {
		t.Error("nothing is a mail")
	}
}
