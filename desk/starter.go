package desk

import "lodge/models"

type starterStatus struct {
	slug, name, public string
	category           models.Category
}

type starterType struct{ slug, name string }

// starter are the rows of a new project in one language. They are data an administrator
// may rename, so they stand here and not in the catalogue of the pages' words.
type starter struct {
	statuses  []starterStatus
	types     []starterType
	templates []*models.Template
}

func starterWords(locale string) starter {
	if locale == "de" {
		return starter{
			statuses: []starterStatus{
				{"open", "Offen", "", models.CategoryNew},
				{"in-progress", "In Bearbeitung", "", models.CategoryOpen},
				{"waiting", "Wartet auf Kunden", "Wartet auf Sie", models.CategoryWaiting},
				{"resolved", "Gelöst", "", models.CategoryResolved},
				{"closed", "Geschlossen", "", models.CategoryClosed},
				{"rejected", "Abgelehnt", "", models.CategoryRejected},
			},
			types: []starterType{{"question", "Frage"}, {"problem", "Problem"}, {"request", "Wunsch"}, {"incident", "Störung (intern)"}},
			templates: []*models.Template{
				{Slug: "general-question", Name: "Allgemeine Frage", Fields: []*models.Field{
					{Slug: "goal", Label: "Was möchten Sie erreichen?", Kind: models.FieldLongText, InThread: true},
				}},
				{Slug: "bug-report", Name: "Fehler melden", Fields: []*models.Field{
					{Slug: "steps", Label: "Schritte bis zum Fehler", Kind: models.FieldLongText, Required: true, InThread: true, Help: "Was haben Sie getan, bevor es passierte?"},
					{Slug: "expected", Label: "Was sollte passieren?", Kind: models.FieldLongText, InThread: true},
					{Slug: "actual", Label: "Was passierte stattdessen?", Kind: models.FieldLongText, InThread: true},
					{Slug: "browser", Label: "Browser oder App", Kind: models.FieldText, InThread: true},
					{Slug: "triage", Label: "Triage-Schlange", Kind: models.FieldText, Hidden: true, DefaultValue: "eingang"},
				}},
				{Slug: "feature-request", Name: "Funktion wünschen", Fields: []*models.Field{
					{Slug: "problem", Label: "Welches Problem würde es lösen?", Kind: models.FieldLongText, Required: true, InThread: true},
					{Slug: "importance", Label: "Wie wichtig ist es Ihnen?", Kind: models.FieldSelect, Options: []string{"Schön zu haben", "Wichtig", "Ohne geht es nicht"}, InThread: true},
				}},
			},
		}
	}
	return starter{
		statuses: []starterStatus{
			{"open", "Open", "", models.CategoryNew},
			{"in-progress", "In progress", "", models.CategoryOpen},
			{"waiting", "Waiting for customer", "Waiting for you", models.CategoryWaiting},
			{"resolved", "Resolved", "", models.CategoryResolved},
			{"closed", "Closed", "", models.CategoryClosed},
			{"rejected", "Rejected", "", models.CategoryRejected},
		},
		types: []starterType{{"question", "Question"}, {"problem", "Problem"}, {"request", "Request"}, {"incident", "Incident (internal)"}},
		templates: []*models.Template{
			{Slug: "general-question", Name: "General question", Fields: []*models.Field{
				{Slug: "goal", Label: "What are you trying to achieve?", Kind: models.FieldLongText, InThread: true},
			}},
			{Slug: "bug-report", Name: "Bug report", Fields: []*models.Field{
				{Slug: "steps", Label: "Steps to reproduce", Kind: models.FieldLongText, Required: true, InThread: true, Help: "What did you do before it happened?"},
				{Slug: "expected", Label: "What did you expect?", Kind: models.FieldLongText, InThread: true},
				{Slug: "actual", Label: "What happened instead?", Kind: models.FieldLongText, InThread: true},
				{Slug: "browser", Label: "Browser or app", Kind: models.FieldText, InThread: true},
				{Slug: "triage", Label: "Triage lane", Kind: models.FieldText, Hidden: true, DefaultValue: "intake"},
			}},
			{Slug: "feature-request", Name: "Feature request", Fields: []*models.Field{
				{Slug: "problem", Label: "What problem would it solve?", Kind: models.FieldLongText, Required: true, InThread: true},
				{Slug: "importance", Label: "How important is it to you?", Kind: models.FieldSelect, Options: []string{"Nice to have", "Important", "Cannot work without it"}, InThread: true},
			}},
		},
	}
}
