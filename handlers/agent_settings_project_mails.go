package handlers

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// mailTextRoutes are the pages of a project's own words of its mails.
func (a *agents) mailTextRoutes(r fiber.Router) {
	all := projectsHome + "/:slug/mails"
	r.Get(all, a.mailTexts)
	one := all + "/:template/:lang"
	r.Get(one, a.mailText)
	r.Post(one, a.saveMailText)
	r.Get(one+"/frame", a.mailTextFrame)
	r.Post(one+"/reset", a.resetMailText)
	r.Post(one+"/test", a.sendMailText)
}

func mailTextsURL(slug string) string { return projectURL(slug, "/mails") }

func mailTextURL(slug, template, lang string) string {
	return mailTextsURL(slug) + "/" + template + "/" + lang
}

// mailTexts lists the mails whose words can be changed.
func (a *agents) mailTexts(c *fiber.Ctx) error {
	texts, err := a.desk.MailTexts(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.MailTextsPage{Head: a.projectHead(c, texts.Project, "mails")}
	for _, k := range desk.MailKinds {
		row := views.MailTextRow{Title: words.T("agent.mailtext.kind." + k.Template), Text: words.T("agent.mailtext.kind." + k.Template + ".text")}
		for _, code := range a.Locale.Locales() {
			_, own := texts.Find(k.Template, code)
			row.Languages = append(row.Languages, views.MailTextLanguage{Label: a.Locale.For(code).T("locale.name"), URL: mailTextURL(texts.Project.Slug, k.Template, code), Own: own})
		}
		data.Rows = append(data.Rows, row)
	}
	return a.showProject(c, fiber.StatusOK, data.Head, "settings/mail_texts", data)
}

// mailTextOfPath finds the mail and the language that the address names.
func (a *agents) mailTextOfPath(c *fiber.Ctx) (*desk.MailTexts, desk.MailKind, string, error) {
	texts, err := a.desk.MailTexts(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return nil, desk.MailKind{}, "", err
	}
	kind, known := desk.MailKindOf(c.Params("template"))
	lang := strings.Clone(c.Params("lang"))
	if !known || !slices.Contains(a.Locale.Locales(), lang) {
		return nil, kind, "", models.NotFound()
	}
	return texts, kind, lang, nil
}

// ownOrBuiltIn are the words that a mail is sent with now, in the form of the editor.
func (a *agents) ownOrBuiltIn(texts *desk.MailTexts, kind desk.MailKind, lang string) (desk.OwnWords, bool, time.Time) {
	if own, found := texts.Find(kind.Template, lang); found {
		return own.Own, true, own.Changed
	}
	builtIn := views.MailBuiltIn(a.Locale.For(lang), kind.Template)
	return desk.OwnWords{Subject: builtIn.Subject, Body: builtIn.Body}, false, time.Time{}
}

func (a *agents) mailText(c *fiber.Ctx) error {
	texts, kind, lang, err := a.mailTextOfPath(c)
	if err != nil {
		return err
	}
	own, _, _ := a.ownOrBuiltIn(texts, kind, lang)
	return a.showMailText(c, fiber.StatusOK, texts, kind, lang, own, nil, false)
}

// saveMailText keeps the words, or shows how they would read. Saving the built-in words unchanged
// is going back to them.
func (a *agents) saveMailText(c *fiber.Ctx) error {
	texts, kind, lang, err := a.mailTextOfPath(c)
	if err != nil {
		return err
	}
	form := posted(c)
	own := desk.OwnWords{Subject: form.first("subject"), Body: form.first("body")}
	clean, err := desk.CheckMailText(kind, own)
	preview := form.first("do") == "preview"
	here := mailTextURL(texts.Project.Slug, kind.Template, lang)
	if err == nil && !preview {
		if clean == desk.OwnWords(views.MailBuiltIn(a.Locale.For(lang), kind.Template)) {
			err = a.desk.ResetMailText(c.UserContext(), actorOf(c), texts.Project.Slug, kind.Template, lang)
		} else {
			err = a.desk.SaveMailText(c.UserContext(), actorOf(c), texts.Project.Slug, kind.Template, lang, clean)
		}
	}
	if e, ok := refusal(err); ok {
		return a.showMailText(c, statusOf(e), texts, kind, lang, own, e, false)
	}
	if err != nil {
		return err
	}
	if preview {
		return a.showMailText(c, fiber.StatusOK, texts, kind, lang, clean, nil, true)
	}
	return a.saved(c, here)
}

// frameRoom is how long typed words may be to travel in the address of the preview's frame.
const frameRoom = 6000

// showMailText draws the editor with words, saved or not, and the mail that they make.
func (a *agents) showMailText(c *fiber.Ctx, status int, texts *desk.MailTexts, kind desk.MailKind, lang string, own desk.OwnWords, refused *models.Error, typed bool) error {
	words, p := a.language(c), texts.Project
	here := mailTextURL(p.Slug, kind.Template, lang)
	shown, isOwn, changed := a.ownOrBuiltIn(texts, kind, lang)
	if typed {
		shown = own
	}
	mail, from, err := a.sampleMail(c, texts, kind, lang, shown)
	if err != nil {
		return err
	}
	plain := c.Query("as") == "text"
	data := views.MailTextPage{Title: words.T("agent.mailtext.kind." + kind.Template), Lead: words.T("agent.mailtext.kind." + kind.Template + ".text"), BackURL: mailTextsURL(p.Slug), Own: isOwn, Changed: changed,
		ResetAction: here + "/reset", CSRF: visitOf(c).token(), Form: views.Form{Action: here, CSRF: visitOf(c).token(), Submit: words.T("agent.save"), Inputs: []views.Input{
			{Kind: "text", Name: "subject", Label: words.T("agent.mailtext.subject"), Value: own.Subject, MaxLength: 200, Required: true},
			{Kind: "textarea", Name: "body", Label: words.T("agent.mailtext.body"), Help: words.T("agent.mailtext.body.help"), Value: own.Body, MaxLength: 4000, Rows: 12, Required: true}}}}
	for _, code := range a.Locale.Locales() {
		data.Languages = append(data.Languages, views.AgentView{Label: a.Locale.For(code).T("locale.name"), URL: mailTextURL(p.Slug, kind.Template, code), Current: code == lang})
	}
	for _, v := range kind.Variables {
		data.Variables = append(data.Variables, views.Hint{Text: "{" + v + "}", Help: mailVariableHelp(words, kind.Template, v)})
	}
	frame := here + "/frame"
	if typed {
		query := url.Values{"subject": {own.Subject}, "body": {own.Body}}.Encode()
		if frame += "?" + query; len(query) > frameRoom {
			plain = true
		}
	}
	data.Preview = views.MailTextPreview{Subject: mail.subject, From: from, Text: mail.text, FrameURL: frame, Plain: plain}
	if !typed {
		data.Preview.Shapes = []views.AgentView{{Label: words.T("agent.mailtext.shape.html"), URL: here, Current: !plain}, {Label: words.T("agent.mailtext.shape.text"), URL: here + "?as=text", Current: plain}}
		if a.MailTools != nil && refused == nil {
			if data.To, err = a.desk.OwnAddress(c.UserContext(), actorOf(c)); err != nil {
				return err
			}
			data.TestAction = here + "/test"
		}
	}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	flash := a.savedFlash(c)
	switch c.Query("sent") {
	case "1":
		flash = &views.Flash{Kind: "success", Text: words.T("agent.mailtext.sent")}
	case "0":
		flash = &views.Flash{Kind: "error", Text: words.T("agent.mailtext.not_sent")}
	}
	c.Set(fiber.HeaderContentSecurityPolicy, holderPolicy)
	return a.showSettings(c, status, views.Page{Title: data.Title + " · " + p.Name, Body: "settings/mail_text", Data: data, Flash: flash})
}

type renderedMail struct{ subject, text, html string }

// sampleMail is a mail with made-up contents and these words, as it would leave.
func (a *agents) sampleMail(c *fiber.Ctx, texts *desk.MailTexts, kind desk.MailKind, lang string, own desk.OwnWords) (renderedMail, string, error) {
	words := a.Locale.For(lang)
	m := views.SampleMail(words, kind.Template, texts.Workspace, texts.Project.Name)
	m.SubjectReference, m.ReopenDays = texts.Project.Settings.SubjectReference, texts.Project.Settings.ReopenDays
	if kind.Template == desk.MailCreated {
		told := viewPromise(words, texts.Sample.Promise)
		m.ResponseTime, m.ResolutionTime, m.Outside, m.Back = told.Response, told.Resolution, texts.Sample.Outside, texts.Sample.Hours.Back
	}
	m.CanReply = desk.Answerable(texts.Project.Mailbox())
	m.ClosesOn = a.sampleClosing(texts.Project, kind.Template)
	m.Own = &views.MailOwn{Subject: own.Subject, Body: own.Body}
	subject, text, html, err := a.Views.Mail(lang, kind.Template, m)
	from := texts.Project.Name
	if box := texts.Project.Mailbox(); box != nil {
		agent := ""
		if kind.Template == desk.MailAgentReplied {
			agent = m.Author
		}
		from = models.SenderName(box.FromName, agent, texts.Project.Name, texts.Workspace) + " <" + box.Address + ">"
	}
	return renderedMail{subject, text, html}, from, err
}

// framedMailPolicy is mailPolicy for a mail that our own pages may show in a frame.
var framedMailPolicy = strings.Replace(mailPolicy, "frame-ancestors 'none'", "frame-ancestors 'self'", 1)

// mailTextFrame is the mail by itself, as a mail program would show it: saved words, or those in
// the address.
func (a *agents) mailTextFrame(c *fiber.Ctx) error {
	texts, kind, lang, err := a.mailTextOfPath(c)
	if err != nil {
		return err
	}
	own, _, _ := a.ownOrBuiltIn(texts, kind, lang)
	if c.Query("body") != "" {
		if own, err = desk.CheckMailText(kind, desk.OwnWords{Subject: c.Query("subject"), Body: c.Query("body")}); err != nil {
			return err
		}
	}
	mail, _, err := a.sampleMail(c, texts, kind, lang, own)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, framedMailPolicy)
	c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
	c.Set(fiber.HeaderContentType, htmlType)
	return c.SendString(mail.html)
}

