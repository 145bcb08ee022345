package models

import (
	"context"
	"reflect"
	"slices"
	"testing"
)

// CO-4: exactly one company is a ticket's by itself; none or several leave the choice.
func TestPickCompany(t *testing.T) {
	for _, c := range []struct {
		from []int64
		want int64 // 0 is none
	}{{nil, 0}, {[]int64{7}, 7}, {[]int64{7, 7}, 7}, {[]int64{7, 8}, 0}, {[]int64{7, 8, 7}, 0}, {[]int64{8, 7, 7}, 0}} {
		got := PickCompany(c.from)
		if (got == nil) != (c.want == 0) || got != nil && *got != c.want {
			t.Errorf("%v: %v, want %d", c.from, got, c.want)
		}
	}
}

// person makes a contact, proven when at is not 0.
func person(t testing.TB, db *DB, address, name string) *Contact {
	t.Helper()
	var c *Contact
	write(t, db, func(ctx context.Context, tx *Tx) (err error) {
		c, err = EnsureContact(ctx, tx, Contact{Address: address, AddressKey: address, Name: name, CreatedAt: At(noon)})
		return err
	})
	return c
}

func company(t testing.TB, db *DB, name string, domains ...string) *Company {
	t.Helper()
	k := &Company{Name: name, CreatedAt: At(noon)}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		if err := InsertCompany(ctx, tx, k); err != nil {
			return err
		}
		for _, d := range domains {
			if err := InsertDomain(ctx, tx, k.ID, d, At(noon)); err != nil {
				return err
			}
		}
		return nil
	})
	return k
}

// CO-4: the choices for a ticket are the companies of everybody on it, each once, by name.
func TestCompaniesOfTicket(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ticket := newDesk(t, db).ticket
		zeta, alpha, other := company(t, db, "zeta"), company(t, db, "Alpha"), company(t, db, "Other")
		ann, bob, eve := person(t, db, "ann@x.example", ""), person(t, db, "bob@x.example", ""), person(t, db, "eve@x.example", "")
		write(t, db, func(ctx context.Context, tx *Tx) error {
			for _, p := range []*Contact{ann, bob} {
				if err := InsertParticipant(ctx, tx, &Participant{TicketID: ticket, ContactID: p.ID, JoinedAs: JoinedCC}); err != nil {
					return err
				}
				if _, err := SetMember(ctx, tx, zeta.ID, p.ID, false, At(noon)); err != nil {
					return err
				}
			}
			if _, err := SetMember(ctx, tx, alpha.ID, bob.ID, true, At(noon)); err != nil {
				return err
			}
			_, err := SetMember(ctx, tx, other.ID, eve.ID, false, At(noon))
			return err
		})
		got, err := CompaniesOfTicket(t.Context(), db, ticket)
		if err != nil || !reflect.DeepEqual(got, []CompanyChoice{{alpha.ID, "Alpha"}, {zeta.ID, "zeta"}}) {
			t.Errorf("%v, %v", got, err)
		}
		if of, err := CompaniesOfContact(t.Context(), db, ann.ID); err != nil || !slices.Equal(CompanyIDs(of), []int64{zeta.ID}) {
			t.Errorf("%v, %v", of, err)
		}
	})
}

// CO-6: who proves an address at a company's domain joins; a neighbour's domain, one below or
// one above does not, and an address that is only claimed does not.
func TestDomainRule(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		k := company(t, db, "Calder", "calder.example")
		late := person(t, db, "late@calder.example", "")
		write(t, db, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "UPDATE contacts SET proven_at = 1 WHERE id = ?", late.ID) // proven before the rule was made
			return err
		})
		for address, joins := range map[string]bool{"ann@calder.example": true, "bob@sub.calder.example": false, "eve@notcalder.example": false, "dan@calder.example.evil.example": false} {
			c := person(t, db, address, "")
			of := func() int {
				all, err := CompaniesOfContact(t.Context(), db, c.ID)
				if err != nil {
					t.Fatal(err)
				}
				return len(all)
			}
			if of() != 0 {
				t.Errorf("%s joined by claiming", address)
			}
			for range 2 {
				write(t, db, func(ctx context.Context, tx *Tx) error { return ProveContact(ctx, tx, c.ID, At(noon)) })
			}
			if (of() == 1) != joins {
				t.Errorf("%s is in %d companies", address, of())
			}
		}
		person(t, db, "claims@calder.example", "")
		if n, err := CountJoinable(t.Context(), db, k.ID, 50); err != nil || n != 1 {
			t.Errorf("%d joinable, %v", n, err)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			n, err := JoinAll(ctx, tx, k.ID, At(noon))
			if n != 1 {
				t.Errorf("%d joined", n)
			}
			return err
		})
		if n, err := CountJoinable(t.Context(), db, k.ID, 50); err != nil || n != 0 {
			t.Errorf("%d joinable, %v", n, err)
		}
		if err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error { return InsertDomain(ctx, tx, k.ID, "calder.example", 1) }); KindOf(err) != KindConflict {
			t.Errorf("the domain twice: %v", err)
		}
	})
}

// The index of words, which loading makes at its end, is there afterwards.
func TestLoadLeavesTheIndexOfWords(t *testing.T) {
	db := openLiteDB(t)
	if err := Load(t.Context(), db, func(context.Context, *Loader) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if count(t, db, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'contact_words_word'") != 1 {
		t.Error("the index is gone")
	}
}
