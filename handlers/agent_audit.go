package handlers

import (
	"bytes"
	"encoding/csv"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// auditLog shows who changed what, newest first.
func (a *agents) auditLog(c *fiber.Ctx) error {
	ask, fault := auditAsk(c)
	page, err := a.desk.AuditLog(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	words := a.language(c)
	status := fiber.StatusOK
	data := views.AuditPage{Action: auditPath, ClearURL: auditPath, From: c.Query("from"), To: c.Query("to")}
	if fault {
		status, data.Error = fiber.StatusUnprocessableEntity, words.T("agent.audit.error.day")
	}
	query := url.Values{}
	for _, name := range []string{"kind", "agent", "from", "to"} {
		if v := c.Query(name); v != "" {
			query.Set(name, v)
			data.Filtered = true
		}
	}
	data.ExportURL = withQuery(auditPath+".csv", query)
	if ask.Before != "" {
		data.NewestURL = withQuery(auditPath, query)
	}
	if page.Next != "" {
		query.Set("before", page.Next)
		data.OlderURL = withQuery(auditPath, query)
	}
	data.Kinds = auditKinds(words, page.Kinds, ask.Kind)
	data.Agents = []views.Choice{{Label: words.T("agent.audit.all_agents")}}
	for _, who := range page.Agents {
		data.Agents = append(data.Agents, views.Choice{Value: who.Slug, Label: who.Name, Selected: who.Slug == decimal(ask.AgentID)})
	}
	for _, l := range page.Lines {
		data.Lines = append(data.Lines, auditLine(words, l))
	}
	return a.showSettings(c, status, views.Page{Title: words.T("agent.settings.audit"), Body: "people/audit", Data: data})
}

func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// auditAsk reads the filters from the address; fault says that a day was none.
func auditAsk(c *fiber.Ctx) (ask desk.AuditAsk, fault bool) {
	ask.Kind, ask.Before = c.Query("kind"), c.Query("before")
	ask.AgentID, _ = strconv.ParseInt(c.Query("agent"), 10, 64)
	for name, into := range map[string]*time.Time{"from": &ask.From, "to": &ask.To} {
		text := c.Query(name)
		if text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			fault = true
			continue
		}
		*into = day
	}
	return ask, fault
}

// auditKinds are the choices of what to show: each kind the log holds, under its first word.
func auditKinds(words *locale.Strings, kinds []string, chosen string) []views.Choice {
	all := []views.Choice{{Label: words.T("agent.audit.all_kinds")}}
	group := ""
	for _, kind := range kinds {
		if first, _, _ := strings.Cut(kind, "."); first != group {
			group = first
			label := first
			if words.Has("agent.audit.group." + first) {
				label = words.T("agent.audit.group." + first)
			}
			all = append(all, views.Choice{Value: first, Label: label, Selected: first == chosen})
		}
		all = append(all, views.Choice{Value: kind, Label: "– " + auditText(words, kind, "…"), Selected: kind == chosen})
	}
	return all
}

// auditText is an entry in a sentence. A kind without words, of an older or newer Lodge, shows itself.
func auditText(words *locale.Strings, kind, subject string) string {
	if subject == "" {
		subject = words.T("agent.audit.somebody")
	}
	if key := "agent.audit." + kind; words.Has(key) {
		return words.Tf(key, "Subject", subject)
	}
	return words.Tf("agent.audit.other", "Kind", strings.NewReplacer(".", " ", "_", " ").Replace(kind), "Subject", subject)
}

var auditIcons = map[string]string{"session": "log-in", "person": "user", "profile": "circle-user", "password": "key-round", "factor": "smartphone", "team": "users-round", "admin": "command",
	"workspace": "building-2", "project": "folder", "macro": "zap", "tag": "tag", "contact": "id-card", "company": "building-2", "article": "book-open", "block": "ban", "template": "layout-template", "intake": "link"}

func auditLine(words *locale.Strings, l desk.AuditLine) views.AuditLine {
	first, _, _ := strings.Cut(l.Kind, ".")
	line := views.AuditLine{ID: l.ID, Who: l.Agent, Text: auditText(words, l.Kind, l.Subject), At: l.At, Icon: auditIcons[first]}
	if line.Icon == "" {
		line.Icon = "settings"
	}
	if line.Who == "" {
		line.Who = words.T("agent.audit.nobody")
	}
	for _, change := range l.Changes {
		line.Changes = append(line.Changes, views.AuditChange{Name: auditField(words, change.Name), Was: auditValue(words, change.Name, change.Was), Is: auditValue(words, change.Name, change.Is), Pair: change.Pair})
	}
	return line
}

// auditField is the name of a detail: of the log's own, of a setting, or as it is.
func auditField(words *locale.Strings, name string) string {
	if key, on, ok := auditCondition(name); ok {
		on, field, _ := strings.Cut(on, " ")
		return words.Tf(key, "What", words.Tf("agent.rule.on."+on, "Field", field))
	}
	for _, key := range []string{"agent.audit.field." + name, "agent.setting." + name, "agent." + name} {
		if words.Has(key) {
			return words.T(key)
		}
	}
	return strings.ReplaceAll(name, "_", " ")
}

// auditCondition takes the name of a detail apart that is a condition of a rule: the key of its name
// and what it looks at.
func auditCondition(name string) (key, on string, ok bool) {
	if on, ok = strings.CutPrefix(name, desk.AuditIf); ok {
		return "agent.audit.condition", on, true
	}
	on, ok = strings.CutPrefix(name, desk.AuditUnless)
	return "agent.audit.condition_not", on, ok
}

// auditSwitches are the details besides settings that are on or off.
var auditSwitches = []string{"on", "on_create", "on_change", "stop", "rule.reassign", "policy_default", "policy_off", "pause_on_hold", "away"}

// auditValue is a value in words where it is one of a fixed few.
func auditValue(words *locale.Strings, name, value string) string {
	if _, on, ok := auditCondition(name); ok {
		switch on {
		case models.RoutePriority, models.RouteChannel, models.RouteLanguage, models.RouteHours:
			return eachOf(value, func(v string) string { return ruleValue(words, on, v) })
		}
		return value
	}
	switch {
	case slices.Contains(auditSwitches, name):
		return auditSwitch(words, value)
	case value == "":
		return ""
	case name == "rule.priority":
		return ruleValue(words, models.RoutePriority, value)
	case name == "policy_targets":
		return eachOf(value, func(v string) string { return auditTarget(words, v) })
	}
	for _, list := range [][]models.Setting{models.WorkspaceSettingList, models.ProjectSettingList} {
		for _, s := range list {
			if s.Name == name && s.Kind == models.SettingSwitch {
				return auditSwitch(words, value)
			}
		}
	}
	for _, key := range []string{"agent.setting." + name + "." + value, "agent.audit." + name + "." + value, "agent." + name + "." + value} {
		if value != "" && words.Has(key) {
			return words.T(key)
		}
	}
	return value
}

func auditSwitch(words *locale.Strings, value string) string {
	if value != "" {
		return words.T("agent.audit.value.on")
	}
	return words.T("agent.audit.value.off")
}

// eachOf puts each part of a list into words.
func eachOf(list string, in func(string) string) string {
	if list == "" {
		return ""
	}
	parts := strings.Split(list, ", ")
	for i, part := range parts {
		parts[i] = in(part)
	}
	return strings.Join(parts, ", ")
}

// auditTarget is a target of a policy in words; the log has its priority, kind and time, "4 first 1h".
func auditTarget(words *locale.Strings, target string) string {
	priority, rest, _ := strings.Cut(target, " ")
	kind, span, found := strings.Cut(rest, " ")
	n, err := strconv.Atoi(priority)
	if !found || err != nil || !slices.Contains(models.PromiseKinds, kind) {
		return target
	}
	return words.Tf("agent.audit.target", "Priority", priorityWord(words, n), "Kind", words.T("agent.promises."+kind), "Time", span)
}

// auditExport is the filtered log as a file for a spreadsheet.
func (a *agents) auditExport(c *fiber.Ctx) error {
	ask, fault := auditAsk(c)
	if fault {
		return fiber.ErrBadRequest
	}
	lines, err := a.desk.AuditExport(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	words := a.language(c)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"time", "kind", "agent", "subject", "text", "details"})
	for _, l := range lines {
		shown := auditLine(words, l)
		var details []string
		for _, ch := range shown.Changes {
			text := ch.Name + ": " + ch.Is
			if ch.Pair {
				text = ch.Name + ": " + ch.Was + " → " + ch.Is
			}
			details = append(details, text)
		}
		_ = w.Write([]string{l.At.UTC().Format(time.RFC3339), l.Kind, tame(l.Agent), tame(l.Subject), tame(shown.Text), tame(strings.Join(details, "; "))})
	}
	w.Flush()
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="audit.csv"`)
	return c.Send(b.Bytes())
}

// tame keeps a spreadsheet from running what somebody wrote as a formula.
func tame(cell string) string {
	if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
		return "'" + cell
	}
	return cell
}
