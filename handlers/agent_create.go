package handlers

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const newTicketPath = "/agent/tickets/new"

// newTicket is the form for a ticket in somebody's name (AG-3).
func (a *agents) newTicket(c *fiber.Ctx) error {
	contact, _ := strconv.ParseInt(c.Query("contact"), 10, 64)
	form := values{"tell": {"1"}, "priority": {decimal(models.PriorityNormal)}, "assignee": {decimal(actorOf(c).ID)}}
	ask := desk.NewTicketAsk{Project: strings.Clone(c.Query("project")), Template: strings.Clone(c.Query("template")), ContactID: contact, Email: strings.Clone(c.Query("email"))}
	return a.newTicketPage(c, fiber.StatusOK, ask, form, nil)
}

// createTicket opens it. A refusal, and a button that only looks something up, is the form again
// with everything that was typed and chosen (EV-3).
func (a *agents) createTicket(c *fiber.Ctx) error {
	actor, v, ctx := actorOf(c), visitOf(c), c.UserContext()
	limits, err := a.desk.NewTicketLimits(ctx, actor, strings.Clone(c.Query("project")))
	if err != nil {
		return err
	}
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
		return err
	}
	ask := desk.NewTicketAsk{Project: posted.first("project"), Template: posted.first(views.FieldTemplate), FormID: posted.first(views.FieldForm), Email: posted.first(views.FieldEmail)}
	if chosen := postedIDs(posted.values["contact"]); len(chosen) == 1 {
		ask.ContactID = chosen[0]
	}
	if posted.tooLarge || posted.has(views.FieldDo) {
		if err := a.desk.StageNewTicket(ctx, actor, ask.FormID, posted.values[views.FieldKeep], posted.uploads); err != nil {
			return err
		}
		if !posted.tooLarge {
			return a.newTicketPage(c, fiber.StatusOK, ask, posted.values, nil)
		}
		var fault models.Invalid
		fault.Add(views.FieldFiles, posted.fault.Key, posted.fault.Args...)
		e, _ := models.AsError(fault.Err())
		return a.newTicketPage(c, fiber.StatusRequestEntityTooLarge, ask, posted.values, e)
	}
	in := desk.NewTicketInput{FormID: ask.FormID, Project: ask.Project, Email: ask.Email, ContactID: ask.ContactID, Name: posted.first(views.FieldName), Title: posted.first(views.FieldTitle),
		Description: posted.first(views.FieldDescription), Type: posted.first(views.FieldType), Template: ask.Template, Fields: answers(posted.values), Priority: posted.first("priority"),
		Assignee: posted.first("assignee"), Team: posted.first("team"), Company: posted.first("company"), Tell: posted.first("tell") != "", Keep: posted.values[views.FieldKeep], Uploads: posted.uploads}
	if shown := postedIDs(posted.values["company_for"]); len(shown) == 1 {
		in.CompanyFor = shown[0]
	}
	made, err := a.desk.CreateTicket(ctx, actor, in)
	if e, ok := refusal(err); ok {
		return a.newTicketPage(c, statusOf(e), ask, posted.values, e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ticketURL(made), fiber.StatusSeeOther)
}

// ticketContact answers a typed address with what is known of it.
func (a *agents) ticketContact(c *fiber.Ctx) error {
	email := strings.Clone(c.Query(views.FieldEmail))
	k, err := a.desk.NewTicketContact(c.UserContext(), actorOf(c), email, 0)
	if err != nil {
		return err
	}
	if !isHTMX(c) {
		return c.Redirect(newTicketPath+"?email="+url.QueryEscape(email), fiber.StatusSeeOther)
	}
	return a.part(c, fiber.StatusOK, "agent/_new_contact", newContactView(a.language(c), k, values{"name": {strings.Clone(c.Query("name"))}}, nil))
}

