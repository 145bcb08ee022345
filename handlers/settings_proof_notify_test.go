package handlers

// NU-1: who is told about what is proven where the mails leave.
var _ = proves(map[string]proof{
	"notify_created_reporter": {where: "jobs"}, "notify_created_others": {where: "jobs"},
	"notify_replied_reporter": {where: "jobs"}, "notify_replied_others": {where: "jobs"},
	"notify_customer_reporter": {where: "jobs"}, "notify_customer_others": {where: "jobs"},
	"notify_status_reporter": {where: "jobs"}, "notify_status_others": {where: "jobs"},
	"notify_closed_reporter": {where: "jobs"}, "notify_closed_others": {where: "jobs"},
	"batch_minutes": {where: "jobs"},
})
