package models

import "encoding/json"

// The values of the settings that are words. See PRODUCT.md's table "Where the seeds
// pull apart"; each value is proven by a test that names it.
const (
	PortalPublic = "public"
	PortalNone   = "none"

	ReplyByLink       = "link"
	ReplyByTypedEmail = "typed_email"

	ThreadFilesNames    = "names"
	ThreadFilesDownload = "download"

	CustomerCloseOff          = "off"
	CustomerCloseWhenResolved = "when_resolved"
	CustomerCloseAlways       = "always"

	TargetsNone  = "none"
	TargetsText  = "text"
	TargetsDates = "dates"

	ResponseWritten  = "written"
	ResponseComputed = "computed"

	VerifyOff       = "off"
	VerifyFirstTime = "first_time"
	VerifyAlways    = "always"

	FactorOff    = "off"
	FactorAdmins = "admins"
	FactorAll    = "all"
)

// WorkspaceSettings are the rules that hold for every project.
type WorkspaceSettings struct {
	// GuestCreate lets people without an account open tickets.
	GuestCreate bool `json:"guest_create"`
	// GuestDocs lets people without an account read articles.
	GuestDocs bool `json:"guest_docs"`
	// ClientCreates is how many tickets one client prefix may open in CreateWindowMinutes
	// across the workspace (PC-7).
	ClientCreates       int `json:"client_creates"`
	CreateWindowMinutes int `json:"create_window_minutes"`
	// ClientUploadMB is how many megabytes one client prefix may upload in a day without a ticket.
	ClientUploadMB int `json:"client_upload_mb"`
	// SignInTries is how many wrong passwords an account or client has before it must wait.
	SignInTries int `json:"sign_in_tries"`
	// RequireTwoFactor says which agents must set a second factor up before anything else:
	// off, admins or all.
	RequireTwoFactor string `json:"require_two_factor"`
	// TimeLowMinutes: agents are told when less is left of a company's bought time; 0 is never (CP-13).
	TimeLowMinutes int `json:"time_low_minutes"`
}

// ProjectSettings are the rules of one project's portal.
type ProjectSettings struct {
	ReplyIdentity string `json:"reply_identity"`
	// TypedConfirm lets a reply under a typed address wait until it is confirmed by mail.
	TypedConfirm bool `json:"typed_confirm"`
	// VerifyAnonymous says which tickets wait until their sender has confirmed them by mail: off,
	// first_time (addresses not proven yet) or always.
	VerifyAnonymous   string `json:"verify_anonymous"`
	ThreadAttachments string `json:"thread_attachments"`
	CustomerClose     string `json:"customer_close"`
	// ReopenDays: 0 reopens for ever; otherwise a later reply opens a follow-up ticket.
	ReopenDays int `json:"reopen_days"`
	// RemindDays is after how many days of silence somebody whom a ticket waits for is reminded, 0
	// never; CloseDays how many days after the reminder, or after their last word without one, it
	// closes by itself, 0 never.
	RemindDays int `json:"remind_days"`
	CloseDays  int `json:"close_days"`
	// InitialMessage offers a second text on the form that becomes the thread's first reply.
	InitialMessage bool `json:"initial_message"`
	// SubjectReference ends mail subjects in [K7-3QX].
	SubjectReference bool `json:"subject_reference"`
	Suggestions      bool `json:"suggestions"`
	// ShowTargets says what people outside are told of how long things take: none, text (sentences)
	// or dates (those and, on a ticket's page, until when).
	ShowTargets string `json:"show_targets"`
	// ResponseSource is where the sentences come from: written (ResponseTime, ResolutionTime) or
	// computed (from how long it took lately).
	ResponseSource string `json:"response_source"`
	// ResponseTime is a sentence such as "We typically respond within 4 hours", ResolutionTime one
	// such as "Our team aims to resolve this type of issue within 24 hours"; a type may have its own.
	ResponseTime   string `json:"response_time"`
	ResolutionTime string `json:"resolution_time"`
	// ShowAvailableTime tells members of a company on the thread what is left of its bought time (CP-13).
	ShowAvailableTime bool `json:"show_available_time"`
	// PollSeconds is how often an open thread page asks for news, 15 to 300 (PT-5).
	PollSeconds int `json:"poll_seconds"`
	// MinimumFillSeconds: a form sent sooner after it was shown is asked to confirm (PC-13).
	MinimumFillSeconds int `json:"minimum_fill_seconds"`
	// ProofOfWorkBits: 0 is off; 16 costs a phone about a second (PC-13).
	ProofOfWorkBits int `json:"proof_of_work_bits"`

	// Who is mailed about what (NU-1): the event, then the reporter or the others who take part.
	NotifyCreatedReporter  bool `json:"notify_created_reporter"`
	NotifyCreatedOthers    bool `json:"notify_created_others"`
	NotifyRepliedReporter  bool `json:"notify_replied_reporter"`
	NotifyRepliedOthers    bool `json:"notify_replied_others"`
	NotifyCustomerReporter bool `json:"notify_customer_reporter"`
	NotifyCustomerOthers   bool `json:"notify_customer_others"`
	NotifyStatusReporter   bool `json:"notify_status_reporter"`
	NotifyStatusOthers     bool `json:"notify_status_others"`
	NotifyClosedReporter   bool `json:"notify_closed_reporter"`
	NotifyClosedOthers     bool `json:"notify_closed_others"`
	NotifyReminderReporter bool `json:"notify_reminder_reporter"`
	NotifyReminderOthers   bool `json:"notify_reminder_others"`
	// BatchMinutes is how long after a mail about an answer further answers are collected into
	// one mail; 0 mails each by itself.
	BatchMinutes int `json:"batch_minutes"`
	// UndoSeconds is how long an agent can take a reply back before anybody outside sees it;
	// 0 publishes at once (NU-5).
	UndoSeconds int `json:"undo_seconds"`
	// UnprovenMails is how many acknowledgements an unproven address gets in 24 hours.
	UnprovenMails int `json:"unproven_mails"`

	FileMB           int `json:"file_mb"`
	RequestMB        int `json:"request_mb"`
	Files            int `json:"files"`
	AgentFileMB      int `json:"agent_file_mb"`
	AgentRequestMB   int `json:"agent_request_mb"`
	TextKB           int `json:"text_kb"`
	TitleLength      int `json:"title_length"`
	NameLength       int `json:"name_length"`
	AddressCreates   int `json:"address_creates"`
	AddressMinutes   int `json:"address_minutes"`
	ThreadReplies    int `json:"thread_replies"`
	ThreadMinutes    int `json:"thread_minutes"`
	ThreadUploadMB   int `json:"thread_upload_mb"`
	LinkDays         int `json:"link_days"`
	IntakeDays       int `json:"intake_days"`
	MailAttachmentMB int `json:"mail_attachment_mb"`

	// RequiredProvider is the slug of the identity provider that customers must have signed in with
	// to open what belongs to this project; empty is any way (CP-3).
	RequiredProvider string `json:"required_provider"`
}

