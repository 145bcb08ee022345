package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// What the form of a signed-in customer posts besides that of guests (CP-8).
const (
	doDraft   = "draft"
	doDiscard = "discard"

	// companyPersonal is the posted choice of no company; one is posted as companyNamed and its name.
	companyPersonal, companyNamed = "-", "c:"
)

// createRoutes are a signed-in customer's new ticket (CP-8).
func (u *customers) createRoutes(r fiber.Router) {
	one := customerNew + "/:slug"
	r.Get(customerNew, u.chooseCategory)
	r.Get(one, u.showNew)
	u.postUpload(r, one, u.createOwn)
	r.Post(one+"/fields", u.newFields)
	r.Post(one+"/suggestions", u.newSuggestions)
	r.Post(one+"/draft", u.saveNewDraft)
}

func newURL(slug, rest string) string { return customerNew + "/" + slug + rest }

// mine is the portal as the signed-in customer uses it.
func (u *customers) mine(c *fiber.Ctx) *desk.Portal { return u.portal.As(customerOf(c)) }

// chooseCategory lists the projects when there is a choice.
func (u *customers) chooseCategory(c *fiber.Ctx) error {
	projects, err := u.mine(c).Projects(c.UserContext())
	if err != nil {
		return err
	}
	if len(projects) == 1 {
		return c.Redirect(newURL(projects[0].Slug, ""), fiber.StatusSeeOther)
	}
	words, page := u.language(c), views.NewCategory{}
	for _, p := range projects {
		page.Projects = append(page.Projects, views.Project{Name: p.Name, Description: p.Summary, NewTicketURL: newURL(p.Slug, "")})
	}
	return u.show(c, fiber.StatusOK, views.Page{Title: words.T("portal.new.choose"), Body: "customer/new_category", Data: page, Nav: views.Nav{Current: "new"}})
}

// showNew is the form, with what was typed into it before and not sent.
func (u *customers) showNew(c *fiber.Ctx) error {
	slug, ctx, portal := c.Params("slug"), c.UserContext(), u.mine(c)
	typed, err := portal.NewDraft(ctx, slug)
	if err != nil {
		return err
	}
	again := ownForm{values: typed, draft: len(typed) > 0, saved: c.Query("saved") != ""}
	ask := desk.FormAsk{Type: or(again.first(views.FieldType), c.Query(views.FieldType)), Template: or(again.first(views.FieldTemplate), c.Query(views.FieldTemplate)), FormID: again.first(views.FieldForm)}
	shown, err := portal.OwnForm(ctx, slug, ask)
	if models.KindOf(err) == models.KindInvalid && ask.Template != "" {
		// The template of the draft is gone.
		ask.Template = ""
		shown, err = portal.OwnForm(ctx, slug, ask)
	}
	if err == nil && shown.Template == "" && len(shown.Templates) > 0 {
		ask.Template, ask.FormID = shown.Templates[0].Slug, shown.FormID
		shown, err = portal.OwnForm(ctx, slug, ask)
	}
	if err != nil {
		return err
	}
	return u.newPage(c, fiber.StatusOK, shown, again)
}

// createOwn files the ticket and leads to it. A refusal is the form again, with everything that
// was typed and chosen (PC-4).
func (u *customers) createOwn(c *fiber.Ctx) error {
	slug, ctx, portal, v := c.Params("slug"), c.UserContext(), u.mine(c), visitOf(c)
	project, err := portal.Project(ctx, slug)
	if err != nil {
		return u.rescue(c, err, newURL(slug, ""), newURL(slug, ""))
	}
	posted, err := u.readForm(c, project.Limits, func(text values) error {
		if !v.checked(c, text) {
			return fiber.ErrForbidden
		}
		return portal.MayUpload(ctx, slug, portal.Client())
	})
	if !v.checked(c, posted.values) {
		u.portal.Discard(posted.uploads)
		return fiber.ErrForbidden
	}
	again := ownForm{values: posted.values}
	if err == nil && (posted.tooLarge || posted.has(views.FieldDo)) {
		// What came with it waits for the next showing of the form.
		if err := portal.Stage(ctx, slug, portal.Client(), posted.first(views.FieldForm), posted.values[views.FieldKeep], posted.uploads); err != nil {
			return err
		}
		if !posted.tooLarge {
			return u.newInstead(c, slug, again)
		}
		again.fault = &posted.fault
		err = models.TooLarge(posted.fault.Key)
	} else if err == nil {
		in := submission(slug, posted, "", "", u.language(c).Locale())
		var done *desk.Submitted
		if done, err = portal.SubmitOwn(ctx, in, again.input()); err == nil {
			address := customerHome + "/" + done.Reference
			if done.Repeated {
				address += "?notice=duplicate"
			}
			return c.Redirect(address, fiber.StatusSeeOther)
		}
	}
	retryAfter(c, err)
	if e, _ := models.AsError(err); e != nil && (e.Kind == models.KindInvalid || e.Kind == models.KindTooMany || e.Kind == models.KindTooLarge) {
		again.err = e
		return u.newAgain(c, statusOf(err), slug, again)
	}
	if kind := models.KindOf(err); err != nil && (kind == models.KindNotFound || statusOf(err) == fiber.StatusForbidden) {
		return err
	}
	return u.refused(c, err, again.values, newURL(slug, ""), newURL(slug, ""))
}