func (a *agents) newTicketPage(c *fiber.Ctx, status int, ask desk.NewTicketAsk, form values, refused *models.Error) error {
	words := a.language(c)
	shown, err := a.desk.NewTicketForm(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	errs := map[string]string{}
	if refused != nil {
		for name, problem := range refused.Fields {
			errs[name] = say(words, problem)
		}
	}
	page := views.NewTicket{Title: words.T("agent.new.title"), Lead: words.T("agent.new.lead"), Action: "/agent/tickets?project=" + url.QueryEscape(shown.Project.Slug), CSRF: visitOf(c).token(),
		FormID: shown.FormID, CancelURL: agentHome, ContactURL: newTicketPath + "/contact", ContactsURL: contactsHome + "/suggest",
		Contact: newContactView(words, shown.Contact, form, errs),
		Upload:  views.Upload{MaxFile: shown.Limits.File, MaxTotal: shown.Limits.Request, MaxFiles: shown.Limits.Files, Staged: stagedFiles(shown.Staged), Error: errs[views.FieldFiles]}}
	if refused != nil && len(refused.Order) == 0 {
		page.Error = say(words, models.Problem{Key: refused.Message})
	}
	page.Project = views.Input{Kind: "hidden", Name: "project", Value: shown.Project.Slug}
	if len(shown.Projects) > 1 {
		page.Project = views.Input{Kind: "select", Name: "project", Label: words.T("agent.queue.project"), Choices: choices(shown.Projects, shown.Project.Slug)}
	}
	if shown.Contact == nil || !shown.Contact.Synthetic {
		page.Email = &views.Input{Name: views.FieldEmail, Label: words.T("agent.new.email"), Help: words.T("agent.new.email.help"), Value: ask.Email, Error: errs[views.FieldEmail]}
		if page.Email.Value == "" && shown.Contact != nil {
			page.Email.Value = shown.Contact.Address
		}
	}
	inputs := a.newTicketInputs(c, shown, form, errs)
	page.Inputs, page.Hands = inputs[:2], inputs[2:]
	a.newTicketTemplate(words, shown, form, errs, &page)
	if shown.CanTell && (shown.Contact == nil || !shown.Contact.Synthetic) {
		page.Tell = &views.Input{Kind: "checkbox", Name: "tell", Label: words.T("agent.new.tell"), Help: words.T("agent.new.tell.help"), Value: form.first("tell")}
	}
	if refused != nil {
		// What is wrong with something that the form does not ask stands above it.
		for _, field := range refused.Order {
			if page.Error == "" && !page.Asks(field) {
				page.Error = errs[field]
			}
		}
	}
	return a.show(c, status, views.Page{Title: page.Title, Body: "agent/new_ticket", Data: page, Path: newTicketPath})
}

// newTicketInputs are the title and the description, then what sorts the ticket.
func (a *agents) newTicketInputs(c *fiber.Ctx, shown *desk.NewTicketForm, form values, errs map[string]string) []views.Input {
	words := a.language(c)
	inputs := []views.Input{
		{Kind: "text", Name: views.FieldTitle, Label: words.T("portal.title"), Value: form.first(views.FieldTitle), MaxLength: shown.Limits.Title, Required: true},
		{Kind: "textarea", Name: views.FieldDescription, Label: words.T("portal.description"), Help: words.T("agent.new.description.help"), Value: form.first(views.FieldDescription), Rows: 7, Required: true},
	}
	if len(shown.Types) > 0 {
		kind := shown.DefaultType
		if form.has(views.FieldType) {
			kind = form.first(views.FieldType)
		}
		inputs = append(inputs, views.Input{Kind: "select", Name: views.FieldType, Label: words.T("portal.type"), Choices: append([]views.Choice{{Label: words.T("agent.new.none")}}, choices(shown.Types, kind)...)})
	}
	var priorities []views.Choice
	for _, p := range []int64{models.PriorityLow, models.PriorityNormal, models.PriorityHigh, models.PriorityUrgent} {
		priorities = append(priorities, views.Choice{Value: decimal(p), Label: words.T("agent.new.priority." + decimal(p)), Selected: form.first("priority") == decimal(p)})
	}
	inputs = append(inputs, views.Input{Kind: "select", Name: "priority", Label: words.T("agent.new.priority"), Choices: priorities},
		views.Input{Kind: "select", Name: "assignee", Label: words.T("agent.new.assignee"), Choices: append([]views.Choice{{Label: words.T("agent.nobody")}}, a.choicesWithAbsence(c, shown.Agents, shown.Absent, form.first("assignee"))...)})
	if len(shown.Teams) > 0 {
		inputs = append(inputs, views.Input{Kind: "select", Name: "team", Label: words.T("agent.new.team"), Choices: append([]views.Choice{{Label: words.T("agent.new.none")}}, choices(shown.Teams, form.first("team"))...)})
	}
	for i := range inputs {
		inputs[i].Error = errs[inputs[i].Name]
	}
	return inputs
}

func (a *agents) newTicketTemplate(words *locale.Strings, shown *desk.NewTicketForm, form values, errs map[string]string, page *views.NewTicket) {
	if len(shown.Templates) > 0 && !shown.Locked {
		page.Template = &views.Input{Kind: "select", Name: views.FieldTemplate, Label: words.T("portal.template"), Error: errs[views.FieldTemplate],
			Choices: append([]views.Choice{{Label: words.T("agent.new.none")}}, choices(shown.Templates, shown.Template)...)}
	}
	fields, given := []desk.FormField{}, values{}
	for _, f := range shown.Fields {
		if f.Inside {
			f.Help = strings.TrimSpace(f.Help + " " + words.T("agent.new.inside"))
		}
		fields = append(fields, f.FormField)
		name := views.FieldPrefix + f.Slug
		given[name] = form[name]
		// Only what was never shown has its default; what was cleared stays so.
		if f.Default != "" && form.first("fields_of") != shown.Template {
			given[name] = []string{f.Default}
		}
	}
	page.Fields, page.FieldsOf = viewFields(words, fields, given, errs), shown.Template
}

// newContactView draws who a ticket is for.
func newContactView(words *locale.Strings, k *desk.NewTicketContact, form values, errs map[string]string) views.NewContact {
	if k == nil {
		return views.NewContact{Name: &views.Input{Kind: "text", Name: views.FieldName, Label: words.T("agent.new.name"), Value: form.first(views.FieldName), MaxLength: 140, Optional: true, Error: errs[views.FieldName]}}
	}
	v := views.NewContact{Known: k.Name, Address: k.Address}
	if v.Known == "" {
		v.Known = k.Address
	}
	if v.Known == "" {
		v.Known = words.T("agent.no_mailbox")
	}
	if k.Synthetic {
		v.ID = decimal(k.ID)
		v.Marks = append(v.Marks, words.T("agent.no_mailbox"))
	} else if !k.Proven {
		v.Marks = append(v.Marks, words.T("agent.not_proven"))
	}
	if k.Blocked {
		v.Marks = append(v.Marks, words.T("agent.new.blocked"))
	}
	if len(k.Companies) > 0 {
		chosen := k.Company
		if postedIDs(form["company_for"]) != nil && form.first("company_for") == decimal(k.ID) {
			chosen = form.first("company")
		}
		v.CompanyFor = decimal(k.ID)
		v.Company = &views.Input{Kind: "select", Name: "company", Label: words.T("agent.new.company"), Error: errs["company"],
			Choices: append([]views.Choice{{Label: words.T("agent.new.company.none")}}, choices(k.Companies, chosen)...)}
	}
	return v
}
