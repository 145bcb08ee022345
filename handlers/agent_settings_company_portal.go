package handlers

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

const companyPortalPage = settingsHome + "/company-portal"

func (a *agents) companyPortalRoutes(r fiber.Router) {
	r.Get(companyPortalPage, a.companyPortal)
	r.Post(companyPortalPage, a.saveCompanyPortal)
}

// companyPortal shows the switch of the company portal with its checklist (CP-4).
func (a *agents) companyPortal(c *fiber.Ctx) error {
	return a.showCompanyPortal(c, fiber.StatusOK, nil, nil)
}

func (a *agents) saveCompanyPortal(c *fiber.Ctx) error {
	form := posted(c)
	change := desk.CompanyPortalChange{On: form.first("company_portal") != ""}
	change.Version, _ = strconv.ParseInt(form.first("version"), 10, 64)
	for _, key := range desk.CompanyPortalItems {
		if form.first("waive_"+key) != "" {
			change.Waived = append(change.Waived, key)
		}
	}
	err := a.desk.ChangeCompanyPortal(c.UserContext(), actorOf(c), change)
	if e, ok := refusal(err); ok {
		return a.showCompanyPortal(c, statusOf(e), &change, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, companyPortalPage)
}

func (a *agents) showCompanyPortal(c *fiber.Ctx, status int, typed *desk.CompanyPortalChange, refused *models.Error) error {
	sheet, err := a.desk.CompanyPortalSheet(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	f := views.Form{Action: companyPortalPage, CSRF: visitOf(c).token(), Submit: words.T("agent.save"), Version: decimal(sheet.Version)}
	on := sheet.On
	if typed != nil {
		on = typed.On
	}
	f.Inputs = append(f.Inputs, views.Input{Kind: "checkbox", Name: "company_portal", Label: words.T("agent.setting.company_portal"), Help: words.T("agent.setting.company_portal.help"), Value: checkedWhen(on)},
		views.Input{Kind: "heading", Label: words.T("agent.company_portal.checklist")})
	for _, item := range sheet.Items {
		waived := item.Waived
		if typed != nil {
			waived = slices.Contains(typed.Waived, item.Key)
		}
		state := "open"
		if item.Met {
			state = "met"
		}
		f.Inputs = append(f.Inputs, views.Input{Kind: "checkbox", Name: "waive_" + item.Key, Label: words.T("agent.company_portal.waive." + item.Key),
			Help: words.T("agent.company_portal."+state) + " " + words.T("agent.company_portal."+item.Key), Value: checkedWhen(waived)})
	}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	lead := words.Tf("agent.company_portal.address", "URL", a.publicBase(c)+companyHome) + " " + words.Tn("agent.company_portal.guests", sheet.Guests)
	data := views.SettingsForm{Title: words.T("agent.settings.company_portal"), Lead: lead, Form: f}
	return a.showSettings(c, status, views.Page{Title: data.Title, Body: "settings/form", Data: data, Flash: a.savedFlash(c)})
}

func checkedWhen(on bool) string {
	if on {
		return "1"
	}
	return ""
}
