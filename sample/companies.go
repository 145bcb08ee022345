package sample

import (
	"context"
	"fmt"

	"lodge/desk"
	"lodge/models"
)

// colleague is a member of a company: by the word that stories name them with, or somebody who
// has not written yet.
type colleague struct {
	key     string
	person  Reporter
	manager bool
}

// companies are whom the reporters work for, as agents entered them over the months. Who is in
// none of them writes for themselves, or joins by the domain once their address is proven.
var companies = []struct {
	name, notes, sees string
	domains           []string
	members           []colleague
}{
	{name: "Tidewater Labs", sees: models.SeesCompanyAndReply, notes: "Contract TW-118, renews in March.\nTwo servers in Cork, one in Lisbon: ask which one first.",
		domains: []string{"tidewater-labs.example"}, members: []colleague{{key: "priya", manager: true}, {person: Reporter{Name: "Sam Okoye", Address: "sam.okoye@tidewater-labs.example", Locale: "en"}}}},
	{name: "Calder Print", sees: models.SeesCompany, notes: "Print nights are Tuesday and Thursday: no restarts then.",
		members: []colleague{{key: "rosa"}, {person: Reporter{Name: "Theo Calder", Address: "theo@calder-print.example", Locale: "en"}, manager: true}}},
	{name: "Havnen Collective", sees: models.SeesCompanyAndReply, notes: "Five studios, one invoice.", members: []colleague{{key: "emil", manager: true}, {key: "sofia"}}},
	{name: "Wessel IT", sees: models.SeesCompanyAndReply, notes: "Reseller. Looks after Praxis Hoffmann as well.", members: []colleague{{key: "karl", manager: true}}},
	// Karl is in two companies: his tickets have none until an agent chooses.
	{name: "Praxis Hoffmann", sees: models.SeesOwn, notes: "Medical data: never ask for files, only for logs.", members: []colleague{{key: "lena"}, {key: "karl"}}},
	{name: "Vance Architects", sees: models.SeesCompanyAndReply, domains: []string{"vance-architects.example"}},
	{name: "Kern Elektro", sees: models.SeesCompanyAndReply, domains: []string{"kern-elektro.example"}},
	{name: "Brandt Möbel", sees: models.SeesCompany, members: []colleague{{key: "jonas"}}},
	{name: "Oldtown Library", sees: models.SeesCompany, notes: "Non-profit rate since 2024.", members: []colleague{{key: "nadia", manager: true}}},
	{name: "Mbeki Legal", sees: models.SeesOwn, members: []colleague{{key: "grace"}}},
	{name: "Lund Bakery", sees: models.SeesCompanyAndReply, members: []colleague{{key: "hanna", manager: true}}},
}

// remarks are what agents noted about people, by the word that stories name them with.
var remarks = map[string]string{
	"rosa":  "Knows her way around. Answers fast, mostly from her phone.",
	"priya": "Runs nwagent on FreeBSD: test there before answering.",
	"karl":  "Prefers German. Send the command line, he will not click.",
	"tom":   "Slow connection on the farm: keep attachments small.",
	"lena":  "Call the practice after 13:00 only.",
	"nadia": "Wants invoices as PDF to accounts@oldtown-library.example.",
}

// keepCompanies enters companies and people by hand, before they write for the first time.
func (f *filler) keepCompanies(ctx context.Context) error {
	f.Clock.Set(f.begin().AddDate(0, 0, 1))
	ben := f.actors[Cast.Ben.Address]
	if err := f.Desk.ChangeCompanyPortal(ctx, f.actors[Cast.Ines.Address], desk.CompanyPortalChange{On: true, Waived: desk.CompanyPortalItems}); err != nil {
		return err
	}
	ids := map[string]int64{}
	person := func(key string, r Reporter) (int64, error) {
		if id, known := ids[r.Address]; known {
			return id, nil
		}
		id, err := f.Desk.CreateContact(ctx, ben, desk.ContactSheet{Name: r.Name, Address: r.Address, Locale: r.Locale, Notes: remarks[key]})
		ids[r.Address] = id
		return id, err
	}
	for _, k := range companies {
		id, err := f.Desk.CreateCompany(ctx, ben, desk.CompanySheet{Name: k.name, Notes: k.notes, Sees: k.sees})
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		for _, domain := range k.domains {
			if err := f.Desk.AddDomain(ctx, ben, id, domain); err != nil {
				return fmt.Errorf("%s: %w", domain, err)
			}
		}
		for _, m := range k.members {
			if m.key != "" {
				m.person = reporters[m.key]
			}
			contact, err := person(m.key, m.person)
			if err != nil {
				return fmt.Errorf("%s: %w", m.person.Address, err)
			}
			if err := f.Desk.SetMember(ctx, ben, id, contact, m.manager); err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
		}
	}
	// One person under two addresses, found out and merged.
	tom, err := person("tom", Cast.Tom)
	if err != nil {
		return err
	}
	other, err := person("", Reporter{Name: "T. Ashby", Address: "tom@ashbyfarm.example"})
	if err != nil {
		return err
	}
	return f.Desk.MergeContacts(ctx, ben, tom, other)
}
