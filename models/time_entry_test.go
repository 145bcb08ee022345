package models

import "testing"

// AG-2: time as people write it.
func TestParseMinutes(t *testing.T) {
	for text, want := range map[string]int64{
		"45": 45, " 45 ": 45, "45m": 45, "45 min": 45, "1h": 60, "1h 20m": 80, "1h20": 0, "1 Std. 20 Min.": 80, "1:20": 80, "0:05": 5, "1.5h": 90, "1,5 Std": 90, "1.25h": 75, "24h": 1440,
		"": 0, "0": 0, "h": 0, "abc": 0, "-5": 0, "1:75": 0, "25h": 0, "9999": 0, "1e3": 0, "1441": 0, "99999999999999999999": 0,
	} {
		if got := ParseMinutes(text); got != want {
			t.Errorf("%q is %d minutes, want %d", text, got, want)
		}
	}
}
