package desk

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"time"

	"lodge/models"
	"lodge/secret"
)

// JobConfirm asks the sender of something held to confirm it, by mail: {"held": id}.
const JobConfirm = "confirm"

// MailConfirm is that mail. Nothing that was typed stands in it.
const MailConfirm = "confirm"

// heldFor is how long something held waits before it goes (PC-12).
const heldFor = 14 * 24 * time.Hour

// holdBack keeps something until its sender has confirmed it or an agent decides; it is in no queue and
// tells no agent by itself. ask mails the sender a link that confirms it.
func (d *Desk) holdBack(ctx context.Context, tx *models.Tx, h *models.Held, ask bool, now time.Time) error {
	h.CreatedAt, h.ExpiresAt = models.At(now), models.At(now.Add(heldFor))
	if err := models.InsertHeld(ctx, tx, h); err != nil {
		return err
	}
	if !ask {
		return nil
	}
	token := &models.Token{Hash: secret.Hash(d.ConfirmToken(h.ID)), Kind: models.TokenConfirm, SubjectID: h.ID, Generation: 1, ExpiresAt: h.ExpiresAt, CreatedAt: h.CreatedAt}
	if err := models.InsertToken(ctx, tx, token); err != nil {
		return err
	}
	return models.Enqueue(ctx, tx, JobConfirm, JobConfirm+":"+itoa(h.ID), map[string]int64{"held": h.ID}, now)
}

// ConfirmToken derives the secret of the link that confirms something held. It is only ever mailed
// to the address that was typed: who shows it reads that mail.
func (d *Desk) ConfirmToken(heldID int64) string { return d.keys.Token(secret.Confirm, heldID, 1) }

// heldTicket is a filled-in form that waits; its files wait as staged files of heldKey.
type heldTicket struct {
	Description string              `json:"description"`
	Message     string              `json:"message,omitempty"`
	Type        *int64              `json:"type,omitempty"`
	Template    *int64              `json:"template,omitempty"`
	Fields      []models.FieldValue `json:"fields,omitempty"`
	Locale      string              `json:"locale,omitempty"`
}

// heldReply is a reply that waits.
type heldReply struct {
	Body string `json:"body"`
}

// heldKey names the files of something held among those of forms; no form has such a key.
func heldKey(id int64) []byte {
	sum := sha256.Sum256([]byte("held " + itoa(id)))
	return sum[:]
}

// stageHeld lets files wait as long as what they came with.
func stageHeld(ctx context.Context, tx *models.Tx, h *models.Held, all []kept) error {
	for _, k := range all {
		f := &models.StagedFile{PID: secret.PublicID(), FormKey: heldKey(h.ID), Name: k.name, Size: k.size, ContentType: k.contentType, SHA256: k.sha256, Blob: k.blob,
			ExpiresAt: h.ExpiresAt, CreatedAt: h.CreatedAt}
		if err := models.InsertStaged(ctx, tx, f); err != nil {
			return err
		}
	}
	return nil
}

// heldFiles takes the files out of waiting.
func heldFiles(ctx context.Context, tx *models.Tx, h *models.Held, now time.Time) ([]kept, error) {
	staged, err := models.StagedFiles(ctx, tx, heldKey(h.ID), models.At(now))
	if err != nil {
		return nil, err
	}
	var all []kept
	for _, f := range staged {
		all = append(all, kept{name: f.Name, contentType: f.ContentType, blob: f.Blob, size: f.Size, sha256: f.SHA256})
	}
	return all, models.DropStaged(ctx, tx, heldKey(h.ID))
}

// dropHeld ends something that becomes nothing, with its files; false when it waits no longer.
func dropHeld(ctx context.Context, tx *models.Tx, h *models.Held, agentID *int64, now time.Time) (bool, error) {
	ok, err := models.DropHeld(ctx, tx, h.ID, models.HeldRejected, agentID, models.At(now))
	if err != nil || !ok {
		return false, err
	}
	return true, models.DropStaged(ctx, tx, heldKey(h.ID))
}

// heldExcerpt is the beginning of a text on one line.
func heldExcerpt(text string) string {
	const most = 280
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// mustConfirm says whether a ticket from a form waits until its sender has confirmed it, and who
// that is when they are known (verify_anonymous). An intake link names its customer but proves
// nothing: whoever holds it is treated like everybody else. Only a customer without a mailbox,
// whom nobody could ask, is believed by the link that an agent has made for them.
func (p *Portal) mustConfirm(ctx context.Context, project *models.Project, n *newTicket) (bool, *models.Contact, error) {
	rule := project.Settings.VerifyAnonymous
	if rule != models.VerifyFirstTime && rule != models.VerifyAlways || n.intake != 0 && n.contact.Synthetic {
		return false, nil, nil
	}
	known, err := models.ContactByKey(ctx, p.d.db, n.contact.AddressKey)
	if err != nil {
		if models.KindOf(err) == models.KindNotFound {
			return true, nil, nil
		}
		return false, nil, err
	}
	return rule == models.VerifyAlways || known.ProvenAt == 0, known, nil
}

// holdTicket lets a checked form wait. No ticket and no contact is made.
func (d *Desk) holdTicket(ctx context.Context, tx *models.Tx, n *newTicket, known *models.Contact, locale string, now time.Time) (*models.Held, error) {
	waits := heldTicket{Description: n.description, Message: n.message, Type: n.typeID, Fields: n.fields, Locale: locale}
	if n.template != nil {
		waits.Template = &n.template.ID
	}
	payload, err := json.Marshal(waits)
	if err != nil {
		return nil, err
	}
	h := &models.Held{ProjectID: n.project.ID, Kind: models.HeldTicket, Address: n.contact.Address, Name: n.contact.Name, Title: n.title, Excerpt: heldExcerpt(n.description),
		Reason: models.HeldToVerify, Payload: string(payload)}
	if known != nil {
		h.ContactID = &known.ID
	}
	if err := d.holdBack(ctx, tx, h, true, now); err != nil {
		return nil, err
	}
	return h, stageHeld(ctx, tx, h, n.files)
}

// holdReply lets a reply under a typed address wait for the one whose address it is.
func (d *Desk) holdReply(ctx context.Context, tx *models.Tx, t *models.Ticket, author *models.Person, body string, files []kept, now time.Time) (*models.Held, error) {
	payload, err := json.Marshal(heldReply{Body: body})
	if err != nil {
		return nil, err
	}
	h := &models.Held{ProjectID: t.ProjectID, Kind: models.HeldReply, TicketID: &t.ID, ContactID: &author.ContactID, Address: author.Contact.Address, Name: author.Contact.Name, Title: t.Title,
		Excerpt: heldExcerpt(body), Reason: models.HeldTyped, Payload: string(payload)}
	if err := d.holdBack(ctx, tx, h, true, now); err != nil {
		return nil, err
	}
	return h, stageHeld(ctx, tx, h, files)
}

// waitsToBeConfirmed says whether a reply waits (typed_confirm): always where an address was
// typed, except that the holder of a mailed link has proven their own already.
func waitsToBeConfirmed(h *holder, author *models.Person) bool {
	s := h.project.Settings
	return s.TypedConfirm && s.ReplyIdentity == models.ReplyByTypedEmail && !h.Person.Contact.Synthetic && !(h.proven && author.ID == h.Person.ID)
}

// ContactKey is what makes two spellings of an address one contact.
func ContactKey(email string) string { return contactKey(email) }
