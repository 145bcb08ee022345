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

	RegistrationOpen   = "open"
	RegistrationInvite = "invite"
	RegistrationOff    = "off"

	FactorOff    = "off"
	FactorAdmins = "admins"
	FactorAll    = "all"

	CustomerFactorOff      = "off"
	CustomerFactorOptional = "optional"
	CustomerFactorRequired = "required"
	FeedbackStars          = "stars"
	FeedbackLabels         = "labels"
)

// WorkspaceSettings are the rules that hold for every project.
type WorkspaceSettings struct {
	// GuestCreate lets people without an account open tickets.
	GuestCreate bool `json:"guest_create"`
	// GuestTrack lets people without an account follow a ticket by its link.
	GuestTrack bool `json:"guest_track"`
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
	// Registration says who may have an account: open (everybody), invite (who is invited, or is in
	// RegistrationAllow: addresses and domains, separated by commas) or off (nobody new).
	Registration      string `json:"registration"`
	RegistrationAllow string `json:"registration_allow"`
	// SignInPassword and SignInLink are the ways for customers to sign in: a password, a mailed link.
	SignInPassword bool `json:"sign_in_password"`
	SignInLink     bool `json:"sign_in_link"`
	// CustomerIdleMinutes ends a customer's session that nobody uses, CustomerSessionDays any.
	CustomerIdleMinutes int `json:"customer_idle_minutes"`
	CustomerSessionDays int `json:"customer_session_days"`
	// SignInPasskey lets customers sign in with passkeys (CP-2).
	SignInPasskey bool `json:"sign_in_passkey"`
	// CustomerTwoFactor says whether customers can, or must, have a second factor: off, optional or
	// required. One that is on is asked for whatever this says.
	CustomerTwoFactor string `json:"customer_two_factor"`
	// TimeLowMinutes: agents are told when less is left of a company's bought time; 0 is never (CP-13).
	TimeLowMinutes int `json:"time_low_minutes"`
	// CompanyPortal shares tickets within companies, as each company says (CP-4, CO-1); off, everybody
	// has only their own. CompanyPortalWaived are the items of its checklist that an admin goes
	// without, separated by commas.
	CompanyPortal       bool   `json:"company_portal"`
	CompanyPortalWaived string `json:"company_portal_waived"`
}

// ProjectSettings are the rules of one project's portal.
type ProjectSettings struct {
	// What guests may do here: inherit (as the workspace says), on or off (CP-12).
	AccessCreate string `json:"access_create"`
	AccessTrack  string `json:"access_track"`
	AccessDocs   string `json:"access_docs"`
	// CustomerPriority and CustomerDue let signed-in customers say how urgent a new ticket is and
	// when they need it (CP-8).
	CustomerPriority bool `json:"customer_priority"`
	CustomerDue      bool `json:"customer_due"`
	// PrivateTickets is what signed-in customers decide about who of their company sees a new
	// ticket: off (as the company shares), choice or always (nobody).
	PrivateTickets string `json:"private_tickets"`

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

	// Feedback asks reporters how it went once their ticket is resolved (PT-15).
	Feedback bool `json:"feedback"`
	// FeedbackScale is stars (1 to 5) or labels (Excellent 5, Good 4, Fair 2, Poor 1).
	FeedbackScale string `json:"feedback_scale"`
	// FeedbackDelayMinutes is how long after the resolution the mail asks, 0 at once; FeedbackRestDays
	// for how many days after it the same contact is asked no more, 0 for none.
	FeedbackDelayMinutes int `json:"feedback_delay_minutes"`
	FeedbackRestDays     int `json:"feedback_rest_days"`
	// FeedbackLow is the score at or below which opening the ticket again is offered, and agents are
	// told; 0 never.
	FeedbackLow            int  `json:"feedback_low"`
	NotifyFeedbackReporter bool `json:"notify_feedback_reporter"`
	// RequiredProvider is the slug of the identity provider that customers must have signed in with
	// to open what belongs to this project; empty is any way (CP-3).
	RequiredProvider string `json:"required_provider"`
}

// DefaultWorkspaceSettings are the documented defaults.
func DefaultWorkspaceSettings() WorkspaceSettings {
	return WorkspaceSettings{GuestCreate: true, GuestTrack: true, GuestDocs: true, ClientCreates: 5, CreateWindowMinutes: 10, ClientUploadMB: 200, SignInTries: 5, RequireTwoFactor: FactorOff, SignInPasskey: true, CustomerTwoFactor: CustomerFactorOptional, TimeLowMinutes: 60,
		Registration: RegistrationOpen, SignInPassword: true, SignInLink: true, CustomerIdleMinutes: 720, CustomerSessionDays: 14}
}

// DefaultProjectSettings are the documented defaults.
func DefaultProjectSettings() ProjectSettings {
	return ProjectSettings{
		AccessCreate: AccessInherit, AccessTrack: AccessInherit, AccessDocs: AccessInherit, PrivateTickets: PrivateOff,
		ReplyIdentity: ReplyByLink, TypedConfirm: true, VerifyAnonymous: VerifyOff, ThreadAttachments: ThreadFilesNames, CustomerClose: CustomerCloseAlways,
		SubjectReference: true, Suggestions: true, ShowTargets: TargetsText, ResponseSource: ResponseWritten, ShowAvailableTime: true, PollSeconds: 60, MinimumFillSeconds: 3,
		NotifyCreatedReporter: true, NotifyRepliedReporter: true, NotifyRepliedOthers: true, NotifyStatusReporter: true, NotifyClosedReporter: true, NotifyReminderReporter: true, BatchMinutes: 5, UndoSeconds: 30, UnprovenMails: 3,
		FileMB: 10, RequestMB: 25, Files: 10, AgentFileMB: 50, AgentRequestMB: 100, TextKB: 256, TitleLength: 200, NameLength: 140,
		AddressCreates: 5, AddressMinutes: 60, ThreadReplies: 10, ThreadMinutes: 10, ThreadUploadMB: 50,
		LinkDays: 90, IntakeDays: 7, MailAttachmentMB: 10,
		Feedback: true, FeedbackScale: FeedbackStars, FeedbackDelayMinutes: 60, FeedbackRestDays: 7, FeedbackLow: 2, NotifyFeedbackReporter: true,
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
