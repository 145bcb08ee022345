package views

import (
	"fmt"
	"html/template"
	"time"
)

// Sample is one showing of a template with believable data, for the gallery of a development server and for the test
// that renders everything. Layout is empty for a fragment.
type Sample struct {
	// Name tells the showings of one template apart, such as "portal/create, refused".
	Name, Template, Layout string
	Title                  string
	Data                   any
}

// Page wraps the sample as a page of a made-up workspace.
func (s Sample) Page() Page {
	var agent *AgentNav
	if s.Layout == "agent" {
		agent = galleryNav
	}
	return Page{
		Title: s.Title, Body: s.Template, Data: s.Data, Agent: agent,
		Workspace: Workspace{Name: "Northwind Bikes", SupportAddress: "help@northwind.example"},
		Nav:       Nav{HomeURL: "/", DocsURL: "/doc/bikes", NewTicketURL: "/ticket/bikes", MineURL: "/my-tickets", SignInURL: "/sign-in", SignUpURL: "/sign-up"},
		Path:      "/", NoIndex: true,
	}
}

// Gallery returns every page and fragment in its telling states.
func Gallery() []Sample {
	var all []Sample
	all = append(all, galleryCreate()...)
	all = append(all, galleryThread()...)
	all = append(all, galleryDocs()...)
	all = append(all, galleryAgent()...)
	all = append(all, galleryTemplates()...)
	all = append(all, galleryMailboxes()...)
	all = append(all, galleryHours()...)
	all = append(all, galleryWriting()...)
	all = append(all, galleryRelations()...)
	all = append(all, galleryCompanies()...)
	all = append(all, galleryProperties()...)
	all = append(all, galleryContacts()...)
	all = append(all, galleryPeople()...)
	all = append(all, galleryHeld()...)
	all = append(all, galleryMail()...)
	all = append(all, galleryNotify()...)
	all = append(all, galleryPolicies()...)
	all = append(all, galleryRules()...)
	all = append(all, frontSamples()...)
	all = append(all, galleryAccount()...)
	all = append(all, galleryProfile()...)
	all = append(all, galleryCustomerList()...)
	all = append(all, galleryFeedback()...)
	all = append(all, galleryDetail()...)
	all = append(all, galleryAgentFeedback()...)
	all = append(all, gallerySSO()...)
	return append(all, galleryErrors()...)
}

// galleryNow is the moment at which the samples play.
var galleryNow = time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)

var (
	galleryProject = Project{
		Name: "City bikes", Description: "Orders, repairs and everything about the bikes themselves.",
		NewTicketURL: "/ticket/bikes", DocsURL: "/doc/bikes",
	}
	galleryApp = Project{
		Name: "Rider app", Description: "Sign-in, routes, payments and the map.",
		NewTicketURL: "/ticket/app", DocsURL: "/doc/app",
	}
	galleryUpload = Upload{MaxFile: 10 << 20, MaxTotal: 25 << 20, MaxFiles: 10}
	galleryHits   = Suggestions{
		MoreURL: "/doc/bikes/search?q=brake",
		Hits: []Suggestion{
			{"Brakes squeal after rain", `Wet discs often <mark>squeal</mark> for the first few stops. Ride slowly and pull the <mark>brake</mark> ten times.`, "/doc/bikes/brakes-squeal"},
			{"Adjust the rear brake yourself", `Turn the barrel adjuster at the <mark>brake</mark> lever by a quarter turn until the wheel runs free.`, "/doc/bikes/adjust-brake"},
			{"What the warranty covers", `<mark>Brake</mark> pads wear with use; the calliper and lever are covered for three years.`, "/doc/bikes/warranty"},
		},
	}
	galleryFields = Fields{
		Help: "A few facts help us to find the right part at once.",
		Fields: []Field{
			{Name: "field.frame", ID: "field-frame", Kind: "text", Label: "Frame number", Help: "Eight characters, under the bottom bracket.", Value: "NW-40217", Required: true, MaxLength: 20},
			{Name: "field.model", ID: "field-model", Kind: "select", Label: "Model", Required: true, Choices: []Choice{{Value: "m1", Label: "Fjord 3"}, {Value: "m2", Label: "Fjord 5", Selected: true}, {Value: "m3", Label: "Harbour"}}},
			{Name: "field.when", ID: "field-when", Kind: "date", Label: "Since when?", Value: "2026-11-18", Max: "2026-11-21"},
			{Name: "field.parts", ID: "field-parts", Kind: "several", Label: "Which parts?", Choices: []Choice{{Value: "f", Label: "Front brake"}, {Value: "r", Label: "Rear brake", Selected: true}, {Value: "l", Label: "Lever"}}},
			{Name: "field.km", ID: "field-km", Kind: "number", Label: "Kilometres so far", Value: "1200", Min: "0"},
			{Name: "field.steps", ID: "field-steps", Kind: "long_text", Label: "What have you tried?"},
			{Name: "field.link", ID: "field-link", Kind: "url", Label: "Link to a video"},
			{Name: "field.shop", ID: "field-shop", Kind: "email", Label: "Your workshop’s e-mail"},
			{Name: "field.ride", ID: "field-ride", Kind: "checkbox", Label: "I can still ride the bike", Value: "1"},
		},
	}
)

