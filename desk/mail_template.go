package desk

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// OwnWords are a project's own words of a mail: its subject and its text, in which MailBody marks
// the place of what the mail is about. Both may hold variables; they are filled in once, and what
// is put in is never read again (A49).
type OwnWords struct{ Subject, Body string }

// MailKind is a mail to people outside whose words a project may change.
type MailKind struct {
	Template string
	// Variables are what its words may hold between braces.
	Variables []string
}

// MailBody is the variable that stands for what a mail is about: the message, files, the thing
// that was asked. Without it in a body, it comes after the words.
const MailBody = "message"

// MailKinds lists the mails whose words can be changed. The acknowledgement to an address that has
// not proven itself and what is about safety are not among them. In the others nothing that somebody
// typed is put in for such an address either: its values are empty there, and views.Mail writes
// around them (A3).
var MailKinds = []MailKind{
	{"created", []string{"name", "title", "reference", "project", "workspace", "response", "resolution", "hours", MailBody}},
	{"agent_replied", []string{"name", "agent", "title", "reference", "project", "workspace", MailBody}},
	{"customer_replied", []string{"name", "author", "title", "reference", "project", "workspace"}},
	{"status_changed", []string{"name", "title", "status", "reference", "project", "workspace"}},
	{MailReminder, []string{"name", "title", "reference", "project", "workspace", MailBody}},
	{"closed", []string{"name", "title", "status", "reference", "project", "workspace"}},
	{"followed_up", []string{"name", "title", "reference", "project", "workspace"}},
	{"person_added", []string{"title", "reference", "project", "workspace"}},
	{"link_replaced", []string{"name", "title", "reference", "project", "workspace"}},
}

// MailKindOf finds a kind by its template.
func MailKindOf(template string) (MailKind, bool) {
	i := slices.IndexFunc(MailKinds, func(k MailKind) bool { return k.Template == template })
	if i < 0 {
		return MailKind{}, false
	}
	return MailKinds[i], true
}

const (
	maxMailSubject = 200
	maxMailWords   = 4000
)

// mailVar finds what stands between braces, also a misspelled variable.
var mailVar = regexp.MustCompile(`\{([^{}\n]{0,80})\}`)

// MailText is a project's own words of a mail in a language.
type MailText struct {
	Template, Locale string
	Own              OwnWords
	Changed          time.Time
}

// MailTexts are a project's own words, and where they may stand.
type MailTexts struct {
	Project   *models.Project
	Workspace string
	// Language is the one that the project's mails are in when nothing else is known.
	Language string
	Texts    []MailText
	// Sample is what the acknowledgement of a made-up ticket would tell of time.
	Sample PublicNext
}

// Find gives the words of a mail in a language; false for the built-in ones.
func (t *MailTexts) Find(template, locale string) (MailText, bool) {
	i := slices.IndexFunc(t.Texts, func(m MailText) bool { return m.Template == template && m.Locale == locale })
	if i < 0 {
		return MailText{}, false
	}
	return t.Texts[i], true
}

// MailTexts reads a project's own words of its mails.
func (d *Desk) MailTexts(ctx context.Context, actor Actor, slug string) (*MailTexts, error) {
	cat, p, err := d.projectFor(ctx, actor, slug, models.ActSettings)
	if err != nil {
		return nil, err
	}
	rows, err := models.MailTemplates(ctx, d.db, p.ID)
	if err != nil {
		return nil, err
	}
	all := &MailTexts{Project: p, Workspace: cat.Workspace.Name, Language: cat.Language(p), Sample: SampleNext(cat, p, d.Now())}
	for _, r := range rows {
		all.Texts = append(all.Texts, MailText{r.Template, r.Locale, OwnWords{r.Subject, r.Body}, r.UpdatedAt.Time()})
	}
	return all, nil
}

// CheckMailText says what is wrong with words for a mail, nil when nothing is; they come back
// cleaned. builtIn are the fields that may stay empty for the built-in words.
func CheckMailText(kind MailKind, own OwnWords) (OwnWords, error) {
	var v models.Invalid
	own = OwnWords{line(own.Subject), text(own.Body)}
	for _, field := range []struct {
		name, words string
		most        int
	}{{"subject", own.Subject, maxMailSubject}, {"body", own.Body, maxMailWords}} {
		if field.words == "" {
			v.Add(field.name, "agent.mailtext.error.empty")
		}
		if utf8.RuneCountInString(field.words) > field.most {
			v.Add(field.name, "agent.settings.error.text", "Max", field.most)
		}
		for at, l := range strings.Split(field.words, "\n") {
			for _, found := range mailVar.FindAllStringSubmatch(l, -1) {
				if !slices.Contains(kind.Variables, found[1]) || field.name == "subject" && found[1] == MailBody {
					v.Add(field.name, "agent.mailtext.error.variable", "Name", found[0], "Line", at+1)
				}
			}
			if rest := mailVar.ReplaceAllString(l, ""); strings.ContainsAny(rest, "{}") {
				v.Add(field.name, "agent.mailtext.error.braces", "Line", at+1)
			}
		}
	}
	if strings.Count(own.Body, "{"+MailBody+"}") > 1 {
		v.Add("body", "agent.mailtext.error.twice")
	}
	return own, v.Err()
}

// SaveMailText keeps a project's own words of a mail.
func (d *Desk) SaveMailText(ctx context.Context, actor Actor, slug, template, locale string, own OwnWords) error {
	_, p, err := d.projectFor(ctx, actor, slug, models.ActSettings)
	if err != nil {
		return err
	}
	kind, known := MailKindOf(template)
	if !known || locale != "en" && locale != "de" {
		return models.NotFound()
	}
	if own, err = CheckMailText(kind, own); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		old, err := models.MailTemplateOf(ctx, tx, p.ID, template, locale)
		if models.KindOf(err) == models.KindNotFound && err != nil {
			old, err = &models.MailTemplate{}, nil
		}
		if err != nil {
			return err
		}
		changes := differences(map[string][2]string{"subject": {old.Subject, own.Subject}, "body": {old.Body, own.Body}})
		if len(changes) == 0 {
			return nil
		}
		changes["mail"], changes["locale"] = template, locale
		if err := models.SaveMailTemplate(ctx, tx, &models.MailTemplate{ProjectID: p.ID, Template: template, Locale: locale, Subject: own.Subject, Body: own.Body, UpdatedAt: models.At(now)}); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "mailtext.changed", p.Slug, changes, now)
	})
}

// ResetMailText goes back to the built-in words of a mail.
func (d *Desk) ResetMailText(ctx context.Context, actor Actor, slug, template, locale string) error {
	_, p, err := d.projectFor(ctx, actor, slug, models.ActSettings)
	if err != nil {
		return err
	}
	if _, known := MailKindOf(template); !known || locale != "en" && locale != "de" {
		return models.NotFound()
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		_, err := models.MailTemplateOf(ctx, tx, p.ID, template, locale)
		if models.KindOf(err) == models.KindNotFound && err != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := models.DeleteMailTemplate(ctx, tx, p.ID, template, locale); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "mailtext.reset", p.Slug, map[string]any{"mail": template, "locale": locale}, now)
	})
}

// OwnAddress is the actor's own address, to send them what they ask for.
func (d *Desk) OwnAddress(ctx context.Context, actor Actor) (string, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return "", err
	}
	agent, err := models.AgentByID(ctx, d.db, actor.ID)
	if err != nil {
		return "", err
	}
	return agent.Address, nil
}
