package handlers

// PT-15: what is asked, when and of whom is proven where the mails leave.
var _ = proves(map[string]proof{
	"feedback": {where: "jobs"}, "feedback_scale": {where: "jobs"}, "notify_feedback_reporter": {where: "jobs"},
	"feedback_delay_minutes": {where: "jobs"}, "feedback_rest_days": {where: "jobs"}, "feedback_low": {where: "jobs"},
})
