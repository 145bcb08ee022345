package desk

import (
	"context"

	"lodge/models"
)

// CompanyDoor is a company whose tickets a customer may see.
type CompanyDoor struct {
	// Key names the company in addresses.
	Name, Key string
	// Sees is what the customer sees there, models.SeesCompany or models.SeesCompanyAndReply.
	Sees    string
	Manager bool
}

// CompanyMember is a colleague as a customer may know them.
type CompanyMember struct {
	// Name may be empty; Address is whole for managers and one's own, else trimmed, and empty for
	// who has no mailbox.
	Name, Address string
	Manager, Me   bool
}

// SharedCompany is a company as one of its members sees it.
type SharedCompany struct {
	CompanyDoor
	Members []CompanyMember
	// More: there are members that are not listed.
	More bool
}

const companyMates = 200

// CompanyPortalOn says whether companies share tickets at all (CP-4).
func CompanyPortalOn(cat *models.Catalog) bool { return cat.Workspace.Settings.CompanyPortal }

func companyDoor(k *models.CompanyShared) CompanyDoor {
	sees := models.Standing{Member: true, Manager: k.Manager, CompanySees: k.CompanySees, MemberSees: k.MemberSees}.Sees()
	return CompanyDoor{Name: k.Name, Key: k.Key, Sees: sees, Manager: k.Manager}
}

func openProjects(cat *models.Catalog) []int64 {
	var ids []int64
	for _, p := range cat.PublicProjects() {
		ids = append(ids, p.ID)
	}
	return ids
}

func (p *Portal) companyDoors(ctx context.Context, me Customer) ([]*models.CompanyShared, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil || !CompanyPortalOn(cat) {
		return nil, err
	}
	return models.CompanyDoors(ctx, p.d.db, me.ID, openProjects(cat))
}

// CompanyGate lists the companies whose view is offered to a customer, by name (CO-3); none: it is
// not there for them. It is read at each request: who was removed is out at once (A71).
func (p *Portal) CompanyGate(ctx context.Context, me Customer) ([]CompanyDoor, error) {
	found, err := p.companyDoors(ctx, me)
	var doors []CompanyDoor
	for _, k := range found {
		doors = append(doors, companyDoor(k))
	}
	return doors, err
}

// Company is a company's page for one of its members; NotFound for everybody whom the gate keeps out.
func (p *Portal) Company(ctx context.Context, me Customer, key string) (*SharedCompany, error) {
	found, err := p.companyDoors(ctx, me)
	if err != nil {
		return nil, err
	}
	for _, k := range found {
		if k.Key != key {
			continue
		}
		page := &SharedCompany{CompanyDoor: companyDoor(k)}
		mates, err := models.CompanyMates(ctx, p.d.db, k.ID, companyMates+1)
		if err != nil {
			return nil, err
		}
		if page.More = len(mates) > companyMates; page.More {
			mates = mates[:companyMates]
		}
		for _, m := range mates {
			member := CompanyMember{Name: m.Name, Manager: m.Manager, Me: m.ContactID == me.ID}
			switch {
			case m.Synthetic:
			case member.Me || k.Manager:
				member.Address = m.Address
			default:
				member.Address = trim(m.Address)
			}
			page.Members = append(page.Members, member)
		}
		return page, nil
	}
	return nil, models.NotFound()
}
