package mail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wanted is what is to be seen of one mail in testdata/in.
type wanted struct {
	text  string
	class string // empty is FromPerson
	html  string // empty is not looked at
	files string // names, quoted ones in brackets
	full  string // something only the whole text has
}

// mailsIn are mails as the common clients write them, in the common languages. EM-3, EM-5
var mailsIn = map[string]wanted{
	"gmail-web":           {text: "It happened again today, at 12:04. The log is attached to the ticket.\n\nThanks\nAda", html: "<div><div>It happened again today, at 12:04. The log is attached to the ticket.</div><div><br/></div><div>Thanks</div><div>Ada</div></div>", full: "> could you tell us"},
	"gmail-signature":     {text: "Yes, that works.", html: "<div>Yes, that works.</div>", full: "+49 30"},
	"gmail-android-de":    {text: "Danke, es läuft wieder.", html: "<p>Danke, es läuft wieder.</p>", full: "schrieb am"},
	"gmail-interleaved":   {text: "Hi Ines,\n\n> Which crane is it?\n\nNumber 7.\n\n> And since when?\n\nSince Friday.", full: "> Kind regards"},
	"outlook-desktop-de":  {text: "Hallo Ines,\n\nhier das Protokoll von heute früh.\n\nViele Grüße\nAda", full: "Gesendet: Montag"},
	"outlook-web-picture": {text: "Please see the picture:", html: `<div>Please see the picture:</div><div><img data-cid="shot-1@kunde" alt="The display" width="400"/></div>`, files: "display.png [image.png]", full: "Head of Cranes"},
	"outlook-ios":         {text: "Tuesday is fine.", html: "<div>Tuesday is fine.</div>", full: "Get Outlook"},
	"apple-mail":          {text: "The part number is K7-112.\n\nAda", full: "Which part number"},
	"iphone-de":           {text: "Nein, noch nicht.", full: "iPhone"},
	"apple-forward-de":    {text: "Bitte prüfen.\n\nAnfang der weitergeleiteten Nachricht:\n\n> Von: Lager Nord <lager@nord.example>\n> Betreff: Rechnung 4711\n> Datum: 20. November 2026 um 08:00:00 MEZ\n> An: Ada Berg <ada@kunde.example>\n>\n> Die Rechnung ist doppelt."},
	"gmail-forward":       {text: "---------- Forwarded message ---------\nFrom: Nils Holm <nils@lager.example>\nDate: Fri, Nov 20, 2026 at 8:00 AM\nSubject: Broken pallet\nTo: <ada@kunde.example>\n\nPallet 12 is broken.\n\n--\nNils"},
	"outlook-forward-de":  {text: "Von: Nils Holm <nils@lager.example>\nGesendet: Freitag, 20. November 2026 08:00\nAn: Ada Berg <ada@kunde.example>\nBetreff: Palette gebrochen\n\nPalette 12 ist gebrochen."},
	"thunderbird-de":      {text: "Die Seriennummer ist 0815. Gewartet wurde er im Oktober von der Firma Nordwind.", full: "zuletzt gewartet wurde"},
	"thunderbird-fr":      {text: "Bonjour,\n\nla grue est repartie, merci.", html: "<p>Bonjour,</p><p>la grue est repartie, merci.<br/></p>", full: "> Est-elle repartie ?"},
	"gmail-fr":            {text: "Oui, depuis ce matin.", full: "repartie"},
	"gmail-es":            {text: "Sí, gracias.", full: "iPhone"},
	"outlook-es":          {text: "Funciona desde ayer.", full: "Enviado el"},
	"gmail-it":            {text: "Tutto a posto.", full: "Funziona"},
	"outlook-nl":          {text: "Hij draait weer.", full: "Verzonden:"},
	"gmail-nl":            {text: "Ja hoor.", full: "schreef"},
	"gmail-pt":            {text: "Voltou a funcionar.", full: "escreveu"},
	"gmail-sv":            {text: "Den går igen.", full: "skrev"},
	"outlook-da":          {text: "Den kører igen.", full: "Sendt:"},
	"gmail-pl":            {text: "Już działa.", full: "napisał(a)"},
	"yahoo":               {text: "The belt was changed on Friday.", full: "When was the belt changed?"},
	"samsung-de":          {text: "Ich schaue heute nach.", full: "Galaxy"},
	"proton":              {text: "No, it is still red.", html: "<div>No, it is still red.</div>", full: "Proton Mail"},
	"gmx-de":              {text: "Der Monteur war da.", full: "War der Monteur da?"},
	"plain-quotes":        {text: "Yes, twice. No change.", full: "> Did you"},
	"html-only": {text: "Order 12\n\nHello,\n\nthese are missing:\n\n- two hooks\n- one chain\n\nTotal 3\n\nSee here or there.",
		html: `<h1>Order 12</h1><p>Hello,</p><p>these are missing:</p><ul><li>two hooks</li><li>one <b>chain</b></li></ul><table><tbody><tr><td>Total</td><td>3</td></tr></tbody></table><p>See here or <a href="https://kunde.example/o/12" rel="nofollow noreferrer noopener" target="_blank">there</a>.</p>`},
	"calendar":         {text: "Inspection of crane 7 on Thursday.", files: "invite.ics"},
	"winmail":          {text: "Der Plan für März ist dabei.", files: "winmail.dat"},
	"smime-signed":     {text: "I agree to the offer."},
	"pgp-inline":       {text: "Which key do you use?", full: "PGP"},
	"apple-mixed":      {text: "First view:\n\nand that was all.", files: "IMG_1.jpeg"},
	"out-of-office-de": {text: "Ich bin bis zum 30. November nicht im Büro.", class: FromAuto},
	"newsletter":       {text: "News of November", class: FromList},
	"bounce-postfix":   {class: FromBounce}, "bounce-exchange": {class: FromBounce}, "bounce-qmail": {class: FromBounce}, "bounce-exim": {class: FromBounce},
}