func (a *agents) resetMailText(c *fiber.Ctx) error {
	texts, kind, lang, err := a.mailTextOfPath(c)
	if err != nil {
		return err
	}
	if err := a.desk.ResetMailText(c.UserContext(), actorOf(c), texts.Project.Slug, kind.Template, lang); err != nil {
		return err
	}
	return a.saved(c, mailTextURL(texts.Project.Slug, kind.Template, lang))
}

// sendWithin is how long somebody waits for a test mail to leave.
const sendWithin = 20 * time.Second

// sendMailText sends the mail with made-up contents to the agent's own address.
func (a *agents) sendMailText(c *fiber.Ctx) error {
	texts, kind, lang, err := a.mailTextOfPath(c)
	if err != nil {
		return err
	}
	if a.MailTools == nil {
		return models.NotFound()
	}
	to, err := a.desk.OwnAddress(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	own, _, _ := a.ownOrBuiltIn(texts, kind, lang)
	ctx, cancel := context.WithTimeout(c.UserContext(), sendWithin)
	defer cancel()
	sent := "?sent=1"
	if err := a.MailTools.SendPreview(ctx, texts.Project, desk.MailPreview{Template: kind.Template, Locale: lang, To: to, Own: own}); err != nil {
		a.log.Warn("test mail not sent", "error", err)
		sent = "?sent=0"
	}
	return c.Redirect(mailTextURL(texts.Project.Slug, kind.Template, lang)+sent, fiber.StatusSeeOther)
}
