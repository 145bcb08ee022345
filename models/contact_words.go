package models

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold writes text the way it is searched: in small letters, without accents.
func fold(text string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text)))
}

// wordLength is where a word of a contact is cut, in bytes.
const wordLength = 256

// contactWords are what a contact is found by: each word of the name, the whole address and
// its parts, and "@" with the domain, which says exactly where the address is.
func contactWords(c *Contact) []string {
	words := strings.FieldsFunc(fold(c.Name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if local, domain, ok := strings.Cut(fold(c.AddressKey), "@"); ok && !c.Synthetic {
		words = append(words, local+"@"+domain, domain, "@"+domain)
		words = append(words, strings.FieldsFunc(local, func(r rune) bool { return strings.ContainsRune(".-_+", r) })...)
	}
	for i, w := range words {
		words[i] = clip(w, wordLength)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// searchWords are the words of what somebody types, the longest first: it narrows most.
func searchWords(text string) []string {
	var words []string
	for _, w := range strings.Fields(fold(clip(text, wordLength))) {
		// A name in brackets or with a comma is still that name; an address keeps its signs.
		if w = strings.Trim(w, ".,;:()<>\"'"); w != "" && len(words) < 6 {
			words = append(words, clip(w, wordLength))
		}
	}
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(words)
}

// wordRange are the bounds of everything that begins with a word.
func wordRange(word string) (from, to []byte) {
	from = []byte(word)
	return from, append(slices.Clone(from), 0xFF) // no letter of UTF-8 has this byte
}

type contactWord struct {
	contact int64
	word    []byte
}

func (w *contactWord) bulk(to []any) []any { return append(to, w.contact, w.word) }

// insertWords keeps the words of new contacts.
func insertWords(ctx context.Context, tx *Tx, contacts []Contact) error {
	var all []contactWord
	for i := range contacts {
		for _, w := range contactWords(&contacts[i]) {
			all = append(all, contactWord{contacts[i].ID, []byte(w)})
		}
	}
	return load(ctx, tx, "contact_words", "contact_id, word", all, (*contactWord).bulk)
}

// renewWords writes the words of a contact anew: its own, and the addresses of its aliases.
func renewWords(ctx context.Context, tx *Tx, contact *Contact) error {
	if _, err := tx.exec(ctx, "DELETE FROM contact_words WHERE contact_id = ? OR contact_id IN (SELECT id FROM contacts WHERE merged_into_id = ?)", contact.ID, contact.ID); err != nil {
		return err
	}
	words := contactWords(contact)
	aliases, err := AliasesOf(ctx, tx, contact.ID)
	if err != nil {
		return err
	}
	for _, a := range aliases {
		for _, w := range contactWords(a) {
			if !strings.HasPrefix(w, "@") { // only the contact's own domain makes a member
				words = append(words, w)
			}
		}
	}
	slices.Sort(words)
	var all []contactWord
	for _, w := range slices.Compact(words) {
		all = append(all, contactWord{contact.ID, []byte(w)})
	}
	return load(ctx, tx, "contact_words", "contact_id, word", all, (*contactWord).bulk)
}

// AliasesOf lists the contacts that became part of this one.
func AliasesOf(ctx context.Context, c Conn, contactID int64) ([]*Contact, error) {
	rows, err := c.query(ctx, "SELECT "+contactColumns+" FROM contacts WHERE merged_into_id = ? ORDER BY id", contactID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Contact
	for rows.Next() {
		a, err := scanContact(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}
