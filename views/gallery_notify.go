package views

// The examples of who is mailed about what.

func galleryNotify() []Sample {
	wish := func(chosen string) []Choice {
		return []Choice{{Value: "all", Label: "Every answer and change", Help: "As soon as it happens.", Selected: chosen == "all"}, {Value: "digest", Label: "One digest a day", Selected: chosen == "digest"}}
	}
	choice := Preferences{Action: "/ticket/preferences/sample", Project: "City bikes", Title: "Rear brake squeals & shakes", Address: "ada@example.com", Ticket: wish("digest"), All: wish("all"),
		Languages: []Choice{{Value: "", Label: "The project’s language", Selected: true}, {Value: "de", Label: "Deutsch"}}, Errors: map[string]string{}}
	refused := choice
	refused.Errors = map[string]string{"ticket": "Please choose one of the options.", "all": "Please choose one of the options.", "locale": "Please choose one of the options."}
	page := "/agent/settings/projects/city/notifications"
	matrix := NotifyMatrix{Head: ProjectHead{Name: "City bikes", ListURL: "/agent/settings/projects", Open: true, Title: "Notifications", Tabs: []AgentView{{Label: "Notifications", URL: page, Current: true}}},
		Action: page, CSRF: "token", Version: "7", Audiences: []string{"Reporter", "Others taking part"},
		Rows:   []NotifyRow{{Label: "An agent replies", Help: "A status set with the reply is in the same mail.", Cells: []NotifyCell{{"notify_replied_reporter", "Reporter", true}, {"notify_replied_others", "Others taking part", false}}}},
		Inputs: []Input{{Kind: "number", Name: "batch_minutes", Label: "Collect further replies for", Help: "0 mails each by itself.", Value: "5", Min: "0", Max: "240", Unit: "minutes", Required: true}}}
	conflict := matrix
	conflict.Error = "Somebody changed these settings meanwhile."
	return []Sample{
		{"portal/preferences", "portal/preferences", "portal", "Mail preferences", choice},
		{"portal/preferences, refused", "portal/preferences", "portal", "Mail preferences", refused},
		{"settings/notifications", "settings/notifications", "agent", "Notifications", matrix},
		{"settings/notifications, refused", "settings/notifications", "agent", "Notifications", conflict},
	}
}