// galleryBack is when the desk of the gallery is at work again.
var galleryBack = time.Date(2026, 11, 30, 9, 0, 0, 0, time.FixedZone("CET", 3600))

func galleryCreate() []Sample {
	form := Create{
		Project: galleryProject, Action: "/ticket/bikes", FieldsURL: "/ticket/bikes/fields", SuggestURL: "/ticket/bikes/suggestions",
		FormID: "sample-form", Promise: Promise{Response: "We typically respond within 4 hours."},
		Types:     []Choice{{Value: "problem", Label: "Problem", Selected: true}, {Value: "question", Label: "Question"}},
		Templates: []Choice{{Value: "", Label: "General question", Selected: true}, {Value: "repair", Label: "Repair"}},
		Upload:    galleryUpload, DraftKey: "create-bikes",
	}
	closed := form
	closed.Away, closed.PromiseByType = &Away{galleryBack}, true
	closed.Promise.Resolution = "Our team aims to resolve this type of issue within 24 hours."
	typed := form
	typed.Email, typed.Name, typed.Title = "ada@lovelace.example", "Ada Lovelace", "Rear brake squeals after rain"
	typed.Description = "Since Tuesday the rear brake makes a loud noise whenever the disc is wet. Cleaning did not help."
	typed.Suggestions, typed.Fields, typed.AskMessage = galleryHits, galleryFields, true
	typed.Templates = []Choice{{Value: "", Label: "General question"}, {Value: "repair", Label: "Repair", Selected: true}}
	typed.Pow = &Pow{Challenge: "sample", Bits: 8}

	refused := typed
	refused.Email, refused.Suggestions = "ada@lovelace", Suggestions{}
	refused.Errors = map[string]string{FieldEmail: "Please enter a complete e-mail such as ada@example.com.", FieldDescription: "Please describe what happened."}
	refused.Description = ""
	refused.Fields.Fields = append([]Field(nil), galleryFields.Fields...)
	refused.Fields.Fields[0].Value, refused.Fields.Fields[0].Error = "", "Please fill in “Frame number”."
	refused.Fields.Fields[3].Error = "Please choose an option for “Which parts?”."
	refused.Upload.Staged = []StagedFile{
		{"s1", "rear-brake.jpg", 2_340_112, "image/jpeg", true},
		{"s2", "Invoice 2026-03, Northwind Bikes, with a rather long name.pdf", 88_120, "application/pdf", false},
	}
	refused.Upload.Error = "“ride.mp4” is larger than 10 MB."

	invited := form
	invited.Customer = &Customer{"Grace Hopper", "grace@hopper.example", "/ticket/bikes"}
	invited.Templates, invited.TemplateLocked = nil, "Repair"
	invited.Types = invited.Types[:1]
	invited.Notices = []Notice{{"info", "You sent this ticket already. Here it is."}}

	return []Sample{
		{"portal/home", "portal/home", "portal", "", galleryHome(false)},
		{"portal/projects", "portal/projects", "portal", "New ticket", PortalProjects{Projects: []Project{galleryProject, galleryApp}, LostURL: "/ticket/lost-link"}},
		{"portal/projects, empty", "portal/projects", "portal", "New ticket", PortalProjects{}},
		{"portal/create", "portal/create", "portal", "New ticket", form},
		{"portal/create, closed", "portal/create", "portal", "New ticket", closed},
		{"portal/create, typed", "portal/create", "portal", "New ticket", typed},
		{"portal/create, refused", "portal/create", "portal", "New ticket", refused},
		{"portal/create, invited", "portal/create", "portal", "New ticket", invited},
		{"portal/_fields", "portal/_fields", "", "", galleryFields},
		{"portal/_promise", "portal/_promise", "", "", Promise{Response: "We typically respond within 4 hours.", OOB: true}},
		{"portal/_suggestions", "portal/_suggestions", "", "", galleryHits},
		{"portal/_suggestions, empty", "portal/_suggestions", "", "", Suggestions{}},
		{"portal/confirm", "portal/confirm", "portal", "Ready to send?", Confirm{Action: "/ticket/bikes", Values: []Hidden{{"title", typed.Title}}, Title: typed.Title, Description: typed.Description, Files: refused.Upload.Staged}},
		{"portal/refused, too many", "portal/refused", "portal", "A short pause", Refused{Status: 429, Minutes: 7, FormURL: "/ticket/bikes", Values: []Hidden{{"title", typed.Title}}, BackURL: "/", Reference: "q7k2m9"}},
		{"portal/refused, too large", "portal/refused", "portal", "Too large", Refused{Status: 413, FormURL: "/ticket/bikes", BackURL: "/"}},
		{"portal/refused, other", "portal/refused", "portal", "Not taken", Refused{Status: 400, FormURL: "/ticket/bikes"}},
		{"portal/check_mail", "portal/check_mail", "portal", "Check your mail", CheckMail{"/ticket/bikes", "/doc/bikes"}},
		{"portal/not_available", "portal/not_available", "portal", "Not available", NotAvailable{"/"}},
	}
}

