package models

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// SE-3: every setting that is kept has a line that says what it may be, and its default is one
// of those values: no setting without a page, no page without a setting.
func TestEverySettingIsDescribed(t *testing.T) {
	for what, row := range map[string]struct {
		defaults any
		fresh    func() any
		list     []Setting
	}{
		"workspace": {DefaultWorkspaceSettings(), func() any { return &WorkspaceSettings{} }, WorkspaceSettingList},
		"project":   {DefaultProjectSettings(), func() any { return &ProjectSettings{} }, ProjectSettingList},
	} {
		values := SettingValues(row.defaults)
		var names []string
		for _, s := range row.list {
			names = append(names, s.Name)
			if _, ok := values[s.Name]; !ok {
				t.Errorf("%s: %s is described but not kept", what, s.Name)
			}
		}
		for name := range values {
			if !slices.Contains(names, name) {
				t.Errorf("%s: %s is kept but not described", what, name)
			}
		}
		into := row.fresh()
		var v Invalid
		if err := ChangeSettings(into, row.list, values, &v); err != nil || v.Err() != nil {
			t.Errorf("%s: the defaults are refused: %v %v", what, err, v.Err())
		}
		a, _ := json.Marshal(row.defaults)
		b, _ := json.Marshal(into)
		if string(a) != string(b) {
			t.Errorf("%s: defaults went in as %s and came out as %s", what, a, b)
		}
	}
}

// SE-3, EV-3: a value outside of what is described is refused by the field's name.
func TestSettingsRefuse(t *testing.T) {
	bad := map[SettingKind][]string{SettingNumber: {"", "x", "1e3", "-1", "99999999999999999999"}, SettingChoice: {"", "everything"}}
	for _, s := range ProjectSettingList {
		tries := bad[s.Kind]
		if s.Kind == SettingText {
			tries = []string{strings.Repeat("x", s.Max+1), "two\nlines"}
		}
		for _, try := range tries {
			settings, values := DefaultProjectSettings(), SettingValues(DefaultProjectSettings())
			values[s.Name] = try
			var v Invalid
			if err := ChangeSettings(&settings, ProjectSettingList, values, &v); err != nil || v.Err() == nil {
				t.Errorf("%s takes %q", s.Name, try)
			}
			if settings != DefaultProjectSettings() {
				t.Errorf("%s: a refused %q changed something", s.Name, try)
			}
		}
	}
}
