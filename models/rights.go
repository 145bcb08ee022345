package models

// Standing is what binds a signed-in customer to a ticket: their own part in it, and that of
// the company whose ticket it is. Each request reads it anew: who was removed is out at once (A71).
type Standing struct {
	// Reporter opened the ticket; Participant takes part in it, as the reporter does, too.
	Reporter, Participant bool
	// Member belongs to the ticket's company; Manager manages it.
	Member, Manager bool
	// CompanySees is what the company shares, MemberSees what holds for this member instead; empty:
	// as the company says.
	CompanySees, MemberSees string
	// Private tickets are shared with nobody by the company.
	Private bool
}

// Rights are what a customer may do with a ticket: PRODUCT's table of rights. The zero value may
// nothing, not even know that the ticket is there.
type Rights struct {
	Read bool
	// Own tickets are listed as the customer's own: reported by them, or they take part.
	Own bool
	// Reply includes files. Join: they may reply once they have joined the conversation.
	Reply, Join bool
	// Close and Rate only say who; the project's settings say whether at all.
	Close, Rate bool
	// AddPeople may add colleagues of the company.
	AddPeople bool
}

// Alone is the standing without the company: what is left where nothing is shared, and for whose
// address is only claimed.
func (s Standing) Alone() Standing {
	s.Member, s.Manager, s.CompanySees, s.MemberSees = false, false, "", ""
	return s
}

// Sees is what a member sees of the company's tickets: a manager all of them, anybody else as
// the membership says, or else the company.
func (s Standing) Sees() string {
	switch {
	case !s.Member:
		return ""
	case s.Manager:
		return SeesCompanyAndReply
	case s.MemberSees != "":
		return s.MemberSees
	}
	return s.CompanySees
}

// Rights decides what a customer may do with a ticket. What a company shares never takes away
// what somebody may as a participant.
func (s Standing) Rights() Rights {
	var r Rights
	switch {
	case s.Reporter:
		r = Rights{Read: true, Own: true, Reply: true, Close: true, Rate: true, AddPeople: s.Member}
	case s.Participant:
		r = Rights{Read: true, Own: true, Reply: true}
	}
	if s.Private {
		return r
	}
	switch sees := s.Sees(); {
	case s.Member && s.Manager:
		r.Read, r.Reply, r.Close, r.AddPeople = true, true, true, true
	case sees == SeesCompanyAndReply && !s.Participant && !s.Reporter:
		r.Read, r.Join = true, true
	case sees == SeesCompany || sees == SeesCompanyAndReply:
		r.Read = true
	}
	return r
}
