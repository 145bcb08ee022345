package views

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

func agentSample(t *testing.T, v *Views, name string) string {
	t.Helper()
	for _, s := range Gallery() {
		if s.Name == name {
			return show(t, v, "en", s)
		}
	}
	t.Fatalf("no sample %q", name)
	return ""
}

// EV-1: every page of agents, of the first run and of the outbox has a sample, so that the gallery's tests see it.
func TestEveryAgentTemplateIsShown(t *testing.T) {
	shown := map[string]bool{}
	for _, s := range Gallery() {
		shown[s.Template] = true
	}
	err := templates(embedded, func(name string, _ []byte) error {
		room, file, _ := strings.Cut(name, "/")
		if (room == "agent" || room == "setup" || room == "dev") && !strings.HasPrefix(file, "_") && !shown[name] {
			t.Errorf("%s has no sample in the gallery", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// AG-2: reply and note are one form with two unmistakable modes, without scripts too; recipients stand in sight.
func TestComposerModes(t *testing.T) {
	v := open(t)
	reply := agentSample(t, v, "agent/ticket")
	for _, want := range []string{`name="mode" value="reply" checked`, `name="mode" value="note" data-note`, "Send reply", "Add note", "Only your team can read this.", "Charles Babbage", "unsubscribed", "no mailbox", `method="post" action="/agent/tickets/1042/messages"`, `hx-post="/agent/tickets/1042/messages"`} {
		if !strings.Contains(reply, want) {
			t.Errorf("lacks %s", want)
		}
	}
	note := agentSample(t, v, "agent/ticket, note")
	if !strings.Contains(note, `name="mode" value="note" checked`) || strings.Contains(note, `name="mode" value="reply" checked`) {
		t.Error("a note does not stay a note")
	}
	viewer := agentSample(t, v, "agent/ticket, bare")
	if strings.Contains(viewer, `value="reply"`) || strings.Contains(viewer, "Send reply") || !strings.Contains(viewer, `type="hidden" name="mode" value="note"`) {
		t.Error("who may only note can reply")
	}
}

// EV-3: a refused answer keeps its text, its files and its mode.
func TestRefusedComposerKeepsEverything(t *testing.T) {
	v := open(t)
	c := galleryComposer()
	c.Mode, c.Body = ModeNote, "typed <b>text</b>"
	c.Errors = map[string]string{FieldBody: "too long"}
	c.Upload.Staged = []StagedFile{{Value: "s1", Name: "log.txt", Keep: true}}
	var b bytes.Buffer
	if err := v.Fragment(&b, "en", "agent/_composer", c); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"typed &lt;b&gt;text&lt;/b&gt;", `value="note" checked`, "log.txt", `href="#body"`, `id="body-error"`, `aria-describedby="body-error"`, `id="problems"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %s", want)
		}
	}
}

// AG-2: agents see what people outside never do, and see that they alone do.
func TestAgentTicketShowsItAll(t *testing.T) {
	text := agentSample(t, open(t), "agent/ticket")
	for _, want := range []string{"#1042", "K7-3QX", "bubble--note", "Internal note", "address not proven", "unconfirmed", "Cost centre", "internal", "took the ticket", "set the status to “In progress”", `id="agent-poll"`, `data-stream="/agent/stream"`, `data-key="r"`, `data-key="n"`, `data-key="a"`, `data-key="?"`} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %s", want)
		}
	}
}

// AG-1: what changes by itself comes out of band, and a refusal is in the answer.
func TestAgentLiveAnswers(t *testing.T) {
	v := open(t)
	for _, name := range []string{"agent/_updates", "agent/_reply_added"} {
		text := agentSample(t, v, name)
		for _, want := range []string{`hx-swap-oob="beforeend:#entries"`, `id="ticket-header" hx-swap-oob="true"`, `id="agent-poll"`, `id="sidebar"`, "is-fresh"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
		if n := strings.Count(text, "hx-swap-oob"); n < 5 {
			t.Errorf("%s: %d parts out of band", name, n)
		}
	}
	if text := agentSample(t, v, "agent/_updates, refused change"); !strings.Contains(text, "Somebody else changed") || strings.Contains(text, "beforeend") {
		t.Error("a refused change is not told")
	}
	if text := agentSample(t, v, "agent/_reply_added"); !strings.Contains(text, `data-draft-clear="agent-1042"`) {
		t.Error("the draft is not forgotten")
	}
}

// AG-1: every form of the agents' pages carries the session's token and works without scripts.
func TestAgentFormsCarryTheToken(t *testing.T) {
	v := open(t)
	for _, name := range []string{"agent/ticket", "agent/sign_in"} {
		doc, err := html.Parse(strings.NewReader(agentSample(t, v, name)))
		if err != nil {
			t.Fatal(err)
		}
		walk(doc, func(n *html.Node) {
			// A form that only asks (the palette's) changes nothing and needs no token.
			if n.Data != "form" || attr(n, "method") == "get" || attr(n, "action") == "/preferences" || attr(n, "action") == galleryNav.SignOutURL {
				return
			}
			token := false
			walk(n, func(c *html.Node) { token = token || attr(c, "name") == FieldCSRF && attr(c, "value") == "token" })
			if !token || attr(n, "method") != "post" {
				t.Errorf("%s: the form to %s lacks its token or method", name, attr(n, "action"))
			}
		})
	}
}

// SE-5: the first run keeps everything but the password.
func TestSetupNeverRepeatsAPassword(t *testing.T) {
	text := agentSample(t, open(t), "setup/step, refused")
	for _, want := range []string{`value="mia@northwind"`, `value="Mia Chen"`, `id="email-error"`, `href="#password"`} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if !strings.Contains(text, `name="password" value="" type="password"`) {
		t.Error("the password is shown again")
	}
}

// OP-2: an address in a mail can be followed from the outbox; nothing else in the text becomes markup.
func TestOutboxLinksAddresses(t *testing.T) {
	p := OutboxPage{Text: "<script>x</script> see https://example.com/a?b=1&c=\"2, or (https://example.com/t/abc). javascript:x"}
	want := `&lt;script&gt;x&lt;/script&gt; see <a href="https://example.com/a?b=1&amp;c=">https://example.com/a?b=1&amp;c=</a>&#34;2, or (<a href="https://example.com/t/abc">https://example.com/t/abc</a>). javascript:x`
	if got := string(p.LinkedText()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMarkEntryDays(t *testing.T) {
	at := time.Date(2026, 11, 21, 23, 0, 0, 0, time.UTC)
	entries := []Entry{{At: at}, {At: at.Add(30 * time.Minute)}, {At: at.Add(2 * time.Hour)}}
	MarkEntryDays(entries, at.Add(-time.Hour))
	if entries[0].NewDay || entries[1].NewDay || !entries[2].NewDay {
		t.Errorf("%v %v %v", entries[0].NewDay, entries[1].NewDay, entries[2].NewDay)
	}
}
