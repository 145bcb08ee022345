package desk

import (
	"encoding/json"

	"lodge/models"
)

// EventPersonMailed is how agents are shown that somebody takes part because a participant's mail
// went to them too.
const EventPersonMailed = "person_mailed"

// mailEvent reads what is special about events that mails have made.
func mailEvent(e *models.TimelineEvent, out *AgentEvent) {
	var data struct {
		Addresses []string `json:"addresses"`
		Names     []string `json:"names"`
		Count     int      `json:"count"`
		MailedBy  int64    `json:"mailed_by"`
	}
	switch e.Kind {
	case models.EventPersonAdded:
		if _ = json.Unmarshal([]byte(e.Data), &data); data.MailedBy != 0 {
			out.Kind = EventPersonMailed
		}
	case models.EventFeedbackGiven, models.EventFeedbackChanged:
		var said struct{ Score int }
		_ = json.Unmarshal([]byte(e.Data), &said)
		out.Count = said.Score
	case models.EventMailCC, models.EventMailFiles:
		_ = json.Unmarshal([]byte(e.Data), &data)
		out.Names, out.Count = append(data.Addresses, data.Names...), data.Count
	}
}
