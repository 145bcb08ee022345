package models

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SettingKind says what values a setting has.
type SettingKind string

// The kinds of settings.
const (
	SettingSwitch SettingKind = "switch" // on or off; "1" or ""
	SettingNumber SettingKind = "number" // Min to Max
	SettingChoice SettingKind = "choice" // one of Values
	SettingText   SettingKind = "text"   // one line of at most Max characters
)

// Setting describes one setting, so that the page that shows it, the verb that checks it and
// the test that tries each value all read the same line. Name is its JSON name; Group is the
// page or heading it stands under; Unit is the word behind a number, such as "mb".
type Setting struct {
	Name     string
	Group    string
	Kind     SettingKind
	Min, Max int
	Values   []string
	Unit     string
}

// The settings of the whole workspace (WorkspaceSettings).
var WorkspaceSettingList = []Setting{
	{Name: "guest_create", Group: "portal", Kind: SettingSwitch},
	{Name: "guest_track", Group: "portal", Kind: SettingSwitch},
	{Name: "guest_docs", Group: "portal", Kind: SettingSwitch},
	{Name: "client_creates", Group: "limits", Kind: SettingNumber, Min: 1, Max: 10_000},
	{Name: "create_window_minutes", Group: "limits", Kind: SettingNumber, Min: 1, Max: 1440, Unit: "minutes"},
	{Name: "client_upload_mb", Group: "limits", Kind: SettingNumber, Min: 1, Max: 100_000, Unit: "mb"},
	{Name: "sign_in_tries", Group: "sign_in", Kind: SettingNumber, Min: 1, Max: 100},
	{Name: "require_two_factor", Group: "sign_in", Kind: SettingChoice, Values: []string{FactorOff, FactorAdmins, FactorAll}},
	{Name: "registration", Group: "registration", Kind: SettingChoice, Values: []string{RegistrationOpen, RegistrationInvite, RegistrationOff}},
	{Name: "registration_allow", Group: "registration", Kind: SettingText, Max: 2000},
	{Name: "sign_in_password", Group: "ways", Kind: SettingSwitch},
	{Name: "sign_in_link", Group: "ways", Kind: SettingSwitch},
	{Name: "customer_idle_minutes", Group: "sessions", Kind: SettingNumber, Min: 5, Max: 43_200, Unit: "minutes"},
	{Name: "customer_session_days", Group: "sessions", Kind: SettingNumber, Min: 1, Max: 365, Unit: "days"},
	{Name: "sign_in_passkey", Group: "sign_in", Kind: SettingSwitch},
	{Name: "customer_two_factor", Group: "sign_in", Kind: SettingChoice, Values: []string{CustomerFactorOff, CustomerFactorOptional, CustomerFactorRequired}},
	{Name: "time_low_minutes", Group: "time", Kind: SettingNumber, Min: 0, Max: 60_000, Unit: "minutes"},
	{Name: "company_portal", Group: CompanyPortalGroup, Kind: SettingSwitch},
	{Name: "company_portal_waived", Group: CompanyPortalGroup, Kind: SettingText, Max: 100},
}

