package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// docsHome lists the projects' articles; customerNew is where a customer opens a ticket, customerSignUp
// where anybody asks for an account.
const (
	docsHome       = "/doc"
	customerNew    = "/my-tickets/new"
	customerSignUp = "/sign-up"
)

// nav is the header of the portal's pages (CP-15); project may be nil. create: the project takes
// tickets from its own address.
func nav(project *desk.PublicProject, create bool, current string) views.Nav {
	n := views.Nav{Current: current}
	if project == nil {
		return n
	}
	n.DocsURL = docsURL(project.Slug)
	if create {
		n.NewTicketURL = createURL(project.Slug)
	}
	return n
}

// wholeNav adds to a page's header what every page has. What is closed to guests is named as
// well: it leads to the sign-in and from there on (CP-12).
func wholeNav(p views.Page) views.Nav {
	n := p.Nav
	n.HomeURL = or(n.HomeURL, "/")
	n.DocsURL, n.NewTicketURL, n.MineURL = or(n.DocsURL, docsHome), or(n.NewTicketURL, "/ticket"), customerHome
	if n.Customer != nil {
		if n.NewTicketURL == "/ticket" {
			n.NewTicketURL = customerNew
		}
		return n
	}
	n.SignInURL = customerSignIn
	if p.Workspace.SignUp {
		n.SignUpURL = customerSignUp
	}
	return n
}

// guest is who opens a page that is for everybody and knows its customers (home, docs): without
// their cookie nothing is read at all. The visit is nil for everybody else.
func (h *Handlers) guest(c *fiber.Ctx) (desk.Customer, *visit, error) {
	if c.Cookies(h.customerSessions.cookie) == "" {
		return desk.Customer{}, nil, nil
	}
	v, err := h.customerSessions.open(c)
	if err != nil || v.subject() == 0 {
		return desk.Customer{}, nil, err
	}
	me, err := h.portal.Customer(c.UserContext(), v.subject())
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return desk.Customer{}, nil, nil
	}
	if err == nil {
		err = v.keep(c)
	}
	if err != nil {
		return desk.Customer{}, nil, err
	}
	if me.Method = v.method(); me.FactorMissing && me.Method != desk.ByPasskey {
		return desk.Customer{}, nil, nil // nobody before the second factor is set up
	}
	c.Locals(localCustomer, me)
	c.Locals(localVisit, v)
	return me, v, nil
}

// known writes on a page who is signed in.
func known(c *fiber.Ctx, p views.Page) views.Page {
	me, of := c.Locals(localCustomer).(desk.Customer)
	v, signedIn := c.Locals(localVisit).(*visit)
	if of && signedIn {
		p.CSRF, p.Nav.Customer = v.token(), &views.CustomerNav{Name: me.Name, Address: me.Address}
	}
	return p
}

// toSignIn leads a guest from what is closed to them to the sign-in, and from there to where they
// wanted to go (CP-12). Posts and parts of pages are refused where they are.
func (h *Handlers) toSignIn(c *fiber.Ctx, refused *desk.SignInFirst) error {
	next := string(c.Request().URI().RequestURI())
	if refused.Reference != "" {
		next = customerHome + "/" + refused.Reference
	}
	if refused.Provider != "" {
		return c.Redirect(providerRoute+refused.Provider+"?"+views.FieldNext+"="+queryEscape(next), fiber.StatusSeeOther)
	}
	return c.Redirect(customerSignIn+"?"+views.FieldNext+"="+queryEscape(next), fiber.StatusSeeOther)
}
