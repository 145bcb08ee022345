package mail

import (
	"strings"
	"testing"
)

// EM-3: what is cut and above all what is not.
func TestTrim(t *testing.T) {
	const intro = "On Mon, Nov 23, 2026 at 9:58 AM Ines <support@help.example> wrote:\n"
	for name, row := range map[string][2]string{
		"nothing to cut":                  {"Hello\n\nBye", "Hello\n\nBye"},
		"only quotes":                     {"> a\n> b", "> a\n> b"},
		"only an intro and quotes":        {intro + "\n> a", intro + "\n> a"},
		"only a signature":                {"-- \nAda", "--\nAda"},
		"only a footer":                   {"Sent from my iPhone", "Sent from my iPhone"},
		"a footer and quotes":             {"Sent from my iPhone\n\n" + intro + "> a", "Sent from my iPhone"},
		"answer below":                    {intro + "> a\n> b\n\nThe answer", "The answer"},
		"answers between":                 {intro + "> one?\n\nYes.\n\n> two?\n\nNo.\n\n> bye", "> one?\n\nYes.\n\n> two?\n\nNo."},
		"answers between, no empty lines": {"> one?\nYes.\n> two?\nNo.", "> one?\nYes.\n> two?\nNo."},
		"a word above, an answer below":   {"Hi,\n\n" + intro + "> which?\n\nThe red one.\n\n> bye\n", "Hi,\n\n> which?\n\nThe red one."},
		"answer above, footer below":      {"Yes.\n\n" + intro + "> one?\n\nSent from my iPhone", "Yes."},
		"answer above, signature below":   {"Yes.\n\n" + intro + "> one?\n\n-- \nAda", "Yes."},
		"signature above the quote":       {"Yes.\n\n-- \nAda\n\n" + intro + "> one?", "Yes."},
		"a line of two hyphens":           {"one\n--\ntwo", "one"},
		"two hyphens far above":           {"one\n--\n" + strings.Repeat("more\n", 30), "one\n--\n" + strings.TrimSpace(strings.Repeat("more\n", 30))},
		"a sentence with wrote":           {"Yesterday my colleague wrote:\nIt is red.", "Yesterday my colleague wrote:\nIt is red."},
		"a sentence with a date":          {"On Monday at 9:58 it stopped, see here:\n\nERROR 12", "On Monday at 9:58 it stopped, see here:\n\nERROR 12"},
		"a form":                          {"Hello\n\nFrom: Hamburg\nTo: Berlin\nDate: Monday", "Hello\n\nFrom: Hamburg\nTo: Berlin\nDate: Monday"},
		"intro over three lines":          {"Yes.\n\nOn Mon, Nov 23, 2026 at 9:58 AM\nInes of the Harbour Support\n<support@help.example> wrote:\n> a", "Yes."},
		"intro without quotes":            {"Yes.\n\n" + intro + "\nHello Ada,\nwhich one?", "Yes."},
		"two levels":                      {"Yes.\n\n" + intro + "> b\n>\n> On Sun wrote:\n>> a", "Yes."},
		"dashes":                          {"Yes.\n\n-----Original Message-----\nFrom: x\n\na", "Yes."},
		"dashes before quotes, below":     {"-------- Original-Nachricht --------\n> Von: x\n> a\n\nJa.", "Ja."},
		"line and block":                  {"Yes.\n________________________________\nFrom: I <i@help.example>\nSent: Monday\nTo: Ada\nSubject: x\n\na", "Yes."},
		"block in bold":                   {"Yes.\n\n*From:* I <i@help.example>\n*Sent:* Monday\n*To:* Ada\n*Subject:* x\n\na", "Yes."},
		"block with nothing above":        {"From: I <i@help.example>\nSent: Monday\nTo: Ada\nSubject: x\n\na\n\nAnswer below", "From: I <i@help.example>\nSent: Monday\nTo: Ada\nSubject: x\n\na\n\nAnswer below"},
		"forwarded below own words":       {"See below.\n\n---------- Forwarded message ---------\nFrom: x\n\na\n\n> b", "See below.\n\n---------- Forwarded message ---------\nFrom: x\n\na\n\n> b"},
		"a mailbox file's arrow":          {">From here on it works.", ">From here on it works."},
		"Portuguese date first":           {"Sim.\n\n2026-11-23 9:58 GMT+01:00 Ines <support@help.example>:\n\n> a", "Sim."},
		"Russian":                         {"Да.\n\nпн, 23 нояб. 2026 г. в 09:58, Ines <support@help.example>:\n> a", "Да."},
		"Norwegian":                       {"Ja.\n\nman. 23. nov. 2026 kl. 09:58 skrev Ines <support@help.example>:\n\n> a", "Ja."},
		"two footers":                     {"Yes.\n\nGet Outlook for Android<https://aka.ms/x>\n", "Yes."},
		"footer by GMX":                   {"Ja.\n\nDiese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.\n", "Ja."},
		"intro over three short lines":    {"Yes.\n\nOn Nov 21, 2026,\nat 10:18,\nInes <support@help.example> wrote:\n\n> a", "Yes."},
		"intro with a wrapped address":    {"Ja.\n\ntir. 18. apr. 2026 kl. 13:09 skrev Ines <support@help.example\n>:\n\n> a", "Ja."},
		"Zoho":                            {"Yes.\n\n---- On Wed, 24 Feb 2026 14:02:50 +0530 support@help.example wrote ----\n\na", "Yes."},
		"a sentence like a footer":        {"Hello\n\nSent from my desk, it is easier there than on a telephone.", "Hello\n\nSent from my desk, it is easier there than on a telephone."},
		"Windows Mail, no subject":        {"Да.\n\nОт: Ines\nОтправлено: 23 ноября 2026 г. 15:05\nКому: Ada\n\na", "Да."},
		"a journey":                       {"Hello\n\nFrom: Hamburg\nTo: Berlin\nDate: 23.11.2026 15:05", "Hello\n\nFrom: Hamburg\nTo: Berlin\nDate: 23.11.2026 15:05"},
		"pictures of Outlook":             {"See [cid:image001.png@01DC.AB]", "See [cid:image001.png@01DC.AB]"},
	} {
		if got := trimText(row[0], false); got != strings.TrimSpace(row[1]) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, row[1])
		}
		if got := trimText(row[0], true); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(row[0]), " ") {
			t.Errorf("%s, passed on:\n%s", name, got)
		}
	}
}

