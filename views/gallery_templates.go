package views

import (
	"html/template"
	"time"
)

var galleryTemplateCrumbs = []Link{{"City bikes", "/agent/settings/projects/bikes"}, {"Ticket templates", "/agent/settings/projects/bikes/templates"}}

func galleryTemplates() []Sample {
	const here = "/agent/settings/projects/bikes/templates"
	name := Input{Kind: "text", Name: "name", Label: "Name", Help: "Reporters choose by it.", MaxLength: 140, Required: true}
	enforced := Input{Kind: "select", Name: "enforced", Label: "Which template do reporters get?", Choices: []Choice{{Label: "They choose", Selected: true}, {Value: "repair", Label: "Repair"}}}
	list := Templates{
		Head: ProjectHead{Name: "City bikes", ListURL: "/agent/settings/projects", Open: true, Title: "Templates", Lead: "What reporters are asked.", Tabs: []AgentView{{Label: "Templates", URL: here, Current: true}}}, Add: Form{ID: "add", Action: here, CSRF: "token", Submit: "Add template", Inputs: []Input{name}},
		Enforce: &Form{ID: "enforce", Action: here + "/enforced", CSRF: "token", Submit: "Save changes", Inputs: []Input{enforced}},
		List: SortList{ID: "templates", Label: "Ticket templates", Action: here + "/order", CSRF: "token", Items: []SortItem{
			{Key: "repair", Title: "Repair", URL: here + "/repair", Notes: []string{"Asks 6 questions", "fills in 1 field"}, Badges: []string{"Enforced"}, DeleteURL: here + "/repair/deletion"},
			{Key: "question", Title: "A question with a name that is rather long for a list of templates", URL: here + "/question", Notes: []string{"Asks 1 question"}, DeleteURL: here + "/question/deletion"}}},
	}
	empty := list
	empty.List.Items, empty.Enforce = nil, nil
	one := Template{Crumbs: galleryTemplateCrumbs, Title: "Repair", Enforced: true, AddURL: here + "/repair/fields/new", PreviewURL: here + "/repair/preview", DeleteURL: here + "/repair/deletion",
		Rename: Form{ID: "rename", Action: here + "/repair", CSRF: "token", Submit: "Save changes", Version: "3", Inputs: []Input{name}},
		Fields: SortList{ID: "fields", Label: "Fields", Action: here + "/repair/fields/order", CSRF: "token", Items: []SortItem{
			{Key: "kind", Title: "What is it about?", URL: here + "/repair/fields/kind", Notes: []string{"Choice of one", "On the ticket page"}, Badges: []string{"Required"}, DeleteURL: here + "/repair/fields/kind/deletion"},
			{Key: "frame", Title: "Frame number", URL: here + "/repair/fields/frame", Notes: []string{"One line of text", "Only if “What is it about?” is: Repair"}, DeleteURL: here + "/repair/fields/frame/deletion"},
			{Key: "centre", Title: "Cost centre", URL: here + "/repair/fields/centre", Notes: []string{"One line of text", "Default: 4410"}, Badges: []string{"Hidden"}, DeleteURL: here + "/repair/fields/centre/deletion"}}}}
	refused := one
	refused.Error = "A field must stand below the one it depends on: Frame number."
	bare := one
	bare.Fields.Items, bare.Enforced = nil, false
	field := TemplateField{Crumbs: append(galleryTemplateCrumbs[:2:2], Link{"Repair", here + "/repair"}), Title: "Frame number", Key: "frame", DeleteURL: here + "/repair/fields/frame/deletion",
		Form: Form{Action: here + "/repair/fields/frame", CSRF: "token", Submit: "Save changes", CancelURL: here + "/repair", Version: "3", Inputs: []Input{
			{Kind: "text", Name: "label", Label: "Question", Value: "Frame number", Required: true, Error: "Write a question of at most 200 characters."},
			{Kind: "select", Name: "show_if", Label: "Show this field", Choices: []Choice{{Label: "Always"}, {Value: "kind", Label: "Depending on “What is it about?”", Selected: true}}},
			{Kind: "checkboxes", Name: "show.kind", Label: "When the answer is one of", Choices: []Choice{{Value: "Repair", Label: "Repair", Selected: true}, {Value: "Order", Label: "Order"}}}}}}
	return []Sample{
		{"settings/templates", "settings/templates", "agent", "Ticket templates", list},
		{"settings/templates, none", "settings/templates", "agent", "Ticket templates", empty},
		{"settings/template", "settings/template", "agent", "Repair", one},
		{"settings/template, refused", "settings/template", "agent", "Repair", refused},
		{"settings/template, bare", "settings/template", "agent", "Repair", bare},
		{"settings/template_field", "settings/template_field", "agent", "Frame number", field},
		{"settings/template_delete", "settings/template_delete", "agent", "Delete", ConfirmDelete{galleryTemplateCrumbs, "Delete the template “Repair”?", "Tickets keep the answers they have.", Form{Action: here + "/repair/deletion", CSRF: "token", Submit: "Delete template", Danger: true, CancelURL: here}}},
		{"settings/template_preview", "settings/template_preview", "agent", "Preview", TemplatePreview{Crumbs: galleryTemplateCrumbs, Title: "Preview as the reporter", FrameURL: here + "/repair/preview/form", Phone: true,
			Widths: []AgentView{{Label: "Desktop", URL: here}, {Label: "Phone", URL: here, Current: true}}, Notices: []Notice{{"warning", "The portal of this project is closed."}}}},
	}
}

