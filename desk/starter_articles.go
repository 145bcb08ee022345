package desk

import (
	"context"
	"encoding/json"
	"time"

	"lodge/markup"
	"lodge/models"
)

type starterArticle struct{ slug, title, summary, body string }

// starterShelf is the collection that a first run may begin with, in one language. What the
// articles say is true of every desk; an administrator rewrites or deletes them.
func starterShelf(locale string) (slug, name, summary string, articles []starterArticle) {
	if locale == "de" {
		return "erste-schritte", "Erste Schritte", "Wie Sie uns erreichen und was dann geschieht.", []starterArticle{
			{"schnelle-hilfe", "So bekommen Sie schnell Hilfe", "Drei Angaben, mit denen wir gleich anfangen können.",
				"Je genauer wir wissen, was geschehen ist, desto schneller können wir helfen. Diese drei Angaben sparen meist eine Rückfrage:\n\n" +
					"1. **Was wollten Sie tun?** Ein Satz genügt.\n2. **Was ist stattdessen passiert?** Schreiben Sie Meldungen wörtlich ab oder fügen Sie ein Bild hinzu.\n3. **Seit wann ist das so?** Hat sich kurz davor etwas geändert?\n\n" +
					"## Ein Thema pro Ticket\n\nHaben Sie zwei Fragen, öffnen Sie zwei Tickets. So kann sich um jede kümmern, wer sich damit am besten auskennt.\n"},
			{"nach-dem-absenden", "Was nach dem Absenden geschieht", "Vom Eingang bis zur Antwort.",
				"Sie landen auf der Seite Ihres Tickets und erhalten eine Mail mit dem Link dorthin.\n\n" +
					"- Jemand aus unserem Team liest Ihr Ticket und antwortet.\n- Sobald wir geantwortet haben, bekommen Sie eine Mail.\n- Antworten können Sie auf der Seite Ihres Tickets, so oft Sie möchten.\n\n" +
					"## Was der Status bedeutet\n\n*Offen* heißt: Es liegt bei uns. *Wartet auf Sie* heißt: Wir brauchen noch etwas von Ihnen. *Gelöst* heißt: Wir halten es für erledigt. Ist es das nicht, antworten Sie einfach, und das Ticket ist wieder offen.\n"},
			{"ihr-link", "Ihr Link ist ein Schlüssel", "Warum Sie den Link zu Ihrem Ticket für sich behalten sollten.",
				"Für Ihr Ticket brauchen Sie kein Konto. Dafür gilt: Wer Ihren Link hat, kann Ihr Ticket lesen und beantworten.\n\n" +
					"- Leiten Sie die Mail mit dem Link nicht weiter.\n- Veröffentlichen Sie ihn nicht in einem Forum oder Chat.\n- Jede beteiligte Person hat einen eigenen Link.\n"},
			{"bilder-und-dateien", "Bilder und Dateien mitschicken", "Ein Bild sagt oft mehr als eine lange Beschreibung.",
				"Ziehen Sie Dateien auf das Formular, fügen Sie ein Bildschirmfoto aus der Zwischenablage ein oder wählen Sie Dateien aus. Vor dem Absenden sehen Sie eine kleine Vorschau und können jede Datei wieder entfernen.\n\n" +
					"> Machen Sie unkenntlich, was niemand sehen soll: Passwörter, Kontonummern, Namen anderer.\n"},
		}
	}
	return "first-steps", "First steps", "How to reach us, and what happens then.", []starterArticle{
		{"get-help-quickly", "How to get help quickly", "Three facts that let us start at once.",
			"The better we know what happened, the sooner we can help. These three facts usually save a question:\n\n" +
				"1. **What did you want to do?** One sentence is enough.\n2. **What happened instead?** Copy messages word for word, or add a picture.\n3. **Since when?** Did something change shortly before?\n\n" +
				"## One topic a ticket\n\nIf you have two questions, open two tickets. Each one then reaches whoever knows most about it.\n"},
		{"after-you-write", "What happens after you write to us", "From your message to our answer.",
			"You land on the page of your ticket, and we mail you the link to it.\n\n" +
				"- Someone from our team reads your ticket and answers.\n- As soon as we have answered, you get a mail.\n- You can answer on the page of your ticket, as often as you like.\n\n" +
				"## What the status means\n\n*Open* means that it is with us. *Waiting for you* means that we need something from you. *Resolved* means that we think it is done. If it is not, just answer, and the ticket is open again.\n"},
		{"your-link", "Your link is a key", "Why you should keep the link to your ticket to yourself.",
			"You need no account for your ticket. In return, whoever has your link can read and answer it.\n\n" +
				"- Don’t forward the mail with the link.\n- Don’t post it in a forum or chat.\n- Each person who takes part has a link of their own.\n"},
		{"pictures-and-files", "Send pictures and files", "A picture often says more than a long description.",
			"Drop files on the form, paste a screenshot, or choose files. Before you send them you see a small preview, and you can remove each one again.\n\n" +
				"> Blacken what nobody should see: passwords, account numbers, names of other people.\n"},
	}
}

// starterArticles renders the shelf, before a transaction is open.
func starterArticles(locale string, now time.Time) []*models.Article {
	_, _, _, texts := starterShelf(locale)
	var all []*models.Article
	for _, t := range texts {
		html, toc, plain := markup.Article(t.body)
		headings, _ := json.Marshal(append([]markup.Heading{}, toc...))
		all = append(all, &models.Article{Slug: t.slug, Title: t.title, Summary: t.summary, Body: t.body, HTML: html, Plain: plain, TOC: string(headings), MarkupVersion: markup.Version,
			Visibility: models.VisibilityPublic, Locale: locale, Version: 1, PublishedAt: models.At(now), CreatedAt: models.At(now), UpdatedAt: models.At(now)})
	}
	return all
}

func insertStarterArticles(ctx context.Context, tx *models.Tx, project *models.Project, locale string, articles []*models.Article) error {
	if len(articles) == 0 {
		return nil
	}
	slug, name, summary, _ := starterShelf(locale)
	shelf := &models.Collection{ProjectID: project.ID, Slug: slug, Name: name, Summary: summary}
	if err := models.InsertCollection(ctx, tx, shelf); err != nil {
		return err
	}
	for _, a := range articles {
		a.ID, a.ProjectID, a.CollectionID = 0, project.ID, &shelf.ID
		if err := models.InsertArticle(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}
