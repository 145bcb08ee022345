package models

// AutoClose gives the status that a ticket gets when it closes for want of an answer: the one that
// the project names, or else the first closed one. It is nil when the graph has no step there from
// where the ticket is, which then stays as it is.
func (p *Project) AutoClose(t *Ticket) *Status { return p.autoCloseFrom(t.StatusID) }

func (p *Project) autoCloseFrom(from int64) *Status {
	for _, s := range p.Statuses {
		switch {
		case !p.Graph.Allows(from, s.ID):
		case p.AutoClosedStatusID == nil && s.Category == CategoryClosed:
			return s
		case p.AutoClosedStatusID != nil && s.ID == *p.AutoClosedStatusID && MayAutoClose(s):
			return s
		}
	}
	return nil
}

// MayAutoClose says whether a status may be the one that tickets close to by themselves: closed or
// resolved. Nobody is rejected by a clock.
func MayAutoClose(s *Status) bool {
	return s.Category == CategoryClosed || s.Category == CategoryResolved
}

// NoAutoClose lists the statuses in which tickets wait for their customer and from which no step
// leads to where they would close by themselves.
func (p *Project) NoAutoClose() []*Status {
	var without []*Status
	for _, s := range p.Statuses {
		if s.Category == CategoryWaiting && p.autoCloseFrom(s.ID) == nil {
			without = append(without, s)
		}
	}
	return without
}
