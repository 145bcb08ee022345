package desk

import (
	"context"
	"fmt"
	"unicode/utf8"

	"lodge/models"
)

// ChatTicket is a ticket that somebody opened in a chat, where they have a name and no
// address.
type ChatTicket struct {
	// Slug is the project's; User is Discord's own id of the person, which never changes;
	// Name is what Discord shows, such as "otto#1234".
	Slug, User, Name           string
	Title, Description, Locale string
}

// FromDiscord files a ticket that was born in Discord (PT-4). The reporter is known by the
// Discord name. The address behind it is synthetic: it makes the person one contact, is
// never shown and never mailed, and its domain can receive nothing (RFC 2606). The chat
// hands the returned link to the person in a private message.
func (d *Desk) FromDiscord(ctx context.Context, in ChatTicket) (Link, error) {
	if line(in.Name) == "" || !digits(in.User) {
		return Link{}, fmt.Errorf("%q is no Discord user with a name", in.User)
	}
	now := d.Now()
	_, project, err := d.Portal().project(ctx, in.Slug)
	if err != nil {
		return Link{}, err
	}
	var v models.Invalid
	title, body, name := line(in.Title), text(in.Description), line(in.Name)
	if title == "" || utf8.RuneCountInString(title) > project.Settings.TitleLength {
		v.Add("title", "portal.create.error.title")
	}
	if body == "" || len(body) > project.Settings.TextKB<<10 {
		v.Add("description", "portal.create.error.description")
	}
	if utf8.RuneCountInString(name) > project.Settings.NameLength {
		v.Add("name", "portal.create.error.name_long", "Count", project.Settings.NameLength)
	}
	if err := v.Err(); err != nil {
		return Link{}, err
	}
	synthetic := "discord-" + in.User + "@chat.invalid"
	n := &newTicket{project: project, title: title, description: body, typeID: project.DefaultTypeID, origin: models.OriginDiscord,
		contact: models.Contact{Address: synthetic, AddressKey: synthetic, Synthetic: true, Name: name, Locale: in.Locale, Origin: models.OriginDiscord, CreatedAt: models.At(now)}}
	var link Link
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) (err error) {
		_, _, link, err = d.create(ctx, tx, n, now)
		return err
	})
	return link, err
}

// digits says whether s is a Discord id: up to twenty digits.
func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != "" && len(s) <= 20
}
