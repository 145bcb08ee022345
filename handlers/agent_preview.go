package handlers

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

var noTime time.Time

// fieldShow says which part of a preview a script wants: "body" is the text alone.
const fieldShow = "show"

// preview shows what is in the composer as it will be stored and as people outside will get
// it. Nothing is sent. Without scripts it stands in the composer, with everything typed.
func (a *agents) preview(c *fiber.Ctx) error {
	n, posted, err := a.readPreview(c)
	if err != nil {
		return err
	}
	p, err := a.previewed(c, n, posted)
	if err != nil {
		return err
	}
	if isHTMX(c) {
		a.desk.Discard(posted.uploads)
		return a.part(c, fiber.StatusOK, "agent/_preview", *p)
	}
	formID := posted.first(views.FieldForm)
	if err := a.desk.StageAgent(c.UserContext(), actorOf(c), n, formID, posted.values[views.FieldKeep], posted.uploads); err != nil {
		return err
	}
	t, err := a.desk.Ticket(c.UserContext(), actorOf(c), n, formID)
	if err != nil {
		return err
	}
	f := a.composer(c, t)
	if f == nil {
		return models.Forbidden()
	}
	f.Body, f.Mode, f.Preview = posted.first(views.FieldBody), posted.first(views.FieldMode), p
	if seen, err := strconv.ParseInt(posted.first(views.FieldSeen), 10, 64); err == nil && seen > 0 {
		f.Seen = min(f.Seen, seen)
	}
	return a.ticketPage(c, fiber.StatusOK, t, f, nil)
}

// readPreview reads a posted composer; uploads are the caller's to keep or discard.
func (a *agents) readPreview(c *fiber.Ctx) (int64, *form, error) {
	n, err := number(c)
	if err != nil {
		return 0, nil, err
	}
	limits, err := a.desk.AgentLimits(c.UserContext(), actorOf(c), n)
	if err != nil {
		return 0, nil, err
	}
	v := visitOf(c)
	posted, err := a.readForm(c, limits, func(text values) error {
		if !v.checked(c, text) {
			return fiber.ErrForbidden
		}
		return nil
	})
	if err == nil && !v.checked(c, posted.values) {
		err = fiber.ErrForbidden
	}
	if err != nil {
		a.desk.Discard(posted.uploads)
		return 0, nil, err
	}
	return n, posted, nil
}

func (a *agents) previewed(c *fiber.Ctx, n int64, posted *form) (*views.Preview, error) {
	body := posted.first(views.FieldBody)
	p := &views.Preview{Note: posted.first(views.FieldMode) == views.ModeNote, BubbleOnly: posted.first(fieldShow) == "body", MailURL: ticketURL(n) + "/preview/mail"}
	if strings.TrimSpace(body) == "" {
		p.Empty = true
		return p, nil
	}
	if p.Note || p.BubbleOnly {
		html, err := a.desk.PreviewNote(c.UserContext(), actorOf(c), n, body)
		p.Body = template.HTML(html) //nolint:gosec // cleaned by package markup
		return p, err
	}
	shown, err := a.desk.PreviewReply(c.UserContext(), actorOf(c), n, previewReply(posted), chosenTo(posted))
	if err != nil {
		return nil, err
	}
	files := previewFiles(posted)
	m := shown.Message
	p.Body, p.Closed = template.HTML(shown.HTML), shown.Closed                                                             //nolint:gosec // cleaned by package markup
	p.Message = views.Message{ID: "preview-message", Agent: true, Author: m.Author, At: m.At, Body: template.HTML(m.HTML)} //nolint:gosec // cleaned by package markup
	for _, f := range files {
		p.Message.Files = append(p.Message.Files, views.File{Name: f.Name, Size: f.Size})
	}
	if shown.Letter == nil {
		return p, nil
	}
	for _, to := range shown.To {
		label := to.Address
		if to.Name != "" {
			label = to.Name + " <" + to.Address + ">"
		}
		p.To = append(p.To, views.Choice{Value: decimal(to.ID), Label: label, Selected: to.ID == shown.Letter.ToID})
	}
	subject, plain, _, err := a.letter(c, shown.Letter, files)
	if err != nil {
		return nil, err
	}
	p.Mail = &views.PreviewMail{From: shown.Letter.FromName, To: shown.Letter.ToAddress, Subject: subject, Text: plain, Files: files}
	if shown.Letter.FromAddress != "" {
		p.Mail.From += " <" + shown.Letter.FromAddress + ">"
	}
	if shown.Letter.ToName != "" {
		p.Mail.To = shown.Letter.ToName + " <" + p.Mail.To + ">"
	}
	return p, nil
}

