package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// askMerge asks who else a contact is, and with an answer shows both before they become one.
func (a *agents) askMerge(c *fiber.Ctx) error {
	return a.showMerge(c, fiber.StatusOK, c.Query("with"), nil)
}

// merge makes two contacts one.
func (a *agents) merge(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	typed := posted(c).first("other")
	other, bad := strconv.ParseInt(typed, 10, 64)
	if bad != nil {
		var v models.Invalid
		v.Add("with", "agent.contact.merge.error.unknown")
		e, _ := models.AsError(v.Err())
		return a.showMerge(c, fiber.StatusUnprocessableEntity, "", e)
	}
	err = a.desk.MergeContacts(c.UserContext(), actorOf(c), id, other)
	if e, ok := refusal(err); ok {
		return a.showMerge(c, statusOf(e), "", e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, contactURL(id))
}

func (a *agents) showMerge(c *fiber.Ctx, status int, with string, refused *models.Error) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	page, err := a.desk.Contact(c.UserContext(), actorOf(c), id, "")
	if err != nil {
		return err
	}
	if !page.MayChange {
		return models.Forbidden()
	}
	words, here := a.language(c), contactURL(page.ID)
	data := views.ContactMerge{CSRF: visitOf(c).token(), BackURL: here, AskURL: here + "/merge", SuggestURL: contactSuggest, With: with,
		Keep: views.MergeCard{Name: contactName(words, page.ContactLine)}}
	if with != "" {
		preview, err := a.desk.PreviewMerge(c.UserContext(), actorOf(c), page.ID, with)
		if e, ok := refusal(err); ok {
			refused, status = e, statusOf(e)
		} else if err != nil {
			return err
		} else {
			other := a.mergeCard(c, preview.Other)
			data.Keep, data.Other, data.Action, data.OtherID = a.mergeCard(c, preview.Keep), &other, here+"/merge", decimal(preview.Other.ID)
			data.SwapURL = addressOf(contactURL(preview.Other.ID)+"/merge", "with", decimal(preview.Keep.ID))
		}
	}
	if refused != nil && len(refused.Order) > 0 {
		data.Error = say(words, refused.Fields[refused.Order[0]])
	}
	return a.show(c, status, views.Page{Title: words.T("agent.contact.merge"), Body: "agent/contact_merge", Data: data})
}

func (a *agents) mergeCard(c *fiber.Ctx, side desk.MergeSide) views.MergeCard {
	card := views.MergeCard{Name: contactName(a.language(c), side.ContactLine), Address: side.Address, Notes: side.Notes, NotProven: !side.Proven && !side.Synthetic, Tickets: side.Tickets, Many: side.Tickets >= 2000}
	for _, k := range side.Companies {
		card.Companies = append(card.Companies, k.Name)
	}
	return card
}
