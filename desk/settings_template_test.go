package desk

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lodge/models"
)

// SE-3: a template with its fields is made, changed, put in order and deleted; what is asked follows at once.
func TestTemplatesAreEdited(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, ines := context.Background(), h.admin()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		made, err := h.CreateTemplate(ctx, ines, "acme", "  Bestellung für Häuser ")
		must(err)
		if made != "bestellung-fuer-haeuser" {
			t.Fatalf("slug %q", made)
		}
		twice, err := h.CreateTemplate(ctx, ines, "acme", "Bestellung für Häuser")
		must(err)
		strange, err := h.CreateTemplate(ctx, ines, "acme", "問い合わせ")
		must(err)
		if twice != made+"-2" || strange != "template" {
			t.Fatalf("slugs %q, %q", twice, strange)
		}
		_, err = h.CreateTemplate(ctx, ines, "acme", " ")
		h.fault(err, "name")

		kind, err := h.CreateField(ctx, ines, "acme", made, FieldInput{Label: "Kind", Kind: models.FieldSelect, Options: " Return \n\nOther\r\n", Access: FieldIsAsked, Required: true, InThread: true})
		must(err)
		which, err := h.CreateField(ctx, ines, "acme", made, FieldInput{Label: "Which?", Kind: models.FieldText, Access: FieldIsAsked, Required: true, ShowIf: kind, ShowValues: []string{"Other"}})
		must(err)
		lane, err := h.CreateField(ctx, ines, "acme", made, FieldInput{Label: "Secret lane", Kind: models.FieldText, Access: FieldIsHidden, Default: "vault-7", InThread: true})
		must(err)

		// The public form has both questions, the condition between them, and nothing of the hidden one.
		form, err := h.Portal().Form(ctx, "acme", FormAsk{Template: made})
		must(err)
		if len(form.Fields) != 2 || form.Fields[1].If == nil || form.Fields[1].If.Slug != kind || form.Fields[0].If != nil || fmt.Sprint(form.Fields[0].Options) != "[Return Other]" {
			t.Fatalf("form %+v", form.Fields)
		}
		if shown := fmt.Sprintf("%+v", form); strings.Contains(shown, lane) || strings.Contains(shown, "Secret") || strings.Contains(shown, "vault") {
			t.Fatalf("a hidden field is on the form: %s", shown)
		}
		in := h.form()
		in.Template, in.Fields = made, map[string][]string{"field." + kind: {"Return"}, "field." + which: {"smuggled"}, "field." + lane: {"mine"}}
		done, err := h.Portal().Submit(ctx, in)
		must(err)
		if got := fmt.Sprint(h.ticketOf(done.Token).Fields()); strings.Contains(got, "smuggled") || strings.Contains(got, "mine") || !strings.Contains(got, "vault-7") {
			t.Fatalf("kept %s", got)
		}
		if page := fmt.Sprintf("%+v", h.thread(Link{Token: done.Token})); strings.Contains(page, "vault-7") || !strings.Contains(page, "Return") {
			t.Fatal("the thread page shows the wrong answers")
		}

		// What others depend on holds.
		sheet, err := h.Template(ctx, ines, "acme", made)
		must(err)
		change := InputOf(sheet.Template.Field(kind))
		change.Version = sheet.Template.Version
		for field, bad := range map[string]func(in *FieldInput){
			"options": func(in *FieldInput) { in.Options = "Return" },
			"access":  func(in *FieldInput) { in.Access, in.Default = FieldIsHidden, "Return" },
			"kind":    func(in *FieldInput) { in.Kind = models.FieldText },
		} {
			refused := change
			bad(&refused)
			h.fault(h.ChangeField(ctx, ines, "acme", made, kind, refused), field)
		}
		h.fault(h.DeleteField(ctx, ines, "acme", made, kind), "field")
		h.fault(h.OrderFields(ctx, ines, "acme", made, Order{Key: kind, Step: 1}), "order")
		h.fault(h.OrderFields(ctx, ines, "acme", made, Order{All: []string{which, lane, kind}}), "order")
		must(h.OrderFields(ctx, ines, "acme", made, Order{All: []string{lane, kind, which}}))
		sheet, err = h.Template(ctx, ines, "acme", made)
		must(err)
		if f := sheet.Template.Fields; f[0].Slug != lane || f[1].Slug != kind || f[2].Slug != which || f[1].Label != "Kind" {
			t.Fatalf("order %v", f)
		}

		// Two editors: the second is told. A new label keeps the slug, so answers stay together.
		change = InputOf(sheet.Template.Field(kind))
		change.Version, change.Label = sheet.Template.Version, "What kind?"
		must(h.ChangeField(ctx, ines, "acme", made, kind, change))
		h.kind(h.ChangeField(ctx, ines, "acme", made, kind, change), models.KindConflict)
		h.kind(h.RenameTemplate(ctx, ines, "acme", made, "Order", change.Version), models.KindConflict)
		must(h.RenameTemplate(ctx, ines, "acme", made, "Order", 0))
		if sheet, _ = h.Template(ctx, ines, "acme", made); sheet.Template.Name != "Order" || sheet.Template.Field(kind).Label != "What kind?" {
			t.Fatal("a name did not change")
		}

		// Enforced, then deleted: the form is free again, tickets keep their answers.
		h.fault(h.EnforceTemplate(ctx, ines, "acme", "of-another-project"), "enforced")
		must(h.EnforceTemplate(ctx, ines, "acme", made))
		if form, _ = h.Portal().Form(ctx, "acme", FormAsk{Template: "bug-report"}); !form.Locked || form.Template != made {
			t.Fatal("it is not enforced")
		}
		must(h.DeleteField(ctx, ines, "acme", made, which))
		must(h.DeleteField(ctx, ines, "acme", made, kind))
		must(h.DeleteField(ctx, ines, "acme", made, lane))
		if sheet, _ = h.Template(ctx, ines, "acme", made); len(sheet.Template.Fields) != 0 {
			t.Fatalf("%d fields are left", len(sheet.Template.Fields))
		}
		must(h.DeleteTemplate(ctx, ines, "acme", made))
		if form, _ = h.Portal().Form(ctx, "acme", FormAsk{}); form.Locked || strings.Contains(fmt.Sprint(form.Templates), "Order") {
			t.Fatal("it is still there")
		}
		if got := fmt.Sprint(h.ticketOf(done.Token).Fields()); !strings.Contains(got, "Kind") || !strings.Contains(got, "Return") {
			t.Fatalf("a ticket lost its answers: %s", got)
		}
		must(h.OrderTemplates(ctx, ines, "acme", Order{Key: twice, Step: -1}))
		list, err := h.Templates(ctx, ines, "acme")
		must(err)
		if n := len(list.Templates); n != 5 || list.Templates[n-3].Slug != twice || list.Enforced != "" {
			t.Fatalf("list %+v", list)
		}
		log, err := models.Audit(ctx, h.db, models.AuditQuery{Kind: "template", Limit: 50})
		if err != nil || len(log) < 10 || log[len(log)-1].Kind != "template.created" || log[0].AgentName != "Ines" {
			t.Fatalf("audit log %v, %v", log, err)
		}
	})
}

