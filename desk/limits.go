package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"lodge/address"
	"lodge/models"
)

// charge is one allowance a verb takes from. Names hold a hash, not an address or a
// client, so that the table tells nobody who was here.
type charge struct {
	name          string
	amount, limit int64
	window        time.Duration
	refusal       string
}

func allowance(kind string, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte{byte(len(p) >> 8), byte(len(p))})
		h.Write([]byte(p))
	}
	return kind + ":" + hex.EncodeToString(h.Sum(nil)[:16])
}

// spend takes all charges or refuses. It runs in the verb's own transaction, so that what
// is refused, or fails for another reason, costs nothing and two at once never both fit.
func spend(ctx context.Context, tx *models.Tx, charges []charge, now time.Time) error {
	for _, c := range charges {
		if c.amount <= 0 {
			continue
		}
		ok, resetsAt, err := models.Charge(ctx, tx, c.name, c.amount, c.limit, c.window, now)
		if err != nil {
			return err
		}
		if !ok {
			refusal := models.TooMany(c.refusal, resetsAt.Sub(now))
			return refusal
		}
	}
	return nil
}

// peek refuses what spend would refuse, without taking anything: for saying no before a
// body is read.
func peek(ctx context.Context, c models.Conn, charges []charge, now time.Time) error {
	for _, ch := range charges {
		used, resetsAt, err := models.Spent(ctx, c, ch.name, now)
		if err != nil {
			return err
		}
		if used+ch.amount > ch.limit {
			return models.TooMany(ch.refusal, resetsAt.Sub(now))
		}
	}
	return nil
}

// createCharges are the limits of opening a ticket without an account (PC-7): by client
// prefix across the workspace and by address in the project.
func createCharges(cat *models.Catalog, project *models.Project, client, email string) []charge {
	w, s := cat.Workspace.Settings, project.Settings
	charges := []charge{{name: allowance("create-client", client), amount: 1, limit: int64(w.ClientCreates),
		window: time.Duration(w.CreateWindowMinutes) * time.Minute, refusal: "errors.too_many_tickets"}}
	if email != "" {
		charges = append(charges, charge{name: allowance("create-address", itoa(project.ID), address.Key(email)), amount: 1, limit: int64(s.AddressCreates),
			window: time.Duration(s.AddressMinutes) * time.Minute, refusal: "errors.too_many_tickets"})
	}
	return charges
}

// clientBytes is the quota of files that a client may leave behind without a ticket.
func clientBytes(cat *models.Catalog, client string, amount int64) charge {
	return charge{name: allowance("client-bytes", client), amount: amount, limit: int64(cat.Workspace.Settings.ClientUploadMB) << 20,
		window: 24 * time.Hour, refusal: "errors.too_many_bytes"}
}

// threadCharges are the limits of one thread link (PT-10).
func threadCharges(project *models.Project, participantID int64) (replies, bytes charge) {
	s, who := project.Settings, itoa(participantID)
	return charge{name: allowance("thread-replies", who), amount: 1, limit: int64(s.ThreadReplies),
			window: time.Duration(s.ThreadMinutes) * time.Minute, refusal: "errors.too_many_replies"},
		charge{name: allowance("thread-bytes", who), limit: int64(s.ThreadUploadMB) << 20, window: 24 * time.Hour, refusal: "errors.too_many_bytes"}
}

func limitsOf(s models.ProjectSettings) Limits {
	return Limits{File: int64(s.FileMB) << 20, Request: int64(s.RequestMB) << 20, Text: int64(s.TextKB) << 10, Files: s.Files, Title: s.TitleLength, Name: s.NameLength}
}