func galleryWriting() []Sample {
	public, draft, internal := Visibility{"public", "Public"}, Visibility{"draft", "Draft"}, Visibility{"internal", "Internal"}
	crumbs := []Link{{"Articles", "/agent/articles"}}
	list := Articles{Project: "City bikes", Projects: []FilterLink{{"City bikes", "/agent/articles", true}, {"Rider app", "/agent/articles?project=app", false}}, SearchURL: "/agent/articles", Keep: []Hidden{{"project", "bikes"}},
		NewURL: "/agent/articles/new/bikes", CollectionsURL: "/agent/articles/collections/bikes", OlderURL: "/agent/articles?before=1-2", Rows: []ArticleRow{
			{"Brakes squeal after rain", "/agent/articles/1", "/agent/articles/1/edit", public, "Brakes", 1204, galleryNow.Add(-3 * time.Hour)},
			{"What to say when a courier loses a parcel, and who pays for the second one", "/agent/articles/2", "/agent/articles/2/edit", internal, "", 0, galleryNow.Add(-50 * time.Hour)},
			{"Winter storage", "/agent/articles/3", "/agent/articles/3/edit", draft, "Battery", 0, galleryNow.Add(-900 * time.Hour)}}}
	nothing := list
	nothing.Rows, nothing.Query, nothing.Filtered, nothing.OlderURL, nothing.NewestURL = nil, "unicycle", true, "", "/agent/articles"
	none := Articles{Project: "City bikes", SearchURL: "/agent/articles"}
	body := template.HTML(`<p>Wet discs often squeal for the first few stops.</p><h2 id="h-clean">Clean the disc</h2><ol><li>Take the wheel off.</li><li>Wipe the disc.</li></ol>`)
	page := ArticlePage{Crumbs: crumbs, Title: "Brakes squeal after rain", Summary: "Why discs sing when they are wet.", Visibility: public, Collection: "Brakes", UpdatedAt: galleryNow, Body: body,
		EditURL: "/agent/articles/1/edit", VisitorURL: "/doc/bikes/brakes", Change: &Step{"/agent/articles/1/visibility", "token", "draft", "Unpublish"}}
	editor := ArticleEditor{Crumbs: crumbs, Heading: "Edit article", Action: "/agent/articles/1", CSRF: "token", Version: "4", Body: "Wet discs often squeal.\n\n## Clean the disc\n", Visibility: draft,
		PreviewURL: "/agent/articles/preview", Preview: ArticlePreview{body}, DraftKey: "1", NewKey: "new:bikes", ReadURL: "/agent/articles/1", DeleteURL: "/agent/articles/1/deletion",
		Head: []Input{{Kind: "text", Name: "title", Label: "Title", Value: "Brakes squeal after rain", Required: true}, {Kind: "text", Name: "summary", Label: "Summary", Optional: true}},
		Meta: []Input{{Kind: "select", Name: "collection", Label: "Collection", Choices: []Choice{{Label: "No collection"}, {Value: "brakes", Label: "Brakes", Selected: true}}}, {Kind: "text", Name: "slug", Label: "Address", Value: "brakes", Mono: true},
			{Kind: "radio", Name: "visibility", Label: "Who can read it", Choices: []Choice{{Value: "draft", Label: "Draft", Selected: true}, {Value: "public", Label: "Public", Help: "Everybody."}}}}}
	clash := editor
	clash.Head = append([]Input(nil), editor.Head...)
	clash.Head[0].Error, clash.BodyError, clash.Error = "Give the article a title.", "Write something before others can read it.", "Somebody else saved this article while you were writing."
	clash.Theirs, clash.Visibility, clash.VisitorURL = &ArticleTheirs{"Brakes squeal", "Their words.", galleryNow}, public, "/doc/bikes/brakes"
	fresh := editor
	fresh.Heading, fresh.Body, fresh.Version, fresh.ReadURL, fresh.DeleteURL, fresh.Preview = "New article", "", "", "", "", ArticlePreview{}
	name := Form{Action: "/agent/articles/collections/bikes", CSRF: "token", Submit: "Add collection", Inputs: []Input{{Kind: "text", Name: "name", Label: "Name", Required: true}}}
	sorted := SortList{ID: "collections", Label: "Collections", Action: "/agent/articles/collections/bikes/order", CSRF: "token", Items: []SortItem{
		{Key: "brakes", Title: "Brakes", URL: "/agent/articles/collections/bikes/brakes", Notes: []string{"12 articles", "Noise, wear, adjusting"}, DeleteURL: "/agent/articles/collections/bikes/brakes/deletion"},
		{Key: "battery", Title: "Battery", URL: "/agent/articles/collections/bikes/battery", Notes: []string{"1 article"}, DeleteURL: "/agent/articles/collections/bikes/battery/deletion"}}}
	return []Sample{
		{"agent/articles", "agent/articles", "agent", "Articles", list},
		{"agent/articles, nothing", "agent/articles", "agent", "Articles", nothing},
		{"agent/articles, none", "agent/articles", "agent", "Articles", none},
		{"agent/article", "agent/article", "agent", "Brakes squeal after rain", page},
		{"agent/article, bare", "agent/article", "agent", "Hello", ArticlePage{Crumbs: crumbs, Title: "Hello", Visibility: internal, UpdatedAt: galleryNow}},
		{"agent/article_edit", "agent/article_edit", "agent", "Edit article", editor},
		{"agent/article_edit, clash", "agent/article_edit", "agent", "Edit article", clash},
		{"agent/article_edit, new", "agent/article_edit", "agent", "New article", fresh},
		{"agent/_article_preview", "agent/_article_preview", "", "", ArticlePreview{body}},
		{"agent/article_collections", "agent/article_collections", "agent", "Collections", ArticleCollections{crumbs, sorted, name}},
		{"agent/article_collections, none", "agent/article_collections", "agent", "Collections", ArticleCollections{Crumbs: crumbs, Add: name}},
		{"agent/article_collection", "agent/article_collection", "agent", "Brakes", ArticleCollection{crumbs, "Brakes", name, "/agent/articles/collections/bikes/brakes/deletion"}},
	}
}
