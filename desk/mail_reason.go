package desk

import (
	"strings"

	"lodge/models"
)

// The reasons why a mail was not sent, as words for the pages: the text is
// "agent.mail.why.<reason>".
const (
	WhyUnsubscribed = "unsubscribed"
	WhyNoMailbox    = "no_mailbox"
	WhyLeft         = "left"
	WhyClosingOnly  = "closing_only"
	WhyLimit        = "limit"
	WhyBounced      = "bounced"
	WhyUnknown      = "unknown_address"
	WhyFull         = "full"
	WhyRefused      = "refused"
	WhyUnreachable  = "unreachable"
	WhyOther        = "other"
)

// mailReason tells in one word why a mail was not delivered, and gives what the mail server
// said. The causes of a suppression are those that package jobs writes.
func mailReason(s models.MailState) (why, detail string) {
	said := strings.ToLower(s.LastError)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(said, w) {
				return true
			}
		}
		return false
	}
	if s.State == models.DeliverySuppressed {
		switch {
		case has(LeftClosingOnly):
			return WhyClosingOnly, ""
		case has("unsubscribed"):
			return WhyUnsubscribed, ""
		case has("no mailbox"):
			return WhyNoMailbox, ""
		case has("no longer takes part"):
			return WhyLeft, ""
		case has(LeftBounced):
			return WhyBounced, ""
		case has("too many mails"):
			return WhyLimit, ""
		}
		return WhyOther, s.LastError
	}
	switch {
	case has("5.1.1", "5.1.0", "5.1.10", "user unknown", "unknown user", "no such user", "does not exist", "mailbox not found", "recipient rejected", "invalid recipient"):
		return WhyUnknown, s.LastError
	case has("5.2.2", "4.2.2", "mailbox full", "over quota", "quota exceeded"):
		return WhyFull, s.LastError
	case has("connection refused", "timeout", "timed out", "no such host", "i/o", "dial", "eof", "connection reset", "network"):
		return WhyUnreachable, s.LastError
	case has("5.7.", "spam", "policy", "blocked", "denied", "rejected"):
		return WhyRefused, s.LastError
	}
	return WhyOther, s.LastError
}