// The settings of one project (ProjectSettings).
var ProjectSettingList = []Setting{
	{Name: "reply_identity", Group: "thread", Kind: SettingChoice, Values: []string{ReplyByLink, ReplyByTypedEmail}},
	{Name: "typed_confirm", Group: "thread", Kind: SettingSwitch},
	{Name: "thread_attachments", Group: "thread", Kind: SettingChoice, Values: []string{ThreadFilesNames, ThreadFilesDownload}},
	{Name: "customer_close", Group: "thread", Kind: SettingChoice, Values: []string{CustomerCloseOff, CustomerCloseWhenResolved, CustomerCloseAlways}},
	{Name: "reopen_days", Group: "thread", Kind: SettingNumber, Min: 0, Max: 3650, Unit: "days"},
	{Name: "show_targets", Group: "thread", Kind: SettingChoice, Values: []string{TargetsNone, TargetsText, TargetsDates}},
	{Name: "response_source", Group: "thread", Kind: SettingChoice, Values: []string{ResponseWritten, ResponseComputed}},
	{Name: "response_time", Group: "thread", Kind: SettingText, Max: 140},
	{Name: "resolution_time", Group: "thread", Kind: SettingText, Max: 140},
	{Name: "show_available_time", Group: "thread", Kind: SettingSwitch},
	{Name: "poll_seconds", Group: "thread", Kind: SettingNumber, Min: 15, Max: 300, Unit: "seconds"},
	{Name: "link_days", Group: "thread", Kind: SettingNumber, Min: 1, Max: 3650, Unit: "days"},

	{Name: "remind_days", Group: "closing", Kind: SettingNumber, Min: 0, Max: 365, Unit: "days"},
	{Name: "close_days", Group: "closing", Kind: SettingNumber, Min: 0, Max: 365, Unit: "days"},

	{Name: "verify_anonymous", Group: "create", Kind: SettingChoice, Values: []string{VerifyOff, VerifyFirstTime, VerifyAlways}},
	{Name: "initial_message", Group: "create", Kind: SettingSwitch},
	{Name: "suggestions", Group: "create", Kind: SettingSwitch},
	{Name: "minimum_fill_seconds", Group: "create", Kind: SettingNumber, Min: 0, Max: 60, Unit: "seconds"},
	{Name: "proof_of_work_bits", Group: "create", Kind: SettingNumber, Min: 0, Max: 22},
	{Name: "intake_days", Group: "create", Kind: SettingNumber, Min: 1, Max: 90, Unit: "days"},
	{Name: "required_provider", Group: "create", Kind: SettingText, Max: 60},

	{Name: "subject_reference", Group: "mail", Kind: SettingSwitch},
	{Name: "undo_seconds", Group: "mail", Kind: SettingNumber, Min: 0, Max: 120, Unit: "seconds"},
	{Name: "unproven_mails", Group: "mail", Kind: SettingNumber, Min: 0, Max: 100},
	{Name: "mail_attachment_mb", Group: "mail", Kind: SettingNumber, Min: 0, Max: 50, Unit: "mb"},

	{Name: "notify_created_reporter", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_created_others", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_replied_reporter", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_replied_others", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_customer_reporter", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_customer_others", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_status_reporter", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_status_others", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_closed_reporter", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_closed_others", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_reminder_reporter", Group: "notifications", Kind: SettingSwitch},
	{Name: "notify_reminder_others", Group: "notifications", Kind: SettingSwitch},
	{Name: "batch_minutes", Group: "notifications", Kind: SettingNumber, Min: 0, Max: 240, Unit: "minutes"},

	{Name: "file_mb", Group: "limits", Kind: SettingNumber, Min: 1, Max: 1000, Unit: "mb"},
	{Name: "request_mb", Group: "limits", Kind: SettingNumber, Min: 1, Max: 2000, Unit: "mb"},
	{Name: "files", Group: "limits", Kind: SettingNumber, Min: 0, Max: 100},
	{Name: "agent_file_mb", Group: "limits", Kind: SettingNumber, Min: 1, Max: 1000, Unit: "mb"},
	{Name: "agent_request_mb", Group: "limits", Kind: SettingNumber, Min: 1, Max: 2000, Unit: "mb"},
	{Name: "text_kb", Group: "limits", Kind: SettingNumber, Min: 1, Max: 1024, Unit: "kb"},
	{Name: "title_length", Group: "limits", Kind: SettingNumber, Min: 20, Max: 500, Unit: "characters"},
	{Name: "name_length", Group: "limits", Kind: SettingNumber, Min: 20, Max: 500, Unit: "characters"},
	{Name: "address_creates", Group: "limits", Kind: SettingNumber, Min: 1, Max: 10_000},
	{Name: "address_minutes", Group: "limits", Kind: SettingNumber, Min: 1, Max: 10_080, Unit: "minutes"},
	{Name: "thread_replies", Group: "limits", Kind: SettingNumber, Min: 1, Max: 10_000},
	{Name: "thread_minutes", Group: "limits", Kind: SettingNumber, Min: 1, Max: 10_080, Unit: "minutes"},
	{Name: "thread_upload_mb", Group: "limits", Kind: SettingNumber, Min: 1, Max: 100_000, Unit: "mb"},

	{Name: "access_create", Group: "access", Kind: SettingChoice, Values: []string{AccessInherit, AccessOn, AccessOff}},
	{Name: "access_track", Group: "access", Kind: SettingChoice, Values: []string{AccessInherit, AccessOn, AccessOff}},
	{Name: "access_docs", Group: "access", Kind: SettingChoice, Values: []string{AccessInherit, AccessOn, AccessOff}},
	{Name: "customer_priority", Group: "access", Kind: SettingSwitch},
	{Name: "customer_due", Group: "access", Kind: SettingSwitch},
	{Name: "private_tickets", Group: "access", Kind: SettingChoice, Values: []string{PrivateOff, PrivateChoice, PrivateAlways}},
	{Name: "feedback", Group: "feedback", Kind: SettingSwitch},
	{Name: "feedback_scale", Group: "feedback", Kind: SettingChoice, Values: []string{FeedbackStars, FeedbackLabels}},
	{Name: "notify_feedback_reporter", Group: "feedback", Kind: SettingSwitch},
	{Name: "feedback_delay_minutes", Group: "feedback", Kind: SettingNumber, Min: 0, Max: 10_080, Unit: "minutes"},
	{Name: "feedback_rest_days", Group: "feedback", Kind: SettingNumber, Min: 0, Max: 365, Unit: "days"},
	{Name: "feedback_low", Group: "feedback", Kind: SettingNumber, Min: 0, Max: 4},
}

