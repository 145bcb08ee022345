package desk

import "lodge/models"

// MailLimit is how large a mail, encoded, may be that comes in at a door: what the most generous
// project lets agents send at once, and a third and a bit more for its encoding.
func MailLimit(cat *models.Catalog) int64 {
	most := 0
	for _, p := range cat.Projects {
		most = max(most, p.Settings.RequestMB, p.Settings.AgentRequestMB)
	}
	return min(int64(most)<<20*11/8+1<<20, maxRawMail)
}
