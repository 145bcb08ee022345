package views

import "time"

func galleryMailboxes() []Sample {
	const here = "/agent/settings/projects/bikes/mailboxes"
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	head := ProjectHead{Name: "City bikes", ListURL: "/agent/settings/projects", Open: true, Title: "Mailboxes", Lead: "Where mail arrives.", Tabs: []AgentView{{Label: "Mailboxes", URL: here, Current: true}}}
	tabs := []AgentView{{Label: "Settings", URL: here + "/1"}, {Label: "Set-up test", URL: here + "/1/test", Current: true}}
	list := MailboxesPage{Head: head, AddURL: here + "/new", CSRF: "token", Rows: []MailboxRow{
		{Address: "help@bikes.example", URL: here + "/1", Aliases: []string{"hello@bikes.example", "info@bikes.example"}, In: "Fetched from imap.bikes.example", Out: "Leaves by smtp.bikes.example", Health: "Works.", HealthKind: "ok", Looked: at, Received: at,
			Tested: "ok", TestURL: here + "/1/test", DNSURL: here + "/1/dns", SwitchURL: here + "/1/state", First: true},
		{Address: "a-rather-long-name-of-a-mailbox@workshop.bikes.example", URL: here + "/2", In: "Fetched from imap.bikes.example", Out: "Leaves by the workspace’s server", Health: "The last look failed.", HealthKind: "error", Advice: "The password is wrong.",
			Fault: "NO [AUTHENTICATIONFAILED] Invalid credentials", Tested: "failed", TestURL: here + "/2/test", DNSURL: here + "/2/dns", SwitchURL: here + "/2/state"},
		{Address: "old@bikes.example", URL: here + "/3", Off: true, In: "Receives nothing", Out: "Leaves by the workspace’s server", Health: "Switched off.", HealthKind: "off", TestURL: here + "/3/test", DNSURL: here + "/3/dns", SwitchURL: here + "/3/state"}}}
	form := MailboxForm{Title: "help@bikes.example", BackURL: here, Tabs: tabs, Presets: []AgentView{{Label: "Fastmail", URL: here + "/1?preset=fastmail", Current: true}}, DeleteURL: here + "/1/deletion",
		Form: Form{Action: here + "/1", CSRF: "token", Submit: "Save changes", Version: "3"}, Preview: &SenderPreview{Name: "Ada · City bikes", Address: "help@bikes.example", Agent: "Ada", Project: "City bikes", Workspace: "Northwind"},
		ListenerHint: []Hint{{"Start option", "--smtp-listen :25", "It is off."}},
		Parts: []MailboxPart{
			{Title: "Address", Groups: []MailboxGroup{{Inputs: []Input{{Kind: "email", Name: "address", Label: "Mail address", Value: "help@bikes.example", Required: true, Error: "Enter one mail address."}}}}},
			{Title: "Sender", Key: "sender", Groups: []MailboxGroup{{Inputs: []Input{{Kind: "text", Name: "from_name", Label: "Sender’s name", Optional: true}}}}},
			{Title: "How mail comes in", Groups: []MailboxGroup{{Inputs: []Input{{Kind: "radio", Name: "receive", Label: "Mail", Choices: []Choice{{Value: "imap", Label: "IMAP", Selected: true}, {Value: "listener", Label: "Own server"}}}}}}},
			{When: "imap", Groups: []MailboxGroup{{Row: true, Inputs: []Input{{Kind: "text", Name: "imap_host", Label: "Server"}, {Kind: "number", Name: "imap_port", Label: "Port", Value: "993"}}}}},
			{When: "listener", Key: "listener", Lead: "Two things have to be set."}}}
	key := MailboxDNS{Title: "help@bikes.example", BackURL: here, Tabs: tabs, Domain: "bikes.example", HereURL: here + "/1/dns", Selector: "lodge1-abc", CSRF: "token", ReplaceURL: here + "/1/signature/replacement", RemoveURL: here + "/1/signature/deletion",
		Records: []DNSRow{{Kind: "spf", Title: "Who may send (SPF)", Text: "In order.", State: "good", StateText: "In order", Name: "bikes.example", Type: "TXT", Found: "v=spf1 mx ~all"},
			{Kind: "dkim", Title: "Signature (DKIM)", Text: "Add this record.", State: "missing", StateText: "Missing", Name: "lodge1-abc._domainkey.bikes.example", Type: "TXT", Wanted: "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"}}}
	none := MailboxDNS{Title: "help@bikes.example", BackURL: here, Tabs: tabs, Domain: "bikes.example", HereURL: here + "/1/dns", MakeAction: here + "/1/signature", CSRF: "token"}
	run := ProbeRun{State: "failed", Heading: "Something does not work yet", Text: "The first step that failed says what to do. Tested", At: at, HereURL: here + "/1/test", DNSURL: here + "/1/dns", TrustAction: here + "/1/receiver", Receiver: "mx.bikes.example", CSRF: "token",
		Steps: []ProbeRow{{State: "ok", StateText: "works", Title: "Sign in to send", Text: "Signed in."}, {State: "failed", StateText: "failed", Title: "Sign in to receive", Text: "Could not.", Advice: "The password is wrong.", Detail: "NO Invalid credentials"},
			{State: "skipped", StateText: "left out", Title: "The mail arrives"}, {State: "advice", StateText: "advice", Title: "DNS", Text: "SPF is missing."}}}
	live := ProbeRun{OOB: true, State: "running", Heading: "The test is running", Text: "Begun", At: at, HereURL: here + "/1/test", PollURL: here + "/1/test/updates", Steps: []ProbeRow{{State: "running", StateText: "now", Title: "Sign in to send"}, {Title: "Send a mail"}}}
	texts := MailTextsPage{Head: head, Rows: []MailTextRow{{Title: "We received your request", Text: "The acknowledgement.", Languages: []MailTextLanguage{{Label: "English", URL: "/agent/settings/projects/bikes/mails/created/en", Own: true}, {Label: "Deutsch", URL: "/agent/settings/projects/bikes/mails/created/de"}}}}}
	text := MailTextPage{Title: "We received your request", BackURL: "/agent/settings/projects/bikes/mails", Lead: "The acknowledgement.", Languages: []AgentView{{Label: "English", URL: "/agent/settings/projects/bikes/mails/created/en", Current: true}},
		Form: Form{Action: "/agent/settings/projects/bikes/mails/created/en", CSRF: "token", Submit: "Save changes", Inputs: []Input{{Kind: "text", Name: "subject", Label: "Subject", Value: "Thanks: {title}"},
			{Kind: "textarea", Name: "body", Label: "Words", Value: "Hello {nom}", Rows: 12, Error: "Line 1: {nom} is not a variable of this mail."}}},
		Variables: []Hint{{Text: "{name}", Help: "The recipient’s name"}}, Own: true, Changed: at, ResetAction: "/agent/settings/projects/bikes/mails/created/en/reset", TestAction: "/agent/settings/projects/bikes/mails/created/en/test", CSRF: "token", To: "ada@bikes.example",
		Preview: MailTextPreview{Subject: "Thanks: A flat tyre", From: "City bikes <help@bikes.example>", Text: "Hello Rosa", Plain: true, Shapes: []AgentView{{Label: "Formatted", URL: "/agent/settings/projects/bikes/mails/created/en"}, {Label: "Plain text", URL: "/agent/settings/projects/bikes/mails/created/en?as=text", Current: true}}}}
	return []Sample{
		{"settings/mailboxes", "settings/mailboxes", "agent", "Mailboxes", list},
		{"settings/mailboxes, none", "settings/mailboxes", "agent", "Mailboxes", MailboxesPage{Head: head, AddURL: here + "/new"}},
		{"settings/mailbox, refused", "settings/mailbox", "agent", "Mailbox", form},
		{"settings/mailbox_dns", "settings/mailbox_dns", "agent", "Signing and DNS", key},
		{"settings/mailbox_dns, no key", "settings/mailbox_dns", "agent", "Signing and DNS", none},
		{"settings/mailbox_probe", "settings/mailbox_probe", "agent", "Set-up test", MailboxProbe{Title: "help@bikes.example", BackURL: here, Tabs: tabs, Action: here + "/1/test", CSRF: "token", Run: run}},
		{"settings/_probe, running", "settings/_probe", "", "", live},
		{"settings/mail_texts", "settings/mail_texts", "agent", "Mail texts", texts},
		{"settings/mail_text, refused", "settings/mail_text", "agent", "Mail texts", text},
	}
}
