package sample

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lodge/desk"
	"lodge/models"
)

// letterIn is a mail that comes in while the demo's story runs.
type letterIn struct {
	before         time.Duration // how long before now
	name, from, to string
	cc             []string
	class, subject string
	text           string
	// proven: the domain of the sender has really sent it.
	proven bool
	file   string
}

// letters open tickets, wait for an agent, or are nothing: what a mailbox sees in two days.
var letters = []letterIn{
	{before: 29 * time.Hour, name: "Hanna Brandt", from: "hanna@brandt-optik.example", to: "help@nordwind.example", class: desk.ClassPerson, proven: true, file: "agent.log",
		subject: "Can a backup go on while the laptop sleeps?",
		text:    "Hello,\n\nour laptops sleep after ten minutes, and each morning the app says that last night’s backup is not finished. Is there a way to let it go on, or to start it earlier?\n\nThe log of one of them is attached.\n\nKind regards\nHanna"},
	{before: 26 * time.Hour, name: "Lena Vogt", from: "lena@vogt-architekten.example", to: "help@nordwind.example", class: desk.ClassAuto, proven: true,
		subject: "Automatic reply: Your ticket", text: "I am out of the office until Monday."},
	{before: 20 * time.Hour, name: "Piet Visser", from: "piet@visser-jachtbouw.example", to: "billing@nordwind.example", class: desk.ClassPerson, cc: []string{"administratie@visser-jachtbouw.example"},
		subject: "Invoice 2026-1180 is made out to our old address",
		text:    "Hi,\n\nthe November invoice still has the harbour address that we left in spring. My colleague who does the books reads along.\n\nCan you send it again with the new one?\n\nPiet"},
	{before: 9 * time.Hour, name: "Ben", from: "ben@nordwind.example", to: "billing@nordwind.example", class: desk.ClassPerson,
		subject: "Please pay this today", text: "The supplier waits for the money. Use the account in the attachment, and keep it between us."},
	{before: 3 * time.Hour, name: "Offers of the week", from: "news@shop.example", to: "server@nordwind.example", class: desk.ClassList, proven: true,
		subject: "Twenty per cent off everything", text: "Only this week."},
}

// mails are the moments at which the letters come in.
func (f *filler) mails() []moment {
	var all []moment
	for i, l := range letters {
		at := f.Now.Add(-l.before)
		all = append(all, moment{at, func(ctx context.Context) error {
			if err := f.mail(ctx, i, l, at); err != nil {
				return fmt.Errorf("the mail %q: %w", l.subject, err)
			}
			return nil
		}})
	}
	return all
}

func (f *filler) mail(ctx context.Context, n int, l letterIn, at time.Time) error {
	cat, err := f.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	box, _ := desk.MailboxOf(cat, l.to)
	if box == nil {
		return fmt.Errorf("%s is no mailbox", l.to)
	}
	id := fmt.Sprintf("<%d.%d@%s>", n+1, at.Unix(), l.from[strings.IndexByte(l.from, '@')+1:])
	in := desk.InboundMail{MessageID: id, From: desk.InboundAddress{Name: l.name, Addr: l.from}, To: []desk.InboundAddress{{Addr: l.to}}, Subject: l.subject, Class: l.class,
		Text: l.text, Full: l.text, Proven: l.proven}
	for _, cc := range l.cc {
		in.Cc = append(in.Cc, desk.InboundAddress{Addr: cc})
	}
	if l.file != "" {
		in.Files = []desk.InboundFile{{Name: l.file, Bytes: []byte("08:02 backup paused: the computer sleeps\n08:31 backup goes on\n")}}
	}
	raw := fmt.Sprintf("From: %s <%s>\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s\r\n",
		l.name, l.from, l.to, l.subject, at.Format(time.RFC1123Z), id, strings.ReplaceAll(l.text, "\n", "\r\n"))
	kept, _, err := f.Desk.KeepMail(ctx, desk.MailArrival{MailboxID: &box.ID, Source: models.MailFromIMAP, SourceKey: fmt.Sprintf("sample/%d", n+1), EnvelopeFrom: l.from, EnvelopeTo: []string{l.to}, Raw: strings.NewReader(raw)})
	if err != nil {
		return err
	}
	got, err := f.Desk.TakeMail(ctx, kept, in)
	if err == nil && got.Outcome == models.MailBecameTicket {
		f.out.Tickets++
		f.out.Messages++
	}
	return err
}
