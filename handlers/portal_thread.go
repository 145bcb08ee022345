package handlers

import (
	"html/template"
	"net/url"
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
	q := url.Values{}
	if link.Proof != "" {
		q.Set(queryProof, link.Proof)
	}
	for i := 0; i+1 < len(query); i += 2 {
		if query[i+1] != "" {
			q.Set(query[i], query[i+1])
		}
	}
	address := "/ticket/thread/" + url.PathEscape(link.Token) + rest
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	return address
}

// thread is a participant's page (PT-2).
func (h *Handlers) thread(c *fiber.Ctx) error {
	link := linkOf(c)
	t, err := h.portal.Thread(c.UserContext(), link, "")
	if err != nil {
		return err
	}
	words := h.words(c, t.Project.Locale)
	return h.threadPage(c, fiber.StatusOK, link, t, h.replyForm(words, link, t), notices(words, c.Query("notice"))...)
}

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
	case "follow_up":
		return []views.Notice{{Kind: "info", Text: words.T("portal.reply.follow_up")}}
	}
	return nil
}

func (h *Handlers) threadPage(c *fiber.Ctx, status int, link desk.Link, t *desk.PublicThread, form views.ReplyForm, notices ...views.Notice) error {
	words := h.words(c, t.Project.Locale)
	return h.page(c, status, "portal", views.Page{Title: t.Title, Body: "portal/thread", Data: h.viewThread(words, link, t, form, notices...),
		Nav: nav(&t.Project, true, ""), Lang: words.Locale(), Workspace: viewWorkspace(t.Workspace), Path: threadURL(link, ""), NoIndex: true})
}

func (h *Handlers) viewThread(words *locale.Strings, link desk.Link, t *desk.PublicThread, form views.ReplyForm, notices ...views.Notice) views.Thread {
	page := views.Thread{Header: threadHeader(words, link, t), Messages: viewMessages(link, t, time.Time{}), Reply: &form, Poll: poll(link, t, time.Time{}),
		NewTicketURL: createURL(t.Project.Slug), PeopleURL: threadURL(link, "/people"), Notices: notices}
	if t.TimeLeft != nil {
		page.Notices = append(page.Notices, views.Notice{Kind: "info", Text: supportTimeWords(words, *t.TimeLeft)})
	}
	for _, m := range page.Messages {
		page.FilesByMail = page.FilesByMail || (!t.Download && len(m.Files) > 0)
	}
	return page
}

func threadHeader(words *locale.Strings, link desk.Link, t *desk.PublicThread) views.ThreadHeader {
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
	head.Feedback = feedbackCard(words, t.Feedback, threadURL(link, "/feedback"))
	if t.CanClose {
		head.CloseURL = threadURL(link, "/closure")
		head.CloseAction = head.CloseURL
	}
	return head
}

// viewMessages draws messages. previous is the time of the one before them, zero when
// there is none.
func viewMessages(link desk.Link, t *desk.PublicThread, previous time.Time) []views.Message {
	var all []views.Message
	for _, m := range t.Messages {
		v := views.Message{ID: messageID(m.PID), Own: m.Own, Agent: m.Agent, Author: m.Author, Address: m.Address, At: m.At,
			Body: template.HTML(m.HTML), Unconfirmed: m.Unconfirmed, Removed: m.Removed, Event: m.Event != "", Line: m.Event, Days: m.Days, Reopens: m.Reopens} //nolint:gosec // cleaned by package markup
		for _, f := range m.Files {
			file := views.File{Name: f.Name, Size: f.Size, Type: f.Type, ContentID: f.ContentID}
			if t.Download {
				file.URL = threadURL(link, "/files/"+f.PID)
			}
			if f.HasThumb {
				file.ThumbURL = threadURL(link, "/files/"+f.PID+"/thumb")
			}
			v.Files = append(v.Files, file)
		}
		v.Body, v.Files = views.Pictures(v.Body, v.Files)
		all = append(all, v)
	}
	views.MarkDays(all, previous)
	return all
}

// messageID is a message's element and anchor.
func messageID(pid string) string { return "m-" + pid }

// poll keeps a thread fresh. Its address holds the cursor and the time of the last
// message, after which a day may begin; previous is that time when t holds no message.
func poll(link desk.Link, t *desk.PublicThread, previous time.Time) views.Poll {
	if n := len(t.Messages); n > 0 {
		previous = t.Messages[n-1].At
	}
	seen := ""
	if !previous.IsZero() {
		seen = strconv.FormatInt(previous.Unix(), 10)
	}
	return views.Poll{URL: threadURL(link, "/updates", "after", strconv.FormatInt(t.Cursor, 10), "seen", seen, "rules", strconv.FormatInt(t.Rules, 10), "until", unix(t.Next.Until)), StreamURL: threadURL(link, "/stream"),
		Seconds: t.Project.PollSeconds, ThreadURL: threadURL(link, "")}
}

// replyForm is the empty reply form. Its address carries the page's cursor, so that the
// answer to a reply knows what this page has not seen.
func (h *Handlers) replyForm(words *locale.Strings, link desk.Link, t *desk.PublicThread) views.ReplyForm {
	f := views.ReplyForm{
		Action: threadURL(link, "/replies", "after", strconv.FormatInt(t.Cursor, 10)), FormID: t.FormID,
		TypedEmail: t.TypedEmail, TypedConfirm: t.TypedConfirm, Reopens: t.ReplyReopens, DraftKey: t.DraftKey, Errors: map[string]string{},
		Upload: views.Upload{MaxFile: t.Project.Limits.File, MaxTotal: t.Project.Limits.Request, MaxFiles: t.Project.Limits.Files, Staged: stagedFiles(t.Staged)},
	}
	switch {
	case t.Me.Synthetic:
		f.Name = t.Me.Name
	case !t.TypedEmail:
		f.Address = t.Me.Address
	}
	if t.ReplyFollowsUp {
		f.Notices = append(f.Notices, views.Notice{Kind: "info", Text: words.T("portal.reply.follows_up")})
	}
	return f
}
