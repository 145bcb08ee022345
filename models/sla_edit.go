package models

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// MaxTarget is the longest target of a policy in working minutes: a year of working days of ten
// hours, with room.
const MaxTarget = 3000 * 60

// ParseTarget reads a length of working time such as "30m", "4h" or "1h 30m". Hours and minutes
// only: a day of work is as long as a calendar says, and no two people mean the same by it.
// ok is false for everything else, for nothing at all, and for more than MaxTarget.
func ParseTarget(text string) (minutes int64, ok bool) {
	rest := strings.ToLower(strings.Join(strings.Fields(text), ""))
	if rest == "" {
		return 0, false
	}
	seen := ""
	for rest != "" {
		end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsDigit(r) })
		if end <= 0 {
			return 0, false
		}
		n, err := strconv.ParseInt(rest[:end], 10, 64)
		if err != nil || n > MaxTarget {
			return 0, false
		}
		rest = rest[end:]
		next := strings.IndexFunc(rest, unicode.IsDigit)
		if next < 0 {
			next = len(rest)
		}
		switch unit := rest[:next]; {
		case (unit == "h" || unit == "std" || unit == "std.") && seen == "":
			minutes, seen = minutes+60*n, "h"
		case (unit == "m" || unit == "min" || unit == "min.") && seen != "m":
			minutes, seen = minutes+n, "m"
		default:
			return 0, false
		}
		rest = rest[next:]
	}
	return minutes, minutes > 0 && minutes <= MaxTarget
}

// TargetText writes minutes as ParseTarget reads them; 0 is empty.
func TargetText(minutes int64) string {
	var parts []string
	if h := minutes / 60; h > 0 {
		parts = append(parts, strconv.FormatInt(h, 10)+"h")
	}
	if m := minutes % 60; m > 0 {
		parts = append(parts, strconv.FormatInt(m, 10)+"m")
	}
	return strings.Join(parts, " ")
}

// Empty says that no target is set.
func (t PolicyTargets) Empty() bool {
	for _, kinds := range t {
		for _, minutes := range kinds {
			if minutes > 0 {
				return false
			}
		}
	}
	return true
}

// The answers to why a policy does or does not hold for a ticket.
const (
	ReasonChosen   = "chosen"   // it names the ticket, first of all
	ReasonDefault  = "default"  // no other names the ticket
	ReasonLater    = "later"    // it would, but another stands before it or names the ticket
	ReasonOff      = "off"      // it is switched off
	ReasonNothing  = "nothing"  // it has no condition and is not the default
	ReasonMismatch = "mismatch" // conditions that the ticket does not meet
)

// The conditions of a policy by name, for PolicyReason.Misses.
const (
	ConditionProject = "project"
	ConditionType    = "type"
	ConditionTeam    = "team"
	ConditionCompany = "company"
)

// PolicyReason says why a policy holds for a ticket or does not.
type PolicyReason struct {
	Policy *Policy
	Why    string // one of the Reason constants
	// Misses are the conditions that the ticket does not meet.
	Misses []string
}

// Misses are the conditions that a ticket does not meet, by name.
func (c PolicyConditions) Misses(t *Ticket) []string {
	var all []string
	for _, one := range []struct {
		name string
		list []int64
		id   *int64
	}{{ConditionProject, c.Projects, &t.ProjectID}, {ConditionType, c.Types, t.TypeID}, {ConditionTeam, c.Teams, t.TeamID}, {ConditionCompany, c.Companies, t.CompanyID}} {
		if len(one.list) > 0 && (one.id == nil || !slices.Contains(one.list, *one.id)) {
			all = append(all, one.name)
		}
	}
	return all
}

// ExplainPolicy says for each policy in order why it holds for a ticket or does not: the one that
// does is PolicyFor.
func (c *Catalog) ExplainPolicy(t *Ticket) []PolicyReason {
	chosen := c.PolicyFor(t)
	var all []PolicyReason
	for _, p := range c.Policies {
		r := PolicyReason{Policy: p}
		switch {
		case p == chosen && p.IsDefault:
			r.Why = ReasonDefault
		case p == chosen:
			r.Why = ReasonChosen
		case p.DisabledAt != 0:
			r.Why = ReasonOff
		case p.IsDefault, p.Conditions.Match(t):
			r.Why = ReasonLater
		case p.Conditions.Empty():
			r.Why = ReasonNothing
		default:
			r.Why, r.Misses = ReasonMismatch, p.Conditions.Misses(t)
		}
		all = append(all, r)
	}
	return all
}

// DeletePolicy takes a policy away. Its promises end when they are worked out again.
func DeletePolicy(ctx context.Context, tx *Tx, id int64) error {
	n, err := affected(tx.exec(ctx, "DELETE FROM sla_policies WHERE id = ?", id))
	if err != nil {
		return err
	}
	if n == 0 {
		return NotFound()
	}
	return touchCatalog(ctx, tx)
}

// TicketsByPolicy counts the tickets that have a promise of a policy still to be kept, up to most each.
func TicketsByPolicy(ctx context.Context, c Conn, most int) (map[int64]int, error) {
	return countEach(ctx, c, `SELECT p.id, (SELECT COUNT(*) FROM (SELECT DISTINCT r.ticket_id FROM promises r WHERE r.policy_id = p.id AND r.met_at = 0 AND r.ended_at = 0 LIMIT ?) AS counted) FROM sla_policies p`, most)
}

// CompaniesNamed finds the names of companies by their ids, by name; ids that are gone are left out.
func CompaniesNamed(ctx context.Context, c Conn, ids []int64) ([]NameOption, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return nameOptions(c.query(ctx, "SELECT id, name FROM companies WHERE id IN ("+places(len(ids))+") ORDER BY name_key", anyIDs(ids)...))
}

// CompaniesByName finds companies by their names, whatever the spelling; unknown ones are left out.
// The key of a name is CompanyKey(Name).
func CompaniesByName(ctx context.Context, c Conn, names []string) ([]NameOption, error) {
	if len(names) == 0 {
		return nil, nil
	}
	args := make([]any, len(names))
	for i, name := range names {
		args[i] = CompanyKey(name)
	}
	return nameOptions(c.query(ctx, "SELECT id, name FROM companies WHERE name_key IN ("+places(len(names))+") ORDER BY name_key", args...))
}
