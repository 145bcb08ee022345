package sample

import (
	"fmt"
	"time"

	"lodge/markup"
	"lodge/models"
)

// span is how far back bulk tickets begin.
const span = 3 * 365 * 24 * time.Hour

// life is a ticket on its way from filed to its present state, written by the same rules
// as the verbs of package desk follow; a test holds the two against each other.
type life struct {
	g       *generator
	p       *bulkProject
	t       models.Ticket
	contact int64 // the reporter's id
	at      models.Stamp
	left    int // steps that are still to come
	proven  bool
	entries []int // indexes of the reporter's messages, to be confirmed
	history models.History
}

// ticket makes one ticket with all that belongs to it.
func (g *generator) ticket(i int) {
	l := &life{g: g, p: g.projects[g.pick(70, 20, 10)]}
	slot := span / time.Duration(g.Tickets)
	filed := g.Now.Add(-span + time.Duration(i)*slot + time.Duration(g.r.Int64N(int64(slot)+1)))
	l.at = min(models.At(filed), models.At(g.Now.Add(-time.Minute)))
	// Most old tickets have ended and most open ones are young: 15 in 100 in all.
	age := float64(i+1) / float64(g.Tickets)
	open := g.r.Float64() < 0.6*age*age*age
	l.left = 8
	l.file()
	switch {
	case open:
		g.out.Open++
		l.open()
	default:
		l.end()
	}
	l.over()
	if models.LinkAlive(l.t.EndedAt, l.p.Settings.LinkDays, g.Now.Add(24*time.Hour)) {
		g.offer(g.firstParticipant(), l.p.Slug)
	}
}

// firstParticipant is the reporter of the ticket that was made last.
func (g *generator) firstParticipant() int64 {
	for i := len(g.rows.Participants) - 1; ; i-- {
		if p := &g.rows.Participants[i]; p.JoinedAs == models.JoinedReporter {
			return p.ID
		}
	}
}