// DefaultWorkspaceSettings are the documented defaults.
func DefaultWorkspaceSettings() WorkspaceSettings {
	return WorkspaceSettings{GuestCreate: true, GuestDocs: true, ClientCreates: 5, CreateWindowMinutes: 10, ClientUploadMB: 200, SignInTries: 5, RequireTwoFactor: FactorOff, TimeLowMinutes: 60}
}

// DefaultProjectSettings are the documented defaults.
func DefaultProjectSettings() ProjectSettings {
	return ProjectSettings{
		ReplyIdentity: ReplyByLink, TypedConfirm: true, VerifyAnonymous: VerifyOff, ThreadAttachments: ThreadFilesNames, CustomerClose: CustomerCloseAlways,
		SubjectReference: true, Suggestions: true, ShowTargets: TargetsText, ResponseSource: ResponseWritten, ShowAvailableTime: true, PollSeconds: 60, MinimumFillSeconds: 3,
		NotifyCreatedReporter: true, NotifyRepliedReporter: true, NotifyRepliedOthers: true, NotifyStatusReporter: true, NotifyClosedReporter: true, NotifyReminderReporter: true, BatchMinutes: 5, UndoSeconds: 30, UnprovenMails: 3,
		FileMB: 10, RequestMB: 25, Files: 10, AgentFileMB: 50, AgentRequestMB: 100, TextKB: 256, TitleLength: 200, NameLength: 140,
		AddressCreates: 5, AddressMinutes: 60, ThreadReplies: 10, ThreadMinutes: 10, ThreadUploadMB: 50,
		LinkDays: 90, IntakeDays: 7, MailAttachmentMB: 10,
	}
}

// readSettings decodes stored JSON over the defaults, so that a setting added later has
// its default in every project made before.
func readSettings[T any](stored string, into *T) error {
	if stored == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(stored), into); err != nil {
		return err
	}
	if s, of := any(into).(*ProjectSettings); of {
		return s.adopt(stored)
	}
	return nil
}

// adopt takes over what was stored by names that are settings no more. Settings are always
// stored whole, so an old name says that nothing has been saved since it went.
func (s *ProjectSettings) adopt(stored string) error {
	var old struct {
		Created *bool `json:"notify_created"`
		Replied *bool `json:"notify_replied"`
	}
	if err := json.Unmarshal([]byte(stored), &old); err != nil {
		return err
	}
	if old.Created != nil {
		s.NotifyCreatedReporter = *old.Created
	}
	if old.Replied != nil {
		s.NotifyRepliedReporter, s.NotifyRepliedOthers = *old.Replied, *old.Replied
	}
	return nil
}