// SettingsIn are those of a group, in order.
func SettingsIn(list []Setting, group string) []Setting {
	var all []Setting
	for _, s := range list {
		if s.Group == group {
			all = append(all, s)
		}
	}
	return all
}

// SettingValues writes settings as text by name, as forms show them: a switch is "1" or "".
func SettingValues(settings any) map[string]string {
	raw, _ := json.Marshal(settings)
	var fields map[string]any
	_ = json.Unmarshal(raw, &fields)
	values := map[string]string{}
	for name, value := range fields {
		switch v := value.(type) {
		case bool:
			values[name] = ""
			if v {
				values[name] = "1"
			}
		case float64:
			values[name] = strconv.FormatFloat(v, 'f', -1, 64)
		case string:
			values[name] = v
		}
	}
	return values
}

// ChangeSettings reads posted values of the listed settings into settings, a pointer to
// WorkspaceSettings or ProjectSettings. Every listed one is read: a switch that was not posted
// is off. Faults are added to v by name and change nothing.
func ChangeSettings(settings any, list []Setting, posted map[string]string, v *Invalid) error {
	changed := map[string]any{}
	for _, s := range list {
		text := strings.TrimSpace(posted[s.Name])
		switch s.Kind {
		case SettingSwitch:
			changed[s.Name] = text != ""
		case SettingNumber:
			n, err := strconv.Atoi(text)
			if err != nil || n < s.Min || n > s.Max {
				v.Add(s.Name, "agent.settings.error.number", "Min", s.Min, "Max", s.Max)
				continue
			}
			changed[s.Name] = n
		case SettingChoice:
			if !slices.Contains(s.Values, text) {
				v.Add(s.Name, "agent.settings.error.choice")
				continue
			}
			changed[s.Name] = text
		case SettingText:
			if utf8.RuneCountInString(text) > s.Max || strings.ContainsAny(text, "\r\n\x00") {
				v.Add(s.Name, "agent.settings.error.text", "Max", s.Max)
				continue
			}
			changed[s.Name] = text
		default:
			return fmt.Errorf("setting %s has no kind", s.Name)
		}
	}
	if v.Err() != nil {
		return nil
	}
	raw, err := json.Marshal(changed)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, settings)
}

// SettingChanges tells what differs between two states of settings, for the audit log: the
// name and both values of each.
func SettingChanges(before, after any) map[string]any {
	was, is := SettingValues(before), SettingValues(after)
	changes := map[string]any{}
	for name, value := range is {
		if was[name] != value {
			changes[name] = [2]string{was[name], value}
		}
	}
	return changes
}
