package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"lodge/models"
	"lodge/secret"
)

var errNoStatus = errors.New("the project has no initial status")

// Thread gives the page of whoever came in (PT-2, CP-9). formID is a posted id when the reply
// form is shown again, otherwise empty.
func (v *Conversation) Thread(ctx context.Context, formID string) (*PublicThread, error) {
	p, now := v.p, v.p.d.Now()
	at, err := v.enter(ctx, now)
	if err != nil {
		return nil, err
	}
	t, err := p.since(ctx, at, 0, now)
	if err != nil {
		return nil, err
	}
	id, shown := p.d.again(formID, v.scope, now)
	t.FormID = id
	if formID != "" {
		if t.Staged, err = p.d.staged(ctx, shown.key(), models.At(now)); err != nil {
			return nil, err
		}
	}
	return t, v.addDraft(ctx, at, t)
}

// since gives a ticket's page with what is newer than a public version.
func (p *Portal) since(ctx context.Context, at *place, after int64, now time.Time) (*PublicThread, error) {
	entries, err := models.PublicEntries(ctx, p.d.db, at.Ticket.ID, after, models.At(now))
	if err != nil {
		return nil, err
	}
	t, err := p.thread(ctx, at, entries, now)
	if err != nil {
		return nil, err
	}
	return t, p.addLines(ctx, at.holder, t, after)
}

// Updates gives what is newer than a page's cursor, or nil when nothing is: then it cost
// one small read (PT-5). rules is the state of the settings that the page shows: a page from
// before a change of them is drawn anew, since a status may be called otherwise or the close
// button gone (SE-2); 0 does not ask.
func (v *Conversation) Updates(ctx context.Context, after, rules int64) (*PublicThread, error) {
	now := v.p.d.Now()
	news, err := v.news(ctx, after, rules, now)
	if err != nil || !news {
		return nil, err
	}
	at, err := v.enter(ctx, now)
	if err != nil {
		return nil, err
	}
	return v.p.since(ctx, at, after, now)
}

// pulse says by one small read whether a link's page has something newer.
func (p *Portal) pulse(ctx context.Context, link Link, after, rules int64, now time.Time) (bool, error) {
	pulse, cat, err := p.d.db.PulseByHash(ctx, secret.Hash(link.Token), models.At(now))
	if err != nil {
		return false, err
	}
	if project := cat.Project(pulse.ProjectID); !alive(models.Token{}, project, pulse.EndedAt, now) {
		return false, dead(models.Token{}, project, now)
	}
	return pulse.PublicVersion > after || (rules != 0 && rules != cat.Version), nil
}

// thread narrows a ticket to what its participant may see.
func (p *Portal) thread(ctx context.Context, at *place, entries []*models.Entry, now time.Time) (*PublicThread, error) {
	h := at.holder
	t, s := &h.Ticket, h.project.Settings
	typed := !at.signed && s.ReplyIdentity == models.ReplyByTypedEmail && !h.Person.Contact.Synthetic
	outcome, _ := h.project.OnReply(t, now)
	page := &PublicThread{
		Workspace: publicWorkspace(h.catalog), Project: publicProject(h.catalog, h.project), Title: t.Title, CreatedAt: t.CreatedAt.Time(), UpdatedAt: t.PublicAt.Time(),
		Next: NextOf(h.catalog, h.project, t, now), Cursor: t.PublicVersion, Rules: h.catalog.Version,
		Me: PublicMe{Name: h.Person.Contact.Name, Reporter: h.Person.Reporter(), Synthetic: h.Person.Contact.Synthetic,
			Unsubscribed: h.Person.UnsubscribedAt != 0},
		CanClose:     at.rights.Close && h.project.SelfClose(t) != nil,
		ReplyReopens: outcome == models.ReplyReopens, ReplyFollowsUp: outcome == models.ReplyFollowsUp,
		TypedEmail: typed, TypedConfirm: typed && s.TypedConfirm,
		Download: at.signed || s.ThreadAttachments == models.ThreadFilesDownload, WaitingFor: h.Assignee, DraftKey: draftKey(h.Token.Hash),
	}
	// What a company bought is its members' business: being one is proven by its mail alone.
	if s.ShowAvailableTime && h.proven {
		page.TimeLeft = h.TimeLeft
	}
	if !h.Person.Contact.Synthetic {
		page.Me.Address = h.Person.Contact.Address
	}
	if status := h.project.Status(t.StatusID); status != nil {
		page.Status = PublicStatus{Category: string(status.Category), Label: status.Label()}
	}
	if t.TypeID != nil {
		if kind := h.project.Type(*t.TypeID); kind != nil && kind.Public {
			page.Type = kind.Name
		}
	}
	for _, f := range t.Fields() {
		if f.Public {
			page.Fields = append(page.Fields, PublicValue{Label: f.Label, Kind: f.Kind, Values: f.Values})
		}
	}
	// What a merge brought along stands where its time is.
	slices.SortStableFunc(entries, func(a, b *models.Entry) int { return cmp.Compare(a.CreatedAt, b.CreatedAt) })
	for _, e := range entries {
		page.Messages = append(page.Messages, publicMessage(e, h.Person.ContactID, page.Download))
	}
	if err := p.d.dates(ctx, h.catalog, h.project, t, &page.Next, now); err != nil {
		return nil, err
	}
	if at.signed {
		page.Signed = at.signedThread(entries)
	}
	return page, nil
}

func agentShown(e *models.Entry) string {
	if e.AgentPublic.String != "" {
		return e.AgentPublic.String
	}
	return e.AgentName.String
}

func publicMessage(e *models.Entry, me int64, download bool) PublicMessage {
	m := PublicMessage{PID: e.PID, At: e.CreatedAt.Time(), HTML: e.HTML, Unconfirmed: e.Unconfirmed, Agent: e.AgentID != nil, Removed: e.RedactedAt != 0}
	switch {
	case m.Agent:
		m.Author = agentShown(e)
	case e.ContactID != nil:
		m.Own = *e.ContactID == me
		m.Author = e.ContactName.String
		if !e.Synthetic.Bool {
			m.Address = trim(e.ContactAddress.String)
			if m.Own {
				m.Address = e.ContactAddress.String
			}
		}
		if m.Author == "" {
			m.Author = m.Address
		}
	}
	for _, f := range e.Files {
		file := PublicFile{PID: f.PID, Name: f.Name, Type: f.ContentType, Size: f.Size, ContentID: f.ContentID}
		if download {
			file.HasThumb, file.Width, file.Height = f.Thumb != "", int(f.ThumbWidth), int(f.ThumbHeight)
		}
		m.Files = append(m.Files, file)
	}
	return m
}

// draftKey names a draft in the reader's browser; the link's secret cannot be read from it.
func draftKey(tokenHash []byte) string {
	sum := sha256.Sum256(append([]byte("draft "), tokenHash...))
	return hex.EncodeToString(sum[:8])
}

// sameAddress compares a typed address with a participant's, whatever its case.
func sameAddress(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), b) }
