package handlers

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// queryProof is the part of a mailed link that proves its holder reads the address's
// mail. Every form, poll and file address of the page carries it on.
const queryProof = "p"

// linkOf is what a visitor of a thread holds.
func linkOf(c *fiber.Ctx) desk.Link {
	return desk.Link{Token: c.Params("token"), Proof: c.Query(queryProof)}
}

// threadURL builds an address below a thread. query holds names and values; empty values
// are left out.
func threadURL(link desk.Link, rest string, query ...string) string {
	return placeOf(link).url(rest, query...)
}

// thread is a participant's page (PT-2).
func (h *Handlers) thread(c *fiber.Ctx) error { return h.byLink(c).page(c) }

// notices are the sentences that an address may ask for, after a redirect.
func notices(words *locale.Strings, name string) []views.Notice {
	switch name {
	case "sent":
		return []views.Notice{{Kind: "success", Text: words.T("portal.reply.sent")}}
	case "held":
		return []views.Notice{{Kind: "info", Text: words.T("portal.reply.held")}}
	case "closed":
		return []views.Notice{{Kind: "success", Text: words.T("portal.close.done")}}
	case "duplicate":
		return []views.Notice{{Kind: "info", Text: words.T("portal.notice.duplicate")}}
	case "draft", "joined", "added":
		return []views.Notice{{Kind: "success", Text: words.T("portal.detail.done." + name)}}
	case "follow_up":
		return []views.Notice{{Kind: "info", Text: words.T("portal.reply.follow_up")}}
	}
	return nil
}

// page is the ticket as it stands.
func (k *talk) page(c *fiber.Ctx) error {
	t, err := k.with.Thread(c.UserContext(), "")
	if err != nil {
		return err
	}
	if moved := k.elsewhere(t); moved != "" {
		return c.Redirect(moved, fiber.StatusSeeOther)
	}
	words := k.words(c, t)
	return k.show(c, fiber.StatusOK, t, k.replyForm(words, t), notices(words, c.Query("notice"))...)
}

func (k *talk) show(c *fiber.Ctx, status int, t *desk.PublicThread, form views.ReplyForm, notices ...views.Notice) error {
	return k.draw(c, status, t, views.Page{Title: t.Title, Body: "portal/thread", Data: k.view(k.words(c, t), t, form, notices...), Path: k.at.url("")})
}

func (k *talk) view(words *locale.Strings, t *desk.PublicThread, form views.ReplyForm, notices ...views.Notice) views.Thread {
	page := views.Thread{Header: k.header(words, t), Messages: k.messages(t, time.Time{}), Reply: &form, Poll: k.poll(t, time.Time{}),
		NewTicketURL: createURL(t.Project.Slug), PeopleURL: k.at.url("/people"), Notices: notices}
	if t.TimeLeft != nil {
		page.Notices = append(page.Notices, views.Notice{Kind: "info", Text: supportTimeWords(words, *t.TimeLeft)})
	}
	for _, m := range page.Messages {
		page.FilesByMail = page.FilesByMail || (!t.Download && len(m.Files) > 0)
	}
	k.viewSigned(&page, t)
	return page
}

func (k *talk) header(words *locale.Strings, t *desk.PublicThread) views.ThreadHeader {
	head := views.ThreadHeader{Title: t.Title, Status: views.Status{Category: t.Status.Category, Label: t.Status.Label}, Type: t.Type,
		CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt}
	if head.Turn = viewTurn(t.Next); head.Turn.Ours {
		head.Agent, head.Promise = t.WaitingFor, promiseText(words, t.Next.Promise)
	}
	for _, f := range t.Fields {
		value := strings.Join(f.Values, ", ")
		if f.Kind == models.FieldCheckbox {
			value = words.T("portal.yes")
		}
		head.Fields = append(head.Fields, views.PublicField{Label: f.Label, Value: value})
	}
	if t.CanClose {
		head.CloseURL = k.at.url("/closure")
		head.CloseAction, head.CSRF = head.CloseURL, k.at.csrf
	}
	signedHeader(&head, t)
	return head
}

// viewMessages draws messages. previous is the time of the one before them, zero when
// there is none.
func (k *talk) messages(t *desk.PublicThread, previous time.Time) []views.Message {
	var all []views.Message
	for _, m := range t.Messages {
		v := views.Message{ID: messageID(m.PID), Own: m.Own, Agent: m.Agent, Author: m.Author, Address: m.Address, At: m.At,
			Body: template.HTML(m.HTML), Unconfirmed: m.Unconfirmed, Removed: m.Removed, Event: m.Event != "", Line: m.Event, Days: m.Days, Reopens: m.Reopens} //nolint:gosec // cleaned by package markup
		for _, f := range m.Files {
			file := views.File{Name: f.Name, Size: f.Size, Type: f.Type, ContentID: f.ContentID}
			if t.Download {
				file.URL = k.at.url("/files/" + f.PID)
			}
			if f.HasThumb {
				file.ThumbURL = k.at.url("/files/" + f.PID + "/thumb")
			}
			v.Files = append(v.Files, file)
		}
		v.Body, v.Files = views.Pictures(v.Body, v.Files)
		v.SinceVisit = t.Signed != nil && t.Signed.NewFrom == m.PID && m.Event == ""
		all = append(all, v)
	}
	views.MarkDays(all, previous)
	return all
}

// messageID is a message's element and anchor.
func messageID(pid string) string { return "m-" + pid }

// poll keeps a thread fresh. Its address holds the cursor and the time of the last
// message, after which a day may begin; previous is that time when t holds no message.
func (k *talk) poll(t *desk.PublicThread, previous time.Time) views.Poll {
	if n := len(t.Messages); n > 0 {
		previous = t.Messages[n-1].At
	}
	seen := ""
	if !previous.IsZero() {
		seen = strconv.FormatInt(previous.Unix(), 10)
	}
	fresh := views.Poll{URL: k.at.url("/updates", "after", strconv.FormatInt(t.Cursor, 10), "seen", seen, "rules", strconv.FormatInt(t.Rules, 10), "until", unix(t.Next.Until)), StreamURL: k.at.url("/stream"),
		Seconds: t.Project.PollSeconds, ThreadURL: k.at.url("")}
	if t.Signed != nil && t.Signed.Part {
		fresh.SeenURL, fresh.SeenVersion = k.at.url("/seen"), t.Cursor
	}
	return fresh
}

// replyForm is the empty reply form. Its address carries the page's cursor, so that the
// answer to a reply knows what this page has not seen.
func (k *talk) replyForm(words *locale.Strings, t *desk.PublicThread) views.ReplyForm {
	f := views.ReplyForm{
		Action: k.at.url("/replies", "after", strconv.FormatInt(t.Cursor, 10)), FormID: t.FormID, CSRF: k.at.csrf,
		TypedEmail: t.TypedEmail, TypedConfirm: t.TypedConfirm, Reopens: t.ReplyReopens, DraftKey: t.DraftKey, Errors: map[string]string{},
		Upload: views.Upload{MaxFile: t.Project.Limits.File, MaxTotal: t.Project.Limits.Request, MaxFiles: t.Project.Limits.Files, Staged: stagedFiles(t.Staged)},
	}
	switch {
	case t.Me.Synthetic:
		f.Name = t.Me.Name
	case !t.TypedEmail:
		f.Address = t.Me.Address
	}
	if t.Signed != nil {
		f.Body, f.DraftURL = t.Signed.Draft, k.at.url("/draft")
	}
	if t.ReplyFollowsUp {
		f.Notices = append(f.Notices, views.Notice{Kind: "info", Text: words.T("portal.reply.follows_up")})
	}
	return f
}