func galleryMessages() []Message {
	at := func(hours int) time.Time { return galleryNow.Add(time.Duration(hours) * time.Hour) }
	messages := []Message{
		{ID: "m1", Own: true, Author: "Ada Lovelace", Address: "ada@lovelace.example", At: at(-50), Body: `<p>Since Tuesday the rear brake makes a loud noise whenever the disc is wet. Cleaning did not help.</p><p>Here is the ride: https://rides.example/2026/11/18/a-very-long-address-that-has-no-spaces-and-must-wrap-inside-the-bubble-at-three-hundred-and-twenty-pixels?token=ZXhhbXBsZS10b2tlbi1mb3ItdGhlLWdhbGxlcnk</p>`, Files: []File{{Name: "rear-brake.jpg", Size: 2_340_112, Type: "image/jpeg"}, {Name: "ride.mp4", Size: 8_100_000, Type: "video/mp4"}}},
		{ID: "m2", Agent: true, Author: "Tomás Rivera", At: at(-47), Body: `<p>Hello Ada, thank you for the picture. The pads look glazed, which happens after long descents in the rain.</p><p>Could you try two things?</p><ol><li>Wipe the disc with alcohol and a clean cloth.</li><li>Brake hard from 20 km/h ten times.</li></ol>`, Files: []File{{Name: "bedding-in.pdf", Size: 412_000, Type: "application/pdf", URL: "#"}}},
		{ID: "m3", Own: true, Author: "Ada Lovelace", At: at(-26), Body: `<p>Did both, it is better when dry. In the rain it still squeals.</p>`},
		{ID: "m4", Author: "Jean", Address: "j•••@lovelace.example", At: at(-25), Edited: true, Unconfirmed: true, Body: `<p>Mine does the same, by the way. Same model.</p>`},
		{ID: "e1", Event: true, Text: "The ticket was opened again", At: at(-25)},
		{ID: "m5", Agent: true, Author: "Mei Chen", At: at(-1), Body: `<p>Then it is the pad compound. We send you a set for wet weather today, free of charge.</p><blockquote><p>In the rain it still squeals.</p></blockquote><p>The part is <code>NW-PAD-7</code>.</p>`},
	}
	MarkDays(messages, time.Time{})
	return messages
}

