package jobs

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	netmail "net/mail"
	"time"

	"lodge/mail"
	"lodge/models"
)

// Outbox is the transport of demo and development: it keeps mails for reading instead of
// sending them (EM-4, OP-2). They hold living links, so it is never for real service.
type Outbox struct {
	DB  *models.DB
	Now func() time.Time
}

// Send composes the mail exactly as it would leave, and keeps it.
func (o Outbox) Send(ctx context.Context, m mail.Message) error {
	raw, err := mail.Compose(m)
	if err != nil {
		return &mail.PermError{Err: err}
	}
	parsed, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return &mail.PermError{Err: fmt.Errorf("read the composed mail: %w", err)}
	}
	var words mime.WordDecoder
	kept := &models.OutboxMail{Recipient: m.To.Addr, Text: m.Text, HTML: m.HTML, Headers: map[string]string{}, CreatedAt: models.At(time.Now())}
	if o.Now != nil {
		kept.CreatedAt = models.At(o.Now())
	}
	for name := range parsed.Header {
		value := parsed.Header.Get(name)
		if plain, err := words.DecodeHeader(value); err == nil {
			value = plain
		}
		kept.Headers[canonical(name)] = value
	}
	kept.Subject = kept.Headers["Subject"]
	for _, a := range m.Attachments {
		kept.Attachments = append(kept.Attachments, a.Name)
	}
	if err := models.InsertOutboxMail(ctx, o.DB, kept); err != nil {
		return &mail.TempError{Err: err}
	}
	return nil
}

// canonical undoes the one spelling of Go's that no mail has.
func canonical(name string) string {
	if name == "Message-Id" {
		return "Message-ID"
	}
	return name
}
