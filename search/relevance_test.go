package search

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
)

// library is a small desk's docs: id, locale, title, body.
var library = []struct{ id, locale, title, body string }{
	{"reset", "en", "Reset your password", "If you have forgotten your passphrase, choose Forgot password on the sign-in page. We mail you a link that works for one hour."},
	{"change-pw", "en", "Change your password while signed in", "Open your profile, choose Security and enter the old and the new one."},
	{"2fa", "en", "Set up two-factor authentication", "Scan the code with an authenticator app and keep the recovery codes in a safe place."},
	{"lost-2fa", "en", "I lost my phone with the authenticator app", "Use a recovery code to get in, then pair a new device."},
	{"locked", "en", "Why is my account locked?", "After ten wrong attempts we lock an account for fifteen minutes."},
	{"invoice", "en", "Download your invoices", "All invoices are under Billing as PDF. The accountant can have a copy by mail."},
	{"vat", "en", "Add a VAT number to your bill", "Enter the number under Billing, then Company."},
	{"refund", "en", "Ask for a refund", "We return the amount within fourteen days of the purchase."},
	{"card", "en", "Update your credit card", "A card that expired must be replaced before the next payment."},
	{"declined", "en", "My payment was declined", "Ask your bank, or try another card."},
	{"cancel", "en", "Cancel your subscription", "Your data stays for thirty days after the last day paid."},
	{"upgrade", "en", "Upgrade to a larger plan", "The price difference is charged for the rest of the month only."},
	{"delete", "en", "Delete your account", "Deleting an account removes all personal data for good."},
	{"export", "en", "Export your data", "You receive an archive with all tickets and files."},
	{"import", "en", "Import contacts from a spreadsheet", "Save the spreadsheet as CSV with one contact a line."},
	{"invite", "en", "Invite colleagues to your workspace", "Each colleague receives an invitation by mail."},
	{"roles", "en", "Roles and permissions", "Owners, administrators and members can do different things."},
	{"attach", "en", "Which files can I attach?", "Pictures, documents and archives up to twenty megabytes."},
	{"upload-fails", "en", "Uploading a file fails", "Check its size and your connection."},
	{"notify", "en", "Turn off e-mail notifications", "Every message has a link at its end that unsubscribes you."},
	{"spam", "en", "Our messages land in the spam folder", "Add our address to your contacts."},
	{"slow", "en", "The dashboard loads slowly", "Large workspaces need an index. Clear the cache of your browser."},
	{"api", "en", "Create an API token", "Tokens are shown once. Store them safely."},
	{"webhook", "en", "Webhooks are not delivered", "We retry for a day with growing pauses."},
	{"print", "en", "Print a shipping label", "Use A6 paper and a scale of one hundred percent."},
	{"track", "en", "Track your parcel", "The carrier's number is in the confirmation."},
	{"address", "en", "Change the delivery address of an order", "Possible until the order has been packed."},
	{"return", "en", "Return a damaged item", "Send us a photo, and we send a replacement."},
	{"wifi", "en", "Connect the printer to Wi-Fi", "Hold the button for five seconds until the light blinks blue."},
	{"paper", "en", "Clear a paper jam", "Open the rear cover of the printer and pull gently."},
	{"mobile", "en", "Install the mobile app", "Available for both large stores."},
	{"dark", "en", "Use the dark theme", "Choose it under Appearance."},
	{"de-reset", "de", "Passwort zurücksetzen", "Wenn Sie Ihr Kennwort vergessen haben, fordern Sie auf der Anmeldeseite einen Link an."},
	{"de-login", "de", "Anmelden funktioniert nicht", "Prüfen Sie die Schreibweise der Adresse und ob die Feststelltaste aktiv ist."},
	{"de-invoice", "de", "Rechnungen herunterladen", "Alle Rechnungen finden Sie unter Abrechnung als PDF."},
	{"de-cancel", "de", "Abonnement kündigen", "Die Kündigung wird zum Monatsende wirksam."},
	{"de-refund", "de", "Wann bekomme ich mein Geld zurück?", "Erstattungen dauern bis zu vierzehn Tage."},
	{"de-address", "de", "Lieferadresse ändern", "Solange die Bestellung nicht verpackt ist, können Sie die Adresse ändern."},
	{"de-delivery", "de", "Wo bleibt meine Lieferung?", "Die Sendungsnummer steht in der Bestätigung."},
	{"de-attach", "de", "Welche Anhänge sind erlaubt?", "Bilder, Dokumente und Archive bis zwanzig Megabyte."},
	{"de-account", "de", "Benutzerkonto löschen", "Beim Löschen werden alle persönlichen Daten entfernt."},
	{"de-notify", "de", "Benachrichtigungen abbestellen", "Jede Nachricht hat am Ende einen Link."},
	{"de-printer", "de", "Drucker mit dem WLAN verbinden", "Halten Sie die Taste fünf Sekunden gedrückt."},
	{"de-street", "de", "Straße und Hausnummer korrigieren", "Schreiben Sie uns die richtigen Angaben."},
}

