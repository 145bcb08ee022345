package views

import (
	"testing"
	"time"

	"lodge/locale"
)

// AG-6, AG-4: the timeline says in plain words what the clock and the rules did, with the facts, in both languages.
func TestClockEventWords(t *testing.T) {
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	due := time.Date(2026, 11, 25, 13, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		e      ClockEvent
		en, de string
	}{
		{ClockEvent{Event: "promise_broken", Kind: "first", Minutes: 240, Policy: "Standard", Calendar: "Berlin", Due: due},
			"The first answer was due Wed, 25 Nov 2026, 14:05 Berlin (4 h of working time, policy Standard, hours: Berlin)",
			"Die erste Antwort war fällig: Mi, 25. Nov. 2026, 14:05 Berlin (4 Std. Arbeitszeit, Antwortzeiten Standard, Zeiten: Berlin)"},
		{ClockEvent{Event: "promise_warned", Kind: "resolution", Minutes: 1470, Paused: 35, Due: due},
			"The solution is due soon: Wed, 25 Nov 2026, 14:05 Berlin (24 h 30 m, day and night, paused for 35 m)",
			"Die Lösung ist bald fällig: Mi, 25. Nov. 2026, 14:05 Berlin (24 Std. 30 Min., rund um die Uhr, angehalten für 35 Min.)"},
		{ClockEvent{Event: "promise_warned", Kind: "next", Minutes: 60, Policy: "VIP"}, "Little time is left for the next answer (1 h, day and night, policy VIP)",
			"Für die nächste Antwort bleibt wenig Zeit (1 Std., rund um die Uhr, Antwortzeiten VIP)"},
		{ClockEvent{Event: "routed", Rule: "VIP", Team: "Network", Agent: "Ada", Priority: 3}, "Rule “VIP” gave it to team Network and Ada, priority high", "Die Regel „VIP“ hat es zugewiesen: Team Network und Ada, Priorität hoch"},
		{ClockEvent{Event: "routed", Rule: "VIP", Agent: "Ada"}, "Rule “VIP” gave it to Ada", "Die Regel „VIP“ hat es zugewiesen: Ada"},
		{ClockEvent{Event: "routed", Rule: "Net", Team: "Network", Nobody: true, Tags: []string{"net", "vip"}, Status: "Waiting"}, "Rule “Net” gave it to team Network, no agent was free, status “Waiting”, tags net, vip",
			"Die Regel „Net“ hat es zugewiesen: Team Network, niemand war frei, Status „Waiting“, Schlagwörter net, vip"},
		{ClockEvent{Event: "routed", Rule: "Net", Priority: 4}, "Rule “Net” was applied: priority urgent", "Die Regel „Net“ wurde angewandt: Priorität dringend"},
		{ClockEvent{Event: "routed", Rule: "Net", Priority: 9}, "Rule “Net” was applied and changed nothing", "Die Regel „Net“ wurde angewandt und hat nichts geändert"},
		{ClockEvent{Event: "routed", Failed: true}, "The routing rules could not be applied to this ticket", "Die Regeln zur Verteilung ließen sich auf dieses Ticket nicht anwenden"},
		{ClockEvent{Event: "reminded", Days: 1}, "Reminded the customer after 1 day of silence", "Nach 1 Tag Stille an die Antwort erinnert"},
		{ClockEvent{Event: "auto_closed", Days: 14}, "Closed by itself after 14 days without an answer", "Nach 14 Tagen ohne Antwort von selbst geschlossen"},
		{ClockEvent{Event: "time_low", Company: "Calder", Left: 90}, "Calder has 1 h 30 m of bought time left", "Calder hat noch 1 Std. 30 Min. gekaufte Zeit"},
		{ClockEvent{Event: "time_low", Company: "Calder", Left: -20}, "Calder has used up its bought time, 20 m more than that", "Calder hat die gekaufte Zeit verbraucht, 20 Min. darüber hinaus"},
	} {
		for lang, want := range map[string]string{"en": c.en, "de": c.de} {
			if got := c.e.Words(catalogue.For(lang), berlin); got != want {
				t.Errorf("%s: %q, want %q", lang, got, want)
			}
		}
	}
	before, after := ClockEvent{Event: "promise_broken", Kind: "next", Minutes: 60, Due: due}.Around(catalogue.For("en"))
	if before != "The next answer was due " || after != " (1 h, day and night)" {
		t.Errorf("%q and %q", before, after)
	}
}

// AG-1: times on chips are short, stand still beside each other, and name the day that the reader lives.
func TestShortTimes(t *testing.T) {
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	en := catalogue.For("en")
	for d, want := range map[time.Duration]string{0: "1 m", 59*time.Minute + 59*time.Second: "59 m", time.Hour: "1 h 00 m", 130 * time.Minute: "2 h 10 m", 26 * time.Hour: "1 d"} {
		if got := ShortSpan(en, d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 25, 14, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at    time.Time
		place *time.Location
		want  string
	}{
		{now.Add(2 * time.Hour), time.UTC, "16:00"}, {now.Add(2 * time.Hour), tokyo, "Thu 01:00"}, {now.Add(100 * time.Hour), time.UTC, "Sun 18:00"}, {now.Add(200 * time.Hour), time.UTC, "3 Dec"},
	} {
		if got := ShortMoment(en, now, c.at, c.place); got != c.want {
			t.Errorf("%s in %s is %q, want %q", c.at, c.place, got, c.want)
		}
	}
}
