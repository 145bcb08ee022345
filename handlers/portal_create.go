package handlers

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// The values of FieldDo: a button that asks for the form again instead of sending it.
const (
	doTemplate = "template"
	doEdit     = "edit"
)

// fieldCustomer carries an intake link's token through the form (PC-8).
const fieldCustomer = "customer_token"

// showCreate is the public form (PC-1).
func (h *Handlers) showCreate(c *fiber.Ctx) error {
	slug := c.Params("slug")
	ask := desk.FormAsk{Type: c.Query(views.FieldType), Template: c.Query(views.FieldTemplate), CustomerToken: c.Query(fieldCustomer)}
	shown, err := h.portal.Form(c.UserContext(), slug, ask)
	if err == nil && shown.Template == "" && len(shown.Templates) > 0 {
		// The select shows its first template as chosen, so its fields must be there.
		ask.Template, ask.FormID = shown.Templates[0].Slug, shown.FormID
		shown, err = h.portal.Form(c.UserContext(), slug, ask)
	}
	if _, ok := desk.AskedToSignIn(err); ok {
		// Signed in, they open it on their own form (CP-12).
		return c.Redirect(customerNew+"/"+slug, fiber.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	return h.createPage(c, fiber.StatusOK, shown, createForm{customer: ask.CustomerToken, kind: ask.Type})
}

// create files a ticket and leads to its page (PC-12). A refusal is the form again, with
// everything that was typed and chosen.
func (h *Handlers) create(c *fiber.Ctx) error {
	slug, ctx, client := c.Params("slug"), c.UserContext(), h.client(c)
	project, err := h.portal.Project(ctx, slug)
	if err != nil {
		return h.rescue(c, err, createURL(slug), createURL(slug))
	}
	posted, err := h.readForm(c, project.Limits, func(values) error { return h.portal.MayUpload(ctx, slug, client) })
	again := createForm{values: posted.values, customer: customerToken(c, posted.values), limits: project.Limits}
	if err == nil {
		switch {
		case posted.tooLarge, posted.has(views.FieldDo):
			// What came with it waits for the next showing of the form (PC-3, PC-4).
			if err := h.portal.Stage(ctx, slug, client, posted.first(views.FieldForm), posted.values[views.FieldKeep], posted.uploads); err != nil {
				return err
			}
			if !posted.tooLarge {
				return h.createAgain(c, fiber.StatusOK, slug, again)
			}
			again.fault = &posted.fault
			err = models.TooLarge(posted.fault.Key)
		default:
			var done *desk.Submitted
			done, err = h.portal.Submit(ctx, submission(slug, posted, again.customer, client, h.lang(c, project.Locale)))
			if err == nil && done.Held {
				return c.Redirect(checkMailURL(slug), fiber.StatusSeeOther)
			}
			if err == nil {
				notice := ""
				if done.Repeated {
					notice = "duplicate"
				}
				return c.Redirect(threadURL(desk.Link{Token: done.Token}, "", "notice", notice), fiber.StatusSeeOther)
			}
		}
	}
	return h.refuseCreate(c, slug, again, err)
}

func submission(slug string, posted *form, customer, client, lang string) desk.SubmitInput {
	return desk.SubmitInput{
		Slug: slug, FormID: posted.first(views.FieldForm), CustomerToken: customer,
		Email: posted.first(views.FieldEmail), Name: posted.first(views.FieldName), Title: posted.first(views.FieldTitle),
		Description: posted.first(views.FieldDescription), Message: posted.first(views.FieldMessage), Type: posted.first(views.FieldType),
		Template: posted.first(views.FieldTemplate), Fields: answers(posted.values), Foreign: foreign(posted.values),
		Keep: posted.values[views.FieldKeep], Uploads: posted.uploads, Honeypot: posted.first(views.FieldHoneypot),
		Work: posted.first(views.FieldPow), Confirmed: posted.first(views.FieldConfirm) == "1", Client: client, Locale: lang,
	}
}

func customerToken(c *fiber.Ctx, posted values) string {
	if token := c.Query(fieldCustomer); token != "" {
		return token
	}
	return posted.first(fieldCustomer)
}

// refuseCreate answers a form that made no ticket.
func (h *Handlers) refuseCreate(c *fiber.Ctx, slug string, again createForm, err error) error {
	status := statusOf(err)
	retryAfter(c, err)
	switch e, _ := models.AsError(err); {
	case errors.Is(err, desk.ErrConfirm):
		return h.confirmPage(c, slug, again)
	case e != nil && (e.Kind == models.KindInvalid || e.Kind == models.KindTooMany || e.Kind == models.KindTooLarge):
		again.err = e
		return h.createAgain(c, status, slug, again)
	case models.KindOf(err) == models.KindNotFound:
		return err
	}
	return h.refused(c, err, again.values, again.action(slug), again.action(slug))
}

// createAgain shows the form with what was typed.
func (h *Handlers) createAgain(c *fiber.Ctx, status int, slug string, again createForm) error {
	shown, err := h.portal.Form(c.UserContext(), slug, desk.FormAsk{Type: again.first(views.FieldType), Template: again.first(views.FieldTemplate),
		CustomerToken: again.customer, FormID: again.first(views.FieldForm)})
	if err != nil {
		return err
	}
	return h.createPage(c, status, shown, again)
}

// confirmPage asks the sender of a suspect form once more; its files are staged (PC-13).
func (h *Handlers) confirmPage(c *fiber.Ctx, slug string, again createForm) error {
	shown, err := h.portal.Form(c.UserContext(), slug, desk.FormAsk{Type: again.first(views.FieldType), Template: again.first(views.FieldTemplate),
		CustomerToken: again.customer, FormID: again.first(views.FieldForm)})
	if err != nil {
		return err
	}
	words := h.words(c, shown.Project.Locale)
	page := views.Confirm{Action: again.action(slug), Title: again.first(views.FieldTitle), Description: again.first(views.FieldDescription),
		Files: stagedFiles(shown.Staged)}
	page.Values = append(hidden(again.values, views.FieldForm, views.FieldKeep, fieldCustomer), views.Hidden{Name: views.FieldForm, Value: shown.FormID})
	return h.page(c, fiber.StatusConflict, "portal", views.Page{Title: words.T("portal.confirm.heading"), Body: "portal/confirm", Data: page,
		Nav: nav(&shown.Project, true, "new"), Lang: words.Locale(), Path: again.action(slug)})
}

// refused is the page for a form that failed for no fault of its own, or was garbled on
// the way. "Back to form" posts the text to where the form is shown with it.
func (h *Handlers) refused(c *fiber.Ctx, err error, posted values, formURL, backURL string) error {
	status := statusOf(err)
	h.report(c, status, err)
	retryAfter(c, err)
	words := h.words(c, h.fallback(c))
	page := views.Refused{Status: status, Minutes: minutes(err), FormURL: formURL, BackURL: backURL, Values: hidden(posted)}
	if status >= 500 {
		page.Reference, page.Text = requestID(c), words.T("errors."+itoa(pageStatus(status))+".text")
	}
	return h.page(c, status, "portal", views.Page{Title: words.T("portal.refused.other"), Body: "portal/refused", Data: page,
		Nav: nav(nil, false, ""), Lang: words.Locale(), Path: backURL})
}

// rescue answers a form whose page could not even be found: when that is a fault of ours,
// the text is read all the same and shown on the page about it (A108).
func (h *Handlers) rescue(c *fiber.Ctx, err error, formURL, backURL string) error {
	if statusOf(err) < 500 || isHTMX(c) {
		return err
	}
	posted, _ := h.readForm(c, desk.Limits{Text: ordinaryText, Request: discardBody}, func(values) error { return errEnough })
	return h.refused(c, err, posted.values, formURL, backURL)
}

// createForm is what a posted form brings to its next showing.
type createForm struct {
	values
	customer string
	// kind is the type that the address asks for, for a form that was not posted.
	kind   string
	limits desk.Limits
	// err is why it is shown again, fault what was too large; both may be nil.
	err   *models.Error
	fault *models.Problem
}

// action is where the form posts to; it carries the intake link on.
func (f createForm) action(slug string) string {
	address := createURL(slug)
	if f.customer != "" {
		address += "?" + fieldCustomer + "=" + url.QueryEscape(f.customer)
	}
	return address
}

// createPage draws the form.
func (h *Handlers) createPage(c *fiber.Ctx, status int, shown *desk.CreateForm, f createForm) error {
	project := &shown.Project
	words := h.words(c, project.Locale)
	return h.page(c, status, "portal", views.Page{Title: words.T("portal.create.heading"), Body: "portal/create", Data: h.createView(c, words, shown, f),
		Nav: nav(project, true, "new"), Lang: words.Locale(), Path: f.action(project.Slug)})
}

// createView is the form as the page draws it.
func (h *Handlers) createView(c *fiber.Ctx, words *locale.Strings, shown *desk.CreateForm, f createForm) views.Create {
	project := &shown.Project
	errs := f.errors(words)
	page := views.Create{
		Project: viewProject(project, true), Action: f.action(project.Slug),
		FieldsURL: createURL(project.Slug) + "/fields",
		LostURL:   lostLinkRoute,
		FormID:    shown.FormID, Promise: viewPromise(words, shown.Promise), PromiseByType: shown.PromiseByType, Away: viewAway(shown.Hours),
		Email: f.first(views.FieldEmail), Name: f.first(views.FieldName), Title: f.first(views.FieldTitle),
		Description: f.first(views.FieldDescription), AskMessage: shown.InitialMessage, Message: f.first(views.FieldMessage),
		Types:  choices(shown.Types, or(or(f.first(views.FieldType), f.kind), shown.DefaultType)),
		Fields: views.Fields{Fields: viewFields(words, shown.Fields, f.values, errs)},
		Upload: views.Upload{MaxFile: project.Limits.File, MaxTotal: project.Limits.Request, MaxFiles: project.Limits.Files,
			Staged: stagedFiles(shown.Staged), Error: errs[views.FieldFiles]},
		Errors: errs, DraftKey: "",
	}
	if shown.Locked {
		page.TemplateLocked = shown.Templates[0].Name
	} else {
		page.Templates = choices(shown.Templates, shown.Template)
	}
	if shown.Challenge != nil {
		page.Pow = &views.Pow{Challenge: shown.Challenge.Text, Bits: shown.Challenge.Bits}
	}
	if shown.Customer != nil {
		page.Customer = &views.Customer{Name: shown.Customer.Name, Email: shown.Customer.Address, NotYouURL: createURL(project.Slug)}
	}
	if shown.IntakeDead {
		page.Notices = append(page.Notices, views.Notice{Kind: "warning", Text: words.T("portal.notice.link_expired")})
	}
	if project.Suggestions {
		page.SuggestURL = createURL(project.Slug) + "/suggestions"
	}
	if title := f.first(views.FieldTitle); title != "" && project.Suggestions {
		page.Suggestions = h.suggest(c, project.Slug, title, f.first(views.FieldDescription), words.Locale())
	}
	return page
}