var day = time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)

func docs() (all []Doc) {
	for _, a := range library {
		all = append(all, Doc{ID: a.id, Kind: "article", Project: 1, Visibility: Public, Locale: a.locale, Title: a.title, Body: a.body, Updated: day})
	}
	return all
}

func from(all []Doc) func(func(Doc) error) error {
	return func(yield func(Doc) error) error {
		for _, d := range all {
			if err := yield(d); err != nil {
				return err
			}
		}
		return nil
	}
}

func openIn(t testing.TB, dir string) *Index {
	t.Helper()
	i, err := Open(dir, "epoch", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() })
	return i
}

func built(t testing.TB, dir string, all []Doc) *Index {
	t.Helper()
	i := openIn(t, dir)
	if err := i.Rebuild(t.Context(), "1", from(all)); err != nil {
		t.Fatal(err)
	}
	return i
}

func ids(hits []Hit) []string {
	all := []string{}
	for _, h := range hits {
		all = append(all, h.ID)
	}
	return all
}

// KB-3, PC-10: want is what must come first; "" is nothing at all; "+x" must be among the answers.
func TestSuggestRelevance(t *testing.T) {
	i := built(t, t.TempDir(), docs())
	for _, c := range []struct{ feature, locale, title, text, want string }{
		{"exact", "en", "Reset your password", "", "reset"},
		{"stem", "en", "resetting passwords", "", "reset"},
		{"stem", "en", "downloading an invoice ", "", "invoice"},
		{"stem, possessive", "en", "colleague's invitation ", "", "invite"},
		{"sentence", "en", "Hello, please help me reset my password!", "", "reset"},
		{"sentence", "en", "I would like to cancel my subscription", "", "cancel"},
		{"prefix", "en", "how to res", "", "reset"},
		{"prefix", "en", "Down", "", "invoice"},
		{"prefix of two letters", "en", "we", "", ""}, // a stop word, finished or not
		{"prefix of two letters", "en", "ap", "", "api"},
		{"prefix", "en", "authen", "", "+2fa"},
		{"prefix, later letters", "en", "set up two-factor authenti", "", "2fa"},
		{"one letter", "en", "w", "", ""},
		{"typo: missing", "en", "reset pasword ", "", "reset"},
		{"typo: extra", "en", "subscripttion ", "", "cancel"},
		{"typo: wrong", "en", "delete my acciunt ", "", "delete"},
		{"typo: swapped", "en", "invocie ", "", "invoice"},
		{"typo: swapped", "en", "reset passwrod ", "", "reset"},
		{"synonym", "en", "cannot login", "", "+reset"},
		{"synonym", "en", "receipt ", "", "invoice"},
		{"synonym", "en", "terminate subscription", "", "cancel"},
		{"synonym phrase", "en", "money back", "", "refund"},
		{"synonym", "en", "mfa setup", "", "+2fa"},
		{"synonym", "en", "wireless printer", "", "wifi"},
		{"synonym", "en", "attachment upload broken", "", "+upload-fails"},
		{"body only", "en", "fifteen minutes", "", "locked"},
		{"hyphen", "en", "email notifications", "", "notify"},
		{"description ranks", "en", "Printer", "There is paper stuck, I cannot clear the jam", "paper"},
		{"description ranks", "en", "Printer", "The light does not blink and it will not join the Wi-Fi", "wifi"},
		{"description alone", "en", "", "Since yesterday the dashboard loads very slowly for all of us", "slow"},
		{"description after an empty title", "en", "Help!", "my payment was declined by the bank", "declined"},
		{"unknown words around", "en", "Zebra says the webhooks arrive never delivered", "", "webhook"},
		{"nothing", "en", "quantum gardening", "", ""},
		{"nothing", "en", "", "", ""},
		{"stop words only", "en", "how do I", "", ""},
		{"punctuation only", "en", "???", "!!!", ""},
		{"German", "de", "Passwort zurücksetzen", "", "de-reset"},
		{"German stem", "de", "Rechnung herunterladen", "", "de-invoice"},
		{"German sentence", "de", "Hallo, ich möchte mein Abonnement kündigen", "", "de-cancel"},
		{"German prefix", "de", "Passw", "", "de-reset"},
		{"German typo", "de", "Passwrt zurücksetzen", "", "de-reset"},
		{"German typo: swapped", "de", "Abonnemnet kündigen", "", "de-cancel"},
		{"German without umlauts", "de", "Passwort zuruecksetzen", "", "de-reset"},
		{"German without umlauts", "de", "Passwort zurucks", "", "de-reset"},
		{"German sharp s", "de", "strasse korrigieren", "", "de-street"},
		{"German synonym", "de", "Kennwort vergessen", "", "de-reset"},
		{"German synonym", "de", "einloggen geht nicht", "", "de-login"},
		{"German synonym", "de", "Konto entfernen", "", "de-account"},
		{"German synonym", "de", "Rückerstattung", "", "de-refund"},
		{"German in an English page", "en", "Wie kann ich meine Rechnungen herunterladen", "", "de-invoice"},
		{"English in a German page", "de", "How can I download my invoices", "", "invoice"},
		{"own language first", "de", "WLAN", "", "de-printer"},
		{"another language", "fr", "Passwort zurücksetzen", "", "de-reset"},
	} {
		hits, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: c.title, Text: c.text, Locale: c.locale})
		if err != nil {
			t.Fatal(err)
		}
		got := ids(hits)
		ok := len(got) > 0 && got[0] == c.want
		if c.want == "" {
			ok = len(got) == 0
		} else if want, among := strings.CutPrefix(c.want, "+"); among {
			ok = slices.Contains(got, want)
		}
		if !ok {
			t.Errorf("%s: %q %q (%s) gave %v, want %q", c.feature, c.title, c.text, c.locale, got, c.want)
		}
	}
}