// newInstead does what a button asks for besides sending: other fields, keeping the draft, or
// forgetting it.
func (u *customers) newInstead(c *fiber.Ctx, slug string, again ownForm) error {
	switch again.first(views.FieldDo) {
	case doDraft:
		if err := u.mine(c).SaveNewDraft(c.UserContext(), slug, draftOf(again.values)); err != nil {
			return err
		}
		return c.Redirect(newURL(slug, "?saved=1"), fiber.StatusSeeOther)
	case doDiscard:
		if err := u.mine(c).SaveNewDraft(c.UserContext(), slug, nil); err != nil {
			return err
		}
		return c.Redirect(newURL(slug, ""), fiber.StatusSeeOther)
	}
	return u.newAgain(c, fiber.StatusOK, slug, again)
}

// newAgain shows the form with what was typed.
func (u *customers) newAgain(c *fiber.Ctx, status int, slug string, again ownForm) error {
	shown, err := u.mine(c).OwnForm(c.UserContext(), slug, desk.FormAsk{Type: again.first(views.FieldType), Template: again.first(views.FieldTemplate), FormID: again.first(views.FieldForm)})
	if err != nil {
		return err
	}
	return u.newPage(c, status, shown, again)
}

// newFields gives the questions of a chosen template (PC-3).
func (u *customers) newFields(c *fiber.Ctx) error {
	typed := posted(c)
	shown, err := u.mine(c).OwnForm(c.UserContext(), c.Params("slug"), desk.FormAsk{Type: typed.first(views.FieldType), Template: typed.first(views.FieldTemplate), FormID: typed.first(views.FieldForm)})
	if err != nil {
		return err
	}
	if !isHTMX(c) {
		return u.newPage(c, fiber.StatusOK, shown, ownForm{values: typed})
	}
	words := u.language(c)
	promise := viewPromise(words, shown.Promise)
	promise.OOB = true
	return u.part(c, fiber.StatusOK, "portal/_fields", views.Fields{Fields: viewFields(words, shown.Fields, typed, nil), Promise: &promise})
}

// newSuggestions offers articles while a customer writes (PC-10).
func (u *customers) newSuggestions(c *fiber.Ctx) error {
	slug, typed := c.Params("slug"), posted(c)
	if _, err := u.mine(c).Project(c.UserContext(), slug); err != nil {
		return err
	}
	found := u.suggestBy(c, u.mine(c), slug, typed.first(views.FieldTitle), typed.first(views.FieldDescription), u.language(c).Locale())
	return u.part(c, fiber.StatusOK, "portal/_suggestions", found)
}

