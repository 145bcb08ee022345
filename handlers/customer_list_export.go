package handlers

import (
	"bufio"
	"context"
	"encoding/csv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
)

// exportTime is the longest that a download may take: a reader who stops reading ends with it.
const exportTime = 5 * time.Minute

// exportList streams the list as a table for spreadsheets: what the page shows, no more.
func (u *customers) exportList(c *fiber.Ctx) error {
	words, me, ask := u.language(c), customerOf(c), customerQuery(c)
	ask.After = ""
	// Whether there is such a list is known before anything is sent.
	if _, err := u.portal.MyTickets(c.UserContext(), me, ask); err != nil {
		return err
	}
	head := []string{words.T("portal.list.reference"), words.T("portal.list.subject"), words.T("portal.list.filter.project"), words.T("portal.list.status"), words.T("portal.list.priority"),
		words.T("portal.list.team"), words.T("portal.list.created"), words.T("portal.by.response"), words.T("portal.by.resolution")}
	company := ask.Who == desk.WhoCompany
	if company {
		head = append(head, words.T("portal.list.reporter"))
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="tickets.csv"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	portal, log := u.portal, u.Log
	c.Context().SetBodyStreamWriter(func(out *bufio.Writer) {
		ctx, cancel := context.WithTimeout(context.Background(), exportTime)
		defer cancel()
		_, _ = out.WriteString("\ufeff") // spreadsheets take it for UTF-8 then
		w := csv.NewWriter(out)
		_ = w.Write(head)
		err := portal.ExportMyTickets(ctx, me, ask, func(tickets []*desk.CustomerTicket) error {
			for _, t := range tickets {
				row := customerRow(words, t)
				cells := []string{tame(t.Reference), tame(t.Title), tame(t.Project), tame(t.Status.Label), row.Priority, tame(t.Team), csvTime(t.CreatedAt), csvTime(t.ResponseBy), csvTime(t.ResolutionBy)}
				if company {
					cells = append(cells, tame(t.Reporter))
				}
				if err := w.Write(cells); err != nil {
					return err
				}
			}
			w.Flush()
			if err := w.Error(); err != nil {
				return err
			}
			return out.Flush()
		})
		w.Flush()
		if err != nil {
			log.Warn("export of a customer's tickets ended early", "error", err)
		}
	})
	return nil
}

func csvTime(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.RFC3339)
}