func galleryThread() []Sample {
	header := ThreadHeader{
		Title: "Rear brake squeals after rain", Status: Status{"open", "In progress"}, Agent: "Mei Chen",
		Promise: "We typically respond within 4 hours.", Type: "Problem", CreatedAt: galleryNow.Add(-50 * time.Hour), UpdatedAt: galleryNow,
		Fields:   []PublicField{{"Frame number", "NW-40217"}, {"Model", "Fjord 5"}, {"Since when?", "18 Nov 2026"}},
		CloseURL: "/ticket/thread/sample/closure", CloseAction: "/ticket/thread/sample/closure",
	}
	reply := ReplyForm{Action: "/ticket/thread/sample/messages", FormID: "sample-form", Address: "ada@lovelace.example", Upload: galleryUpload, DraftKey: "thread-sample"}
	poll := Poll{URL: "/ticket/thread/sample/updates?after=7", StreamURL: "", ThreadURL: "/ticket/thread/sample"}
	thread := Thread{Header: header, Messages: galleryMessages(), Reply: &reply, Poll: poll, NewTicketURL: "/ticket/bikes", FilesByMail: true}

	thread.Header.Turn.Ours = true
	outside, dated := thread, thread
	outside.Header.Status, outside.Header.Agent = Status{"new", "New"}, ""
	outside.Header.Turn.Outside, outside.Header.Turn.Away = true, &Away{galleryBack}
	dated.Header.Turn.ResponseBy, dated.Header.Turn.ResolutionBy = galleryBack, galleryBack.Add(50*time.Hour)
	settled := thread
	settled.Header.Turn = Turn{}
	settled.Header.Status, settled.Header.CloseAction = Status{"resolved", "Resolved"}, ""
	typedEmail := reply
	typedEmail.TypedConfirm = true
	typedEmail.TypedEmail, typedEmail.Reopens, typedEmail.Address, typedEmail.Body = true, true, "ada@wrong.example", "It still squeals."
	typedEmail.Errors = map[string]string{FieldEmail: "This e-mail does not belong to the ticket.", "": "That was a lot in a short time. Your text is kept."}
	typedEmail.Upload.Staged = []StagedFile{{"s1", "rear-brake.jpg", 2_340_112, "image/jpeg", true}}
	typedEmail.Upload.Error = "“ride.mp4” is larger than 10 MB."
	settled.Reply = &typedEmail
	settled.Notices = []Notice{{"success", "Your ticket is closed. A reply opens it again."}, {"info", "Your text is kept."}}

	discord := reply
	discord.Name, discord.ClearDraft = "ada#1815", true
	fresh := galleryMessages()[5:]
	fresh[0].ID = "m9"

	samples := []Sample{
		{"portal/thread", "portal/thread", "portal", header.Title, thread},
		{"portal/thread, outside hours", "portal/thread", "portal", header.Title, outside},
		{"portal/thread, dated", "portal/thread", "portal", header.Title, dated},
		{"portal/thread, settled", "portal/thread", "portal", header.Title, settled},
		{"portal/_reply_form, discord", "portal/_reply_form", "", "", discord},
		{"portal/_reply_added", "portal/_reply_added", "", "", ReplyAdded{fresh, header, discord, poll}},
		{"portal/_updates", "portal/_updates", "", "", Updates{fresh, galleryMessages()[1:2], header, poll, 1}},
		{"portal/close", "portal/close", "portal", "Close ticket", Close{header.Title, "/ticket/thread/sample/closure", "/ticket/thread/sample", ""}},
		{"portal/unsubscribe", "portal/unsubscribe", "portal", "Stop mails", Unsubscribe{Action: "/ticket/unsubscribe/sample"}},
		{"portal/unsubscribe, dead", "portal/unsubscribe", "portal", "Stop mails", Unsubscribe{Dead: true, LinkAction: "/ticket/unsubscribe/sample/link"}},
		{"portal/unsubscribe, done", "portal/unsubscribe", "portal", "Stop mails", Unsubscribe{Result: &UnsubscribeResult{State: "done", UndoAction: "#", Title: header.Title, ThreadURL: "#"}}},
		{"portal/_unsubscribe_result, undone", "portal/_unsubscribe_result", "", "", UnsubscribeResult{State: "undone", Action: "#", ThreadURL: "#"}},
		{"portal/_unsubscribe_result, failed", "portal/_unsubscribe_result", "", "", UnsubscribeResult{State: "failed", Action: "#"}},
	}
	for _, category := range []string{"new", "open", "waiting", "on_hold", "resolved", "closed", "rejected"} {
		h := header
		h.Status, h.Agent, h.Turn.Ours = Status{category, category}, "", category == "new" || category == "open"
		if category == "waiting" {
			h.Turn.ClosesAt = galleryBack
		}
		samples = append(samples, Sample{"portal/_thread_header, " + category, "portal/_thread_header", "", "", h})
	}
	return samples
}

func galleryArticles() []ArticleLink {
	return []ArticleLink{
		{"Brakes squeal after rain", `Wet discs often <mark>squeal</mark> for the first few stops.`, "/doc/bikes/brakes-squeal", "Brakes", galleryNow.Add(-72 * time.Hour)},
		{"Adjust the rear brake yourself", `Turn the barrel adjuster at the <mark>brake</mark> lever by a quarter turn.`, "/doc/bikes/adjust-brake", "Brakes", galleryNow.Add(-400 * time.Hour)},
		{"What the warranty covers", `The frame for life, all moving parts for three years.`, "/doc/bikes/warranty", "Buying", galleryNow.Add(-900 * time.Hour)},
		{"Charge and store the battery in winter", `Between 30 and 60 percent, indoors, never below freezing.`, "/doc/bikes/battery", "Battery", galleryNow.Add(-1200 * time.Hour)},
	}
}