// saveNewDraft keeps what is typed, as a script posts it now and then.
func (u *customers) saveNewDraft(c *fiber.Ctx) error {
	slug := c.Params("slug")
	if err := u.mine(c).SaveNewDraft(c.UserContext(), slug, draftOf(posted(c))); err != nil {
		return err
	}
	if isHTMX(c) || c.Get("X-Draft") != "" {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return c.Redirect(newURL(slug, "?saved=1"), fiber.StatusSeeOther)
}

// draftOf is what is kept of a form: what people type and choose, and the form's own id, by which
// its files wait. Nothing but choices that stand there anyway is no draft.
func draftOf(typed values) values {
	kept, written := values{}, false
	for name, all := range typed {
		switch name {
		case views.FieldCSRF, views.FieldDo, views.FieldKeep, views.FieldPow, views.FieldHoneypot, views.FieldConfirm, views.FieldFiles:
			continue
		case views.FieldTitle, views.FieldDescription, views.FieldMessage:
			written = written || strings.TrimSpace(typed.first(name)) != ""
		default:
			written = written || strings.HasPrefix(name, views.FieldPrefix) && strings.TrimSpace(typed.first(name)) != ""
		}
		kept[name] = all
	}
	if !written {
		return nil
	}
	return kept
}

// ownForm is what a posted form, or a draft, brings to its next showing.
type ownForm struct {
	values
	draft, saved bool
	// err is why it is shown again, fault what was too large; both may be nil.
	err   *models.Error
	fault *models.Problem
}

// input is what the customer says besides what guests say.
func (f ownForm) input() desk.OwnInput {
	in := desk.OwnInput{Priority: f.first("priority"), Due: f.first("due"), Private: f.first("private") == "1"}
	switch company := f.first("company"); {
	case company == companyPersonal:
		in.Company = desk.Personal
	case company != "":
		in.Company, _ = strings.CutPrefix(company, companyNamed)
	}
	return in
}

// newPage draws the form: that of guests, with what only customers are asked.
func (u *customers) newPage(c *fiber.Ctx, status int, shown *desk.OwnForm, f ownForm) error {
	words, slug := u.language(c), shown.Project.Slug
	base := createForm{values: f.values, err: f.err, fault: f.fault}
	page := u.createView(c, words, shown.CreateForm, base)
	page.Action, page.FieldsURL, page.LostURL = newURL(slug, ""), newURL(slug, "/fields"), ""
	page.Customer.NotYouURL = ""
	if shown.Project.Suggestions {
		page.SuggestURL = newURL(slug, "/suggestions")
		page.Suggestions = views.Suggestions{}
		if title := f.first(views.FieldTitle); title != "" {
			page.Suggestions = u.suggestBy(c, u.mine(c), slug, title, f.first(views.FieldDescription), words.Locale())
		}
	}
	own, err := u.ownView(c, words, shown, f, page.Errors)
	if err != nil {
		return err
	}
	page.Own = own
	switch {
	case f.saved && f.draft:
		page.Notices = append(page.Notices, views.Notice{Kind: "success", Text: words.T("portal.new.draft.saved")})
	case f.draft:
		page.Notices = append(page.Notices, views.Notice{Kind: "info", Text: words.T("portal.new.draft.restored")})
	}
	return u.show(c, status, views.Page{Title: words.T("portal.create.heading"), Body: "portal/create", Data: page,
		Nav: views.Nav{DocsURL: docsURL(slug), NewTicketURL: newURL(slug, ""), Current: "new"}, Path: newURL(slug, "")})
}

// ownView is what only customers are asked.
func (u *customers) ownView(c *fiber.Ctx, words *locale.Strings, shown *desk.OwnForm, f ownForm, errs map[string]string) (*views.OwnTicket, error) {
	own := &views.OwnTicket{CSRF: visitOf(c).token(), DraftURL: newURL(shown.Project.Slug, "/draft"), Draft: f.draft}
	projects, err := u.mine(c).Projects(c.UserContext())
	if err != nil {
		return nil, err
	}
	if own.Category = shown.Project.Name; len(projects) > 1 {
		own.CategoryURL = customerNew
	}
	if len(shown.Companies) > 0 {
		own.Company = companyInput(words, shown, f, errs)
		if shown.Private == models.PrivateChoice {
			own.Private = &views.Input{Kind: "radio", Name: "private", Label: words.T("portal.new.seen"), Choices: []views.Choice{
				{Value: "", Label: words.T("portal.new.seen.company"), Selected: f.first("private") != "1"}, {Value: "1", Label: words.T("portal.new.seen.me"), Selected: f.first("private") == "1"}}}
		}
		own.Alone = shown.Private == models.PrivateAlways
	}
	if shown.Priority {
		own.Priority = &views.Input{Kind: "select", Name: "priority", Label: words.T("portal.new.priority"), Error: errs["priority"]}
		for _, word := range desk.Priorities {
			own.Priority.Choices = append(own.Priority.Choices, views.Choice{Value: word, Label: words.T("portal.priority." + word), Selected: word == or(f.first("priority"), "normal")})
		}
	}
	if shown.Due {
		own.Due = &views.Input{Kind: "date", Name: "due", Label: words.T("portal.new.due"), Value: f.first("due"), Min: shown.Today, Error: errs["due"]}
	}
	return own, nil
}

func companyInput(words *locale.Strings, shown *desk.OwnForm, f ownForm, errs map[string]string) *views.Input {
	in := &views.Input{Kind: "select", Name: "company", Label: words.T("portal.new.company"), Help: words.T("portal.new.company.help"), Error: errs["company"]}
	chosen := f.first("company")
	if chosen == "" && shown.Company != "" {
		chosen = companyNamed + shown.Company
	}
	if len(shown.Companies) > 1 {
		in.Required = true
		in.Choices = append(in.Choices, views.Choice{Label: words.T("common.choose"), Selected: chosen == ""})
	}
	for _, name := range shown.Companies {
		in.Choices = append(in.Choices, views.Choice{Value: companyNamed + name, Label: name, Selected: chosen == companyNamed+name})
	}
	in.Choices = append(in.Choices, views.Choice{Value: companyPersonal, Label: words.T("portal.new.company.personal"), Selected: chosen == companyPersonal})
	return in
}