// pick chooses by weights in hundredths.
func (g *generator) pick(weights ...int) int {
	n := g.r.IntN(100)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

func (l *life) open() {
	g := l.g
	switch g.pick(25, 45, 30) {
	case 0: // nobody has answered yet
		if g.r.IntN(4) == 0 {
			l.assign(g.agent())
		}
		if g.r.IntN(6) == 0 {
			l.note()
		}
	case 1: // it is our turn
		for range 1 + g.r.IntN(3) {
			l.answer(nil)
			l.chatter()
			l.reply()
		}
	default: // the reporter has been asked
		for range g.r.IntN(2) {
			l.answer(nil)
			l.reply()
		}
		l.chatter()
		l.answer(l.p.graph["waiting"])
	}
}

func (l *life) end() {
	g := l.g
	for range []int{0, 1, 1, 1, 1, 2}[g.r.IntN(6)] {
		l.answer(nil)
		l.chatter()
		l.reply()
	}
	switch g.pick(55, 20, 15, 10) {
	case 0:
		l.answer(l.p.graph["resolved"])
	case 1:
		l.answer(l.p.graph["resolved"])
		l.change(l.p.graph["closed"])
	case 2:
		l.answer(nil)
		l.close()
	default:
		l.answer(l.p.graph["rejected"])
	}
}

// chatter is what colleagues write to each other now and then.
func (l *life) chatter() {
	if l.g.r.IntN(7) == 0 {
		l.note()
	}
}

// wait moves the clock on: minutes to days, and never past the present.
func (l *life) wait() {
	gap := time.Duration(l.g.r.ExpFloat64() * float64(9*time.Hour))
	room := l.g.Now.Sub(l.at.Time()) / time.Duration(max(l.left, 1)+1)
	l.left--
	l.at = l.at.Add(max(min(gap, room), time.Millisecond))
	l.tell(l.at)
}

func (g *generator) agent() int64 { return g.agents[g.r.IntN(len(g.agents))] }

// file is desk.Portal.Submit: ticket, reporter, links, description, event.
func (l *life) file() {
	g, t := l.g, &l.t
	g.ticketIDs++
	template := l.p.templates[0]
	if g.r.IntN(10) < 4 {
		template = l.p.templates[g.r.IntN(len(l.p.templates))]
	}
	l.contact = g.reporter(l.at)
	*t = models.Ticket{ID: g.ticketIDs, ProjectID: l.p.ID, Number: g.ticketIDs, Reference: reference(g.ticketIDs), Title: g.words.fill(titles[g.r.IntN(len(titles))]),
		TypeID: l.p.types[g.r.IntN(len(l.p.types))], TemplateID: template.id, RawFields: template.raw, ReporterID: l.contact, Origin: models.OriginWeb,
		Priority: []int64{models.PriorityNormal, models.PriorityHigh, models.PriorityLow, models.PriorityUrgent}[g.pick(82, 10, 6, 2)],
		Version:  1, PublicVersion: 1, Unproven: true, CreatedAt: l.at, UpdatedAt: l.at, PublicAt: l.at}
	if company := g.contacts[l.contact-1].company; company != 0 {
		t.CompanyID = &company
	}
	t.SetStatus(l.p.Status(*l.p.InitialStatusID), l.at.Time())
	t.Asked(l.at)
	t.OutsideHours = !g.catalog.CalendarFor(t).Open(l.at.Time())
	l.keep()
	l.join(l.contact, models.JoinedReporter)
	if len(g.contacts) > 1 && g.r.IntN(5) == 0 {
		if other := g.known(); other != l.contact {
			l.join(other, models.JoinedCC)
		}
	}
	m := l.write(models.MessageDescription, &l.contact, nil)
	l.record(models.Event{Kind: models.EventCreated, Public: true, ContactID: &l.contact, MessageID: &m})
}

func (l *life) join(contact int64, as string) {
	g := l.g
	g.participantIDs++
	g.rows.Participants = append(g.rows.Participants, models.Participant{ID: g.participantIDs, TicketID: l.t.ID, ContactID: contact, JoinedAs: as, Generation: 1, CreatedAt: l.at})
	g.links(g.participantIDs, l.at)
}

// write is desk.write.
func (l *life) write(kind string, contact, agent *int64) int64 {
	g := l.g
	g.messageIDs++
	body, html := g.body()
	m := models.Message{ID: g.messageIDs, PID: g.pid(g.messageIDs), TicketID: l.t.ID, Kind: kind, ContactID: contact, AgentID: agent, Body: body, HTML: html,
		MarkupVersion: markup.Version, Origin: models.OriginWeb, Version: l.t.Version, PublishAt: l.at, CreatedAt: l.at}
	if kind != models.MessageNote {
		m.PublicVersion = l.t.PublicVersion
	}
	if agent != nil {
		m.Origin = models.OriginAgent
	} else {
		m.Unproven = !l.proven
		l.entries = append(l.entries, len(g.rows.Messages))
	}
	g.rows.Messages = append(g.rows.Messages, m)
	return m.ID
}

func (l *life) record(e models.Event) {
	l.g.eventIDs++
	e.ID, e.TicketID, e.Version, e.CreatedAt = l.g.eventIDs, l.t.ID, l.t.Version, l.at
	if e.Data == "" {
		e.Data = "{}"
	}
	l.g.rows.Events = append(l.g.rows.Events, e)
}

func (l *life) step(public bool) {
	l.t.Version++
	if public {
		l.t.PublicVersion++
		l.t.PublicAt = l.at
	}
	l.t.UpdatedAt = l.at
}

func moved(from, to int64) string { return fmt.Sprintf(`{"from":%d,"to":%d}`, from, to) }

// answer is desk.ReplyAsAgent.
func (l *life) answer(status *models.Status) {
	l.wait()
	agent := l.g.agent()
	if l.t.AssigneeID != nil && l.g.r.IntN(8) > 0 {
		agent = *l.t.AssigneeID
	}
	l.step(true)
	m := l.write(models.MessagePublic, nil, &agent)
	l.t.Answered(l.at)
	from, chosen := l.t.StatusID, status != nil
	if status == nil {
		status = l.p.OnAgentReply(&l.t)
	}
	if status != nil {
		l.t.SetStatus(status, l.at.Time())
	}
	if l.t.AssigneeID == nil {
		l.t.AssigneeID = &agent
	}
	l.keep()
	answered := models.Event{Kind: models.EventAgentReplied, Public: true, AgentID: &agent, MessageID: &m}
	if from != l.t.StatusID {
		l.record(models.Event{Kind: models.EventStatusChanged, Public: true, AgentID: &agent, Data: moved(from, l.t.StatusID)})
		answered.Data = fmt.Sprintf(`{"chosen":%t,"is":%d,"was":%d}`, chosen, l.t.StatusID, from)
	}
	l.record(answered)
}

// note is desk.Note.
func (l *life) note() {
	l.wait()
	agent := l.g.agent()
	l.step(false)
	m := l.write(models.MessageNote, nil, &agent)
	l.record(models.Event{Kind: models.EventNoted, AgentID: &agent, MessageID: &m})
}

// assign is desk.Assign.
func (l *life) assign(agent int64) {
	l.wait()
	l.t.AssigneeID = &agent
	l.step(false)
	l.record(models.Event{Kind: models.EventAssigned, AgentID: &agent, Data: fmt.Sprintf(`{"to":%d}`, agent)})
}

// reply is desk.Portal.Reply, from a mailed link when the reporter proves the address.
func (l *life) reply() {
	l.wait()
	g := l.g
	c := &g.contacts[l.contact-1]
	if c.proves && c.proven <= l.at {
		l.proven = true
		for _, i := range l.entries {
			g.rows.Messages[i].Unproven = false
		}
	}
	l.step(true)
	m := l.write(models.MessagePublic, &l.contact, nil)
	l.t.Asked(l.at)
	if _, next := l.p.OnReply(&l.t, l.at.Time()); next != nil {
		l.t.SetStatus(next, l.at.Time())
	}
	if l.proven {
		l.t.Unproven = false
	}
	l.keep()
	l.record(models.Event{Kind: models.EventReplied, Public: true, ContactID: &l.contact, MessageID: &m, Data: `{"reopened":false}`})
}

// change is desk.ChangeStatus.
func (l *life) change(to *models.Status) {
	l.wait()
	agent, from := *l.t.AssigneeID, l.t.StatusID
	l.t.SetStatus(to, l.at.Time())
	l.step(true)
	l.keep()
	l.record(models.Event{Kind: models.EventStatusChanged, Public: true, AgentID: &agent, Data: moved(from, to.ID)})
}

// close is desk.Portal.Close.
func (l *life) close() {
	l.wait()
	next := l.p.SelfClose(&l.t)
	if next == nil {
		return
	}
	from := l.t.StatusID
	l.t.SetStatus(next, l.at.Time())
	l.step(true)
	l.keep()
	l.record(models.Event{Kind: models.EventClosed, Public: true, ContactID: &l.contact, Data: moved(from, next.ID)})
}