func galleryDocs() []Sample {
	base := DocsBase{Project: galleryProject, HomeURL: "/doc/bikes", SearchURL: "/doc/bikes/search", NewTicketURL: "/ticket/bikes"}
	plain := galleryArticles()
	for i := range plain {
		plain[i].Snippet, plain[i].Collection = "", ""
	}
	searched, nothing := base, base
	searched.Query, nothing.Query = "brake", "unicycle"
	body := template.HTML(`<p>Wet discs often squeal for the first few stops. That is harmless and goes away once the pads are warm. If the noise stays, work through these steps.</p>
<h2 id="clean">Clean the disc</h2><ol><li>Take the wheel off and lay it flat.</li><li>Wipe the disc with isopropyl alcohol and a clean cloth. <strong>Never</strong> use brake cleaner for cars.</li><li>Let it dry for five minutes.</li></ol>
<h2 id="bed">Bed the pads in</h2><p>Ride at about 20 km/h and brake firmly to walking pace, ten times with each brake. More on this in <a href="/doc/bikes/adjust-brake">Adjust the rear brake</a>.</p>
<h3 id="new-pads">With new pads</h3><p>Do it twenty times. The app shows the wear under <kbd>Menu</kbd> › <code>Service</code>:</p><pre><code>brake.rear.wear = 0.42
brake.front.wear = 0.18</code></pre>
<h2 id="still">Still noisy?</h2><blockquote><p>Pads for wet weather are softer and quieter, and wear a little faster.</p></blockquote><table><thead><tr><th>Pad</th><th>Dry</th><th>Wet</th></tr></thead><tbody><tr><td>NW-PAD-5</td><td>Quiet</td><td>Noisy</td></tr><tr><td>NW-PAD-7</td><td>Quiet</td><td>Quiet</td></tr></tbody></table>`)
	return []Sample{
		{"docs/home", "docs/home", "portal", "Knowledge base", DocsHome{base, []CollectionLink{{"Brakes", "Noise, wear, adjusting", "/doc/bikes/c/brakes", 12}, {"Battery", "Range, charging and winter", "/doc/bikes/c/battery", 8}, {"Buying", "Orders, delivery, warranty", "/doc/bikes/c/buying", 1}}, plain[:3], plain[1:]}},
		{"docs/home, empty", "docs/home", "portal", "Knowledge base", DocsHome{DocsBase: base}},
		{"docs/collection", "docs/collection", "portal", "Brakes", DocsCollection{base, "Brakes", "Noise, wear, adjusting", galleryArticles()}},
		{"docs/collection, empty", "docs/collection", "portal", "Brakes", DocsCollection{DocsBase: base, Title: "Brakes"}},
		{"docs/article", "docs/article", "portal", "Brakes squeal after rain", DocsArticle{base, Link{"Brakes", "/doc/bikes/c/brakes"}, "Brakes squeal after rain", "Why discs sing when they are wet, and what makes them quiet again.", body,
			[]Heading{{2, "Clean the disc", "clean"}, {2, "Bed the pads in", "bed"}, {3, "With new pads", "new-pads"}, {2, "Still noisy?", "still"}}, galleryNow, plain[1:3]}},
		{"docs/search", "docs/search", "portal", "Search", DocsSearch{searched, galleryArticles(), 14, "/doc/bikes/search?q=brake&page=2", nil}},
		{"docs/search, nothing", "docs/search", "portal", "Search", DocsSearch{DocsBase: nothing, Popular: plain}},
		{"docs/search, start", "docs/search", "portal", "Search", DocsSearch{DocsBase: base, Popular: plain}},
	}
}

func galleryErrors() []Sample {
	var samples []Sample
	for _, e := range []Error{{Status: 400}, {Status: 403}, {Status: 404}, {Status: 405}, {Status: 409}, {Status: 413}, {Status: 429, Minutes: 3}, {Status: 500}, {Status: 503, Minutes: 1}} {
		e.Reference, e.HomeURL, e.BackURL = "q7k2m9", "/", "/doc/bikes"
		samples = append(samples, Sample{fmt.Sprintf("errors/page, %d", e.Status), "errors/page", "portal", "", e})
	}
	return samples
}