// previewMail shows the HTML part of a mail as a page of its own, as a mail program would.
func (a *agents) previewMail(c *fiber.Ctx) error {
	n, posted, err := a.readPreview(c)
	if err != nil {
		return err
	}
	a.desk.Discard(posted.uploads)
	shown, err := a.desk.PreviewReply(c.UserContext(), actorOf(c), n, previewReply(posted), chosenTo(posted))
	if err != nil {
		return err
	}
	if shown.Letter == nil {
		return models.NotFound()
	}
	_, _, html, err := a.letter(c, shown.Letter, previewFiles(posted))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, mailPolicy)
	c.Set(fiber.HeaderContentType, htmlType)
	return c.SendString(html)
}

// hiddenLink stands where a mail has its reader's own secret: no agent may hold it.
const hiddenLink = "•••"

// letter puts a mail into words with the templates that write it in earnest.
func (a *agents) letter(c *fiber.Ctx, l *desk.Letter, files []views.MailFile) (subject, plain, html string, err error) {
	base := atHost(a.address(c), l.Domain)
	m := views.Mail{Workspace: l.Workspace, Project: l.Project, Reference: l.Reference, SubjectReference: l.SubjectReference, Title: l.Title, Name: l.Name, Author: l.Author,
		Text: l.Text, HTML: template.HTML(l.HTML), Signature: l.Signature, UnsubscribeURL: base + "/ticket/unsubscribe/" + hiddenLink, PreferencesURL: base + preferencesRoute + hiddenLink} //nolint:gosec // cleaned by package markup
	m.Status, m.Over, m.ReopenDays, m.CanReply = l.Status, l.Over, l.ReopenDays, l.CanReply
	if l.Own != nil {
		m.Own = &views.MailOwn{Subject: l.Own.Subject, Body: l.Own.Body}
	}
	if l.Linked {
		m.Link = base + "/ticket/thread/" + hiddenLink
	}
	room := int64(l.RoomMB) << 20
	for _, f := range files {
		if f.Size <= room {
			room -= f.Size
		} else {
			f.URL = base + "/ticket/thread/" + hiddenLink
		}
		m.Files = append(m.Files, f)
	}
	return a.Views.Mail(l.Language, desk.MailAgentReplied, m)
}

// address is the configured address of this desk, else the one the agent's browser uses.
func (a *agents) address(c *fiber.Ctx) string {
	if a.BaseURL != "" {
		return strings.TrimSuffix(a.BaseURL, "/")
	}
	return strings.Clone(c.BaseURL())
}

// previewReply is what of a posted composer shows in the mail.
func previewReply(posted *form) desk.AgentReply {
	in := desk.AgentReply{Body: posted.first(views.FieldBody), Status: posted.first(views.FieldStatus)}
	in.Macro, _ = strconv.ParseInt(posted.first("macro"), 10, 64)
	return in
}

func chosenTo(posted *form) int64 {
	to, _ := strconv.ParseInt(posted.first(views.FieldTo), 10, 64)
	return to
}

// previewFiles are the files that go with the text: those that came, and those that a script
// only names ("size name"), because a preview needs none of their bytes.
func previewFiles(posted *form) []views.MailFile {
	var all []views.MailFile
	for _, u := range posted.uploads {
		all = append(all, views.MailFile{Name: u.Name, Size: u.Size()})
	}
	for _, named := range posted.values["named"] {
		size, name, ok := strings.Cut(named, " ")
		bytes, err := strconv.ParseInt(size, 10, 64)
		if ok && err == nil && name != "" && bytes >= 0 {
			all = append(all, views.MailFile{Name: shortName(name), Size: bytes})
		}
	}
	return all
}
