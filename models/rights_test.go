package models

import "testing"

// CP-11, CO-1: PRODUCT's table of rights, each cell; what a company shares, its override, and private tickets.
func TestRights(t *testing.T) {
	for name, c := range map[string]struct {
		standing Standing
		want     Rights
	}{
		"stranger":                     {Standing{}, Rights{}},
		"reporter":                     {Standing{Reporter: true, Participant: true}, Rights{Read: true, Own: true, Reply: true, Close: true, Rate: true}},
		"reporter of a company":        {Standing{Reporter: true, Participant: true, Member: true, CompanySees: SeesOwn}, Rights{Read: true, Own: true, Reply: true, Close: true, Rate: true, AddPeople: true}},
		"participant":                  {Standing{Participant: true}, Rights{Read: true, Own: true, Reply: true}},
		"member, own":                  {Standing{Member: true, CompanySees: SeesOwn}, Rights{}},
		"member, company":              {Standing{Member: true, CompanySees: SeesCompany}, Rights{Read: true}},
		"member, reply":                {Standing{Member: true, CompanySees: SeesCompanyAndReply}, Rights{Read: true, Join: true}},
		"member who joined":            {Standing{Member: true, Participant: true, CompanySees: SeesCompanyAndReply}, Rights{Read: true, Own: true, Reply: true}},
		"member, override less":        {Standing{Member: true, CompanySees: SeesCompanyAndReply, MemberSees: SeesOwn}, Rights{}},
		"member, override more":        {Standing{Member: true, CompanySees: SeesOwn, MemberSees: SeesCompany}, Rights{Read: true}},
		"manager":                      {Standing{Member: true, Manager: true, CompanySees: SeesOwn}, Rights{Read: true, Reply: true, Close: true, AddPeople: true}},
		"override without membership":  {Standing{MemberSees: SeesCompany, CompanySees: SeesCompanyAndReply}, Rights{}},
		"manager, private":             {Standing{Member: true, Manager: true, CompanySees: SeesCompanyAndReply, Private: true}, Rights{}},
		"member, private":              {Standing{Member: true, CompanySees: SeesCompanyAndReply, Private: true}, Rights{}},
		"reporter, private":            {Standing{Reporter: true, Participant: true, Private: true}, Rights{Read: true, Own: true, Reply: true, Close: true, Rate: true}},
		"manager who is reporter, too": {Standing{Reporter: true, Participant: true, Member: true, Manager: true}, Rights{Read: true, Own: true, Reply: true, Close: true, Rate: true, AddPeople: true}},
	} {
		if got := c.standing.Rights(); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