// SE-3: nobody but who may change the project's settings; a foreign project is not there.
func TestTemplatesAreForThoseWhoMay(t *testing.T) {
	h, ctx := newHouse(t, ""), context.Background()
	elsewhere := Actor{ID: 9, Projects: map[int64]models.Role{h.project.ID + 1: models.RoleAdmin}}
	for _, row := range []struct {
		actor Actor
		kind  models.Kind
	}{{h.ada, models.KindForbidden}, {Actor{}, models.KindForbidden}, {elsewhere, models.KindNotFound}} {
		_, err := h.CreateTemplate(ctx, row.actor, "acme", "x")
		h.kind(err, row.kind)
		_, err = h.CreateField(ctx, row.actor, "acme", "bug-report", FieldInput{Label: "x", Kind: models.FieldText, Access: FieldIsAsked})
		h.kind(err, row.kind)
		h.kind(h.DeleteTemplate(ctx, row.actor, "acme", "bug-report"), row.kind)
		h.kind(h.EnforceTemplate(ctx, row.actor, "acme", "bug-report"), row.kind)
		h.kind(h.OrderTemplates(ctx, row.actor, "acme", Order{}), row.kind)
		_, err = h.PreviewTemplate(ctx, row.actor, "acme", "bug-report")
		h.kind(err, row.kind)
	}
}

// PC-3: rows that say otherwise than the editor allows still name nothing hidden in the browser, and lose no question.
func TestConditionsNeverNameWhatIsHidden(t *testing.T) {
	h, ctx := newHouse(t, ""), context.Background()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		return models.InsertTemplate(ctx, tx, &models.Template{ProjectID: h.project.ID, Slug: "odd", Name: "Odd", Fields: []*models.Field{
			{Slug: "vault", Label: "Vault lane", Kind: models.FieldSelect, Options: []string{"deep", "deeper"}, Hidden: true, DefaultValue: "deep"},
			{Slug: "asked", Label: "Asked", Kind: models.FieldText, Required: true, ShowIf: "vault", ShowValues: []string{"deeper"}},
			{Slug: "behind", Label: "Behind", Kind: models.FieldText, ShowIf: "later", ShowValues: []string{"yes"}},
			{Slug: "later", Label: "Later", Kind: models.FieldCheckbox},
		}})
	})
	form, err := h.Portal().Form(ctx, "acme", FormAsk{Template: "odd"})
	if err != nil || len(form.Fields) != 3 {
		t.Fatalf("form %+v, %v", form, err)
	}
	for _, f := range form.Fields {
		if f.If != nil {
			t.Errorf("%s depends on %s", f.Slug, f.If.Slug)
		}
	}
	if shown := fmt.Sprintf("%+v", form); strings.Contains(strings.ToLower(shown), "vault") || strings.Contains(shown, "deep") {
		t.Fatalf("a hidden field is on the form: %s", shown)
	}
	in := h.form()
	in.Template = "odd"
	_, err = h.Portal().Submit(ctx, in)
	h.fault(err, "field.asked")
}
