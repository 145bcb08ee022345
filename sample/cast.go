// Package sample makes desks to try Lodge on: Fill a small believable one, through the
// same verbs as people use, and Bulk one of any size for measuring. Everybody and
// everything in it is invented.
package sample

import (
	"context"
	"errors"
	"time"

	"lodge/desk"
	"lodge/models"
)

// Password opens every agent of a sample desk. It is printed and known to everybody, so a
// sample desk must not be reachable by strangers.
const Password = "harbour-lantern-42"

// Agent is somebody of the desk.
type Agent struct {
	Name, Address string
	// PublicName is what people outside read; empty is Name.
	PublicName string
	Role       models.Role
	Locale     string
}

// Reporter is somebody outside. Chat is set for one who writes from Discord.
type Reporter struct {
	Name, Address, Locale string
	Chat                  string
}

// Cast are the people that tests and readers of the demo meet again and again.
var Cast = struct {
	// Ines runs the desk, Ada and Ben answer, Vera may only look and write notes.
	Ada, Ben, Ines, Vera Agent

	Rosa, Otto, Mila, Jonas, Priya, Tom, Lena, Karl, Sofia, Emil, Grace, Anton, Nadia, Felix, Hanna, Luis Reporter
}{
	Ada:  Agent{Name: "Ada Lindqvist", Address: "ada@nordwind.example", PublicName: "Ada", Role: models.RoleAgent, Locale: "en"},
	Ben:  Agent{Name: "Ben Okafor", Address: "ben@nordwind.example", PublicName: "Ben from billing", Role: models.RoleAgent, Locale: "en"},
	Ines: Agent{Name: "Ines Moreau", Address: "ines@nordwind.example", Role: models.RoleAdmin, Locale: "en"},
	Vera: Agent{Name: "Vera Novak", Address: "vera@nordwind.example", Role: models.RoleViewer, Locale: "de"},

	Rosa:  Reporter{Name: "Rosa Calder", Address: "rosa@calder-print.example", Locale: "en"},
	Otto:  Reporter{Name: "otto#1234", Locale: "en", Chat: "204255221017214977"},
	Mila:  Reporter{Name: "Mila Vance", Address: "mila@vance-architects.example", Locale: "en"},
	Jonas: Reporter{Name: "Jonas Brandt", Address: "jonas.brandt@brandt-moebel.example", Locale: "de"},
	Priya: Reporter{Name: "Priya Raman", Address: "priya@tidewater-labs.example", Locale: "en"},
	Tom:   Reporter{Name: "Tom Ashby", Address: "tom.ashby@ashbyfarm.example", Locale: "en"},
	Lena:  Reporter{Name: "Lena Hoffmann", Address: "lena@praxis-hoffmann.example", Locale: "de"},
	Karl:  Reporter{Name: "Karl Wessel", Address: "k.wessel@wessel-it.example", Locale: "de"},
	Sofia: Reporter{Name: "Sofia Marques", Address: "sofia@marques-foto.example", Locale: "en"},
	Emil:  Reporter{Name: "Emil Sørensen", Address: "emil@havnen-studio.example", Locale: "en"},
	Grace: Reporter{Name: "Grace Mbeki", Address: "grace@mbeki-legal.example", Locale: "en"},
	Anton: Reporter{Name: "", Address: "anton@kieswerk-sued.example", Locale: "de"},
	Nadia: Reporter{Name: "Nadia Haddad", Address: "nadia@oldtown-library.example", Locale: "en"},
	Felix: Reporter{Name: "Felix Kern", Address: "felix@kern-elektro.example", Locale: "de"},
	Hanna: Reporter{Name: "Hanna Lund", Address: "hanna@lundbakery.example", Locale: "en"},
	Luis:  Reporter{Name: "Luis Ortega", Address: "luis@ortega-tours.example", Locale: "en"},
}

// agents by the word that stories name them with.
var agents = map[string]Agent{"ada": Cast.Ada, "ben": Cast.Ben, "ines": Cast.Ines, "vera": Cast.Vera}

// reporters by the word that stories name them with.
var reporters = map[string]Reporter{
	"rosa": Cast.Rosa, "otto": Cast.Otto, "mila": Cast.Mila, "jonas": Cast.Jonas, "priya": Cast.Priya, "tom": Cast.Tom, "lena": Cast.Lena, "karl": Cast.Karl,
	"sofia": Cast.Sofia, "emil": Cast.Emil, "grace": Cast.Grace, "anton": Cast.Anton, "nadia": Cast.Nadia, "felix": Cast.Felix, "hanna": Cast.Hanna, "luis": Cast.Luis,
	// Colleagues who have a request of their own.
	"nils":  {Name: "Nils Aker", Address: "nils.aker@nordwind.example", Locale: "en"},
	"wanda": {Name: "Wanda Petit", Address: "wanda.petit@nordwind.example", Locale: "en"},
}

// SignIn opens the agents' side.
type SignIn struct {
	Name     string      `json:"name"`
	Email    string      `json:"email"`
	Password string      `json:"password"`
	Role     models.Role `json:"role"`
}

// Thread is a participant's link: the path as the page after a submit shows it, and as
// mails carry it, with the proof that its holder reads the address's mail.
type Thread struct {
	Title      string `json:"title,omitempty"`
	Project    string `json:"project"`
	Token      string `json:"token"`
	Proof      string `json:"proof"`
	Path       string `json:"path"`
	MailedPath string `json:"mailed_path"`
}

func newThread(title, project string, link desk.Link) Thread {
	path := "/ticket/thread/" + link.Token
	return Thread{Title: title, Project: project, Token: link.Token, Proof: link.Proof, Path: path, MailedPath: path + "?p=" + link.Proof}
}

// staff sets the workspace up as its first administrator would, without the project that
// comes with that, and adds the other agents.
func staff(ctx context.Context, db *models.DB, workspace, support string, others []Agent, now time.Time) (actors map[string]desk.Actor, signIns []SignIn, err error) {
	hash, err := desk.HashPassword(Password)
	if err != nil {
		return nil, nil, err
	}
	actors = map[string]desk.Actor{}
	err = db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		w := cat.Workspace
		if w.SetUpAt != 0 {
			return errors.New("this desk is set up already; a sample needs a new one")
		}
		w.Name, w.SupportAddress, w.SetUpAt = workspace, support, models.At(now)
		if err := models.UpdateWorkspace(ctx, tx, &w); err != nil {
			return err
		}
		for _, a := range append([]Agent{Cast.Ines, Cast.Ada, Cast.Ben, Cast.Vera}, others...) {
			row := &models.Agent{Address: a.Address, AddressKey: a.Address, Name: a.Name, PublicName: a.PublicName, Role: a.Role, PasswordHash: hash, Locale: a.Locale, CreatedAt: models.At(now)}
			if err := models.InsertAgent(ctx, tx, row); err != nil {
				return err
			}
			actors[a.Address] = desk.Actor{ID: row.ID, Name: row.Name, Role: row.Role, Locale: row.Locale}
			signIns = append(signIns, SignIn{Name: a.Name, Email: a.Address, Password: Password, Role: a.Role})
		}
		return nil
	})
	return actors, signIns, err
}