func TestMailsOfTheCommonClients(t *testing.T) {
	names, err := filepath.Glob("testdata/in/*.eml")
	if err != nil || len(names) != len(mailsIn) {
		t.Fatalf("%d mails, %d rows: %v", len(names), len(mailsIn), err)
	}
	for name, want := range mailsIn {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile("testdata/in/" + name + ".eml")
			if err != nil {
				t.Fatal(err)
			}
			for _, ends := range []string{"\n", "\r\n"} {
				p := read(t, strings.ReplaceAll(string(raw), "\n", ends))
				if want.class == "" {
					want.class = FromPerson
				}
				if p.Class != want.class {
					t.Errorf("class %s (%s), want %s", p.Class, p.Why, want.class)
				}
				if want.class != FromBounce && p.Text != want.text {
					t.Errorf("text\n%s\nwant\n%s", p.Text, want.text)
				}
				if !strings.Contains(p.Full, want.full) || p.Full == "" {
					t.Errorf("full text lacks %q:\n%s", want.full, p.Full)
				}
				if want.html != "" && p.HTML != want.html {
					t.Errorf("HTML\n%s\nwant\n%s", p.HTML, want.html)
				}
				var files []string
				for _, f := range p.Files {
					if f.Quoted {
						f.Name = "[" + f.Name + "]"
					}
					files = append(files, f.Name)
				}
				if got := strings.Join(files, " "); got != want.files {
					t.Errorf("files %q, want %q", got, want.files)
				}
				if len(p.Faults) > 0 {
					t.Errorf("faults %q", p.Faults)
				}
			}
		})
	}
}

// EM-5: each says what its report says and no more.
func TestBounces(t *testing.T) {
	for name, want := range map[string]BouncedTo{
		"bounce-postfix":  {"gone@kunde.example", "5.1.1", true, "550 5.1.1 <gone@kunde.example>: Recipient address rejected: User unknown"},
		"bounce-exchange": {"voll@kunde.example", "4.2.2", false, "452 4.2.2 mailbox full"},
		"bounce-qmail":    {"gone@alt.kunde.example", "5.1.1", true, "Sorry, no mailbox here by that name. (#5.1.1)"},
		"bounce-exim":     {"gone@exim.kunde.example", "5.1.1", true, "host mx.exim.kunde.example [192.0.2.1] SMTP error from remote mail server after RCPT TO:<gone@exim.kunde.example>: 550 5.1.1 user unknown"},
	} {
		raw, err := os.ReadFile("testdata/in/" + name + ".eml")
		if err != nil {
			t.Fatal(err)
		}
		p := read(t, string(raw))
		if p.Bounce == nil || len(p.Bounce.Recipients) != 1 || p.Bounce.Recipients[0] != want || p.Bounce.MailID != "<l.abcdefghijklmnopqrstuvwxy3@help.example>" {
			t.Errorf("%s: %+v, want %+v", name, p.Bounce, want)
		}
	}
}
