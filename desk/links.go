package desk

import (
	"context"
	"strconv"

	"lodge/models"
	"lodge/secret"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// ParticipantLinks derives a participant's links again, so that a mail can be written at
// its delivery while the database holds only hashes. The thread link carries the proof
// part that only mails have.
func (d *Desk) ParticipantLinks(p *models.Participant) (thread Link, unsubscribe string) {
	generation := int(p.Generation)
	return Link{
		Token: d.keys.Token(secret.Thread, p.ID, generation),
		Proof: d.keys.Proof(secret.Thread, p.ID, generation),
	}, d.keys.Token(secret.Unsubscribe, p.ID, generation)
}

// MailID is the Message-ID of a delivery: the same at every try, and nobody without the
// key can make one.
func (d *Desk) MailID(domain string, deliveryID int64) string {
	return d.keys.MessageID(domain, deliveryID)
}

// keepLinks stores the hashes of a participant's links, which makes them work.
func (d *Desk) keepLinks(ctx context.Context, tx *models.Tx, p *models.Participant, now models.Stamp) (Link, error) {
	thread, unsubscribe := d.ParticipantLinks(p)
	for kind, token := range map[string]string{models.TokenThread: thread.Token, models.TokenUnsubscribe: unsubscribe} {
		err := models.InsertToken(ctx, tx, &models.Token{Hash: secret.Hash(token), Kind: kind, SubjectID: p.ID, Generation: p.Generation, CreatedAt: now})
		if err != nil {
			return Link{}, err
		}
	}
	return thread, nil
}
