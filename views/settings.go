package views

// SettingsHome is the input of settings/home: the settings' table of contents.
type SettingsHome struct{ Groups []SettingsGroup }

// SettingsGroup is a group of pages.
type SettingsGroup struct {
	Heading string
	Cards   []SettingsCard
}

// SettingsCard is a page with a sentence about what it decides.
type SettingsCard struct{ URL, Icon, Title, Text string }

// SettingsForm is the input of settings/form: a page that is one form.
type SettingsForm struct {
	Title string
	// Lead says in a sentence what this page decides; may be empty.
	Lead string
	// Tabs are the other pages of the same concern; may be empty.
	Tabs []AgentView
	Form Form
}