// KB-3: a long description does not drown the title.
func TestSuggestLongDescription(t *testing.T) {
	i := built(t, t.TempDir(), docs())
	noise := strings.Repeat("The parcel with the label lay beside the printer and the invoice on paper. ", 40)
	hits, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: "two-factor authentication", Text: noise, Locale: "en"})
	if err != nil || len(hits) == 0 || hits[0].ID != "2fa" {
		t.Errorf("%v, %v", ids(hits), err)
	}
}

// KB-3, PC-10: never another project's, never what is not public, whatever the stage.
func TestSuggestScope(t *testing.T) {
	all := []Doc{}
	for n, visibility := range []string{"private", "draft", "internal", ""} {
		all = append(all, Doc{ID: "hidden" + fmt.Sprint(n), Kind: "article", Project: 1, Visibility: visibility, Locale: "en", Title: "Unicorn stable rules", Body: "unicorn"})
	}
	all = append(all,
		Doc{ID: "other", Kind: "article", Project: 2, Visibility: Public, Locale: "en", Title: "Unicorn stable rules", Body: "unicorn"},
		Doc{ID: "eleven", Kind: "article", Project: 11, Visibility: Public, Locale: "en", Title: "Unicorn stable rules", Body: "unicorn"},
		Doc{ID: "ticket", Kind: "ticket", Project: 1, Visibility: Public, Locale: "en", Title: "Unicorn stable rules", Body: "unicorn"},
		Doc{ID: "own", Kind: "article", Project: 1, Visibility: Public, Locale: "en", Title: "Horses", Body: "hay"})
	i := built(t, t.TempDir(), all)
	for _, c := range []struct{ title, text string }{
		{"unicorn", ""}, {"unicorn stable rules", ""}, {"uni", ""}, {"unicrn stable", ""}, {"", "the unicorn lives in a stable"},
		{"xyzzy", "unicorn stable rules"}, {"xyzzy foo bar", "unicorn"}, {"xy", "unicorn"}, {"visibility:private", ""},
		{"scope:private", "unicorn"}, {"+unicorn", ""}, {"*", "unicorn"}, {"project:2", "unicorn"},
	} {
		hits, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: c.title, Text: c.text, Locale: "en"})
		if err != nil || len(hits) > 0 {
			t.Errorf("%q %q: %v, %v", c.title, c.text, ids(hits), err)
		}
		found, total, err := i.Search(t.Context(), Query{Project: 1, Text: c.title + " " + c.text, Locale: "en"})
		if err != nil || total > 0 {
			t.Errorf("search %q %q: %v, %v", c.title, c.text, ids(found), err)
		}
	}
	if hits, _ := i.Suggest(t.Context(), Suggest{Project: 2, Title: "unicorn", Locale: "en"}); !slices.Equal(ids(hits), []string{"other"}) {
		t.Errorf("project 2: %v", ids(hits))
	}
	if hits, _ := i.Suggest(t.Context(), Suggest{Project: 3, Title: "unicorn", Locale: "en"}); len(hits) > 0 {
		t.Errorf("empty project: %v", ids(hits))
	}
}