// EM-3: the same in HTML, whose elements say more than its lines.
func TestTrimHTML(t *testing.T) {
	for name, row := range map[string][2]string{
		"answers between, Gmail": {`<div dir="ltr"><div>Hi,</div></div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 23, 2026 Ines wrote:<br></div><blockquote class="gmail_quote">one?</blockquote><div>Yes.</div><blockquote class="gmail_quote">two?</blockquote><div>No.</div><blockquote class="gmail_quote">bye</blockquote></div>`,
			`<div><div>Hi,</div></div><br/><div><blockquote>one?</blockquote><div>Yes.</div><blockquote>two?</blockquote><div>No.</div></div>`},
		"an indent is no quote":       {`<p>Look:</p><blockquote style="margin:0 0 0 40px">the error</blockquote>`, `<p>Look:</p><blockquote>the error</blockquote>`},
		"an indent after its intro":   {`<p>Yes.</p><p>On Mon, Nov 23, 2026 at 9:58 AM Ines wrote:</p><blockquote>one?</blockquote>`, `<p>Yes.</p>`},
		"only a quote":                {`<blockquote type="cite">one?</blockquote>`, `<blockquote>one?</blockquote>`},
		"only a signature":            {`<div class="gmail_signature">Ada</div>`, `<div>Ada</div>`},
		"a picture is an answer":      {`<img src="cid:x"><blockquote type="cite">one?</blockquote>`, `<img data-cid="x"/>`},
		"a table keeps its columns":   {`<table><tr><td></td><td>a</td></tr></table><blockquote type="cite">q</blockquote>`, `<table><tbody><tr><td></td><td>a</td></tr></tbody></table>`},
		"forwarded, Thunderbird":      {`<p>See:</p><div class="moz-forward-container"><p>-------- Forwarded Message --------</p><blockquote type="cite">a</blockquote></div>`, `<p>See:</p><div><p>-------- Forwarded Message --------</p><blockquote>a</blockquote></div>`},
		"Outlook, forgotten end tags": {`<p>Yes.<p>Ada<hr><div id=divRplyFwdMsg><b>From:</b> I<br><b>Sent:</b> x<br><b>Subject:</b> y</div><p>one?`, `<p>Yes.</p><p>Ada</p>`},
	} {
		p := read(t, headers+"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"+row[0]+"\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <x>\r\n\r\nx\r\n--b--")
		if p.HTML != row[1] {
			t.Errorf("%s:\n%s\nwant\n%s", name, p.HTML, row[1])
		}
		checkParsed(t, p)
	}
}