// KB-3
func TestSearchPages(t *testing.T) {
	var all []Doc
	for n := range 45 {
		all = append(all, Doc{ID: fmt.Sprintf("a%02d", n), Kind: "article", Project: 1, Visibility: Public, Locale: "en",
			Title: "Configure the gateway", Body: "gateway", Updated: day.Add(time.Duration(n) * time.Hour)})
	}
	i := built(t, t.TempDir(), all)
	var seen []string
	for from := 0; from < 60; from += 20 {
		hits, total, err := i.Search(t.Context(), Query{Project: 1, Text: "gateways", Locale: "en", From: from, Size: 20})
		if err != nil || total != 45 {
			t.Fatalf("from %d: total %d, %v", from, total, err)
		}
		seen = append(seen, ids(hits)...)
	}
	if len(seen) != 45 || seen[0] != "a44" || seen[44] != "a00" {
		t.Errorf("not newest first, or not each once: %v", seen)
	}
	for _, c := range []struct {
		text string
		want int
	}{{"gatewya", 45}, {"gateway unicorn", 45}, {"unicorn", 0}, {"", 0}, {"the ", 0}} {
		if _, total, err := i.Search(t.Context(), Query{Project: 1, Text: c.text, Locale: "en"}); err != nil || total != c.want {
			t.Errorf("%q: %d, want %d (%v)", c.text, total, c.want, err)
		}
	}
	if _, _, err := i.Search(t.Context(), Query{Project: 1, Text: "gateway", From: -5, Size: 1 << 30}); err != nil {
		t.Error(err)
	}
}

// KB-3: the table is a setting.
func TestSetSynonyms(t *testing.T) {
	i := built(t, t.TempDir(), docs())
	i.SetSynonyms(Synonyms{"whatsit": {"parcel"}, "shiny thing": {"credit card"}})
	for title, want := range map[string][]string{"whatsit": {"track"}, "my shiny things": {"card"}, "receipt": {}} {
		hits, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: title, Locale: "en"})
		if err != nil || !slices.Equal(ids(hits), want) {
			t.Errorf("%q: %v, want %v (%v)", title, ids(hits), want, err)
		}
	}
}
