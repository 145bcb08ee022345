package mail

import (
	"strings"
)

// signatures marks what stands below "-- " up to the next quote, and what elements call so.
func signatures(ls []line) {
	for i := 0; i < len(ls); i++ {
		if ls[i].quote > 0 || ls[i].mark&markDrop != 0 {
			continue
		}
		if ls[i].mark&markSign != 0 {
			ls[i].mark |= markDrop
			continue
		}
		most := 0
		switch text := strings.TrimRight(ls[i].text, "\r"); {
		case text == "-- " || text == "--\u00a0":
			most = 40
		case text == "--" || text == "—" || text == "–- " || text == "-- \u00a0":
			most = 12
		default:
			continue
		}
		end, taken := i+1, 0
		for ; end < len(ls) && ls[end].quote == 0 && ls[end].mark&markIntro == 0 && taken <= most; end++ {
			if !ls[end].blank() {
				taken++
			}
		}
		if taken > most {
			continue
		}
		for j := i; j < end; j++ {
			ls[j].mark |= markDrop
		}
		i = end - 1
	}
	for i := range ls { // a signature alone is what the writer wrote
		if ls[i].own() {
			return
		}
	}
	for i := range ls {
		ls[i].mark &^= markDrop
	}
}

// quotes marks what is quoted. Where answers stand between quotes, those that were answered stay.
func quotes(ls []line) {
	above, runs, last, any := false, 0, -1, false
	inRun := false
	open := false // a run waits for an answer
	for i := range ls {
		switch {
		case ls[i].quote > 0 && ls[i].mark&markDrop == 0:
			if !inRun && !ls[i].blank() {
				inRun, open = true, true
			}
		case ls[i].own():
			any = true
			if open && footerLine(norm(ls[i].text)) {
				continue
			}
			if open {
				runs++
				open = false
			}
			if runs == 0 && !inRun {
				above = true
			}
			inRun = false
			last = i
		}
	}
	if !any {
		return
	}
	between := runs > 1 || above && runs == 1
	for i := range ls {
		if ls[i].mark&markIntro != 0 || ls[i].quote > 0 && !(between && i < last) {
			ls[i].mark |= markDrop
		}
	}
}

// tail marks the footers of programs and drawn lines at the end of what is left.
func tail(ls []line) {
	for i, seen := len(ls)-1, 0; i >= 0 && seen < 3; i-- {
		if ls[i].mark&markDrop != 0 || ls[i].blank() {
			continue
		}
		if ls[i].quote > 0 {
			return
		}
		text := norm(ls[i].text)
		if !isRule(&ls[i]) && !footerLine(text) {
			return
		}
		seen++
		for j := range i { // something must be left
			if ls[j].own() {
				ls[i].mark |= markDrop
				break
			}
		}
	}
}

// unarmour marks the armour of a text that was signed in place (RFC 4880, 7).
func unarmour(ls []line) {
	begin := -1
	for i := range ls {
		if i > 50 {
			return
		}
		if ls[i].quote == 0 && strings.TrimSpace(ls[i].text) == "-----BEGIN PGP SIGNED MESSAGE-----" {
			begin = i
			break
		}
		if ls[i].own() {
			return
		}
	}
	if begin < 0 {
		return
	}
	i := begin
	for ; i < len(ls) && !ls[i].blank(); i++ {
		ls[i].mark |= markDrop
	}
	signature := false
	for ; i < len(ls); i++ {
		text := strings.TrimSpace(ls[i].text)
		signature = signature || text == "-----BEGIN PGP SIGNATURE-----"
		if signature {
			ls[i].mark |= markDrop
			if text == "-----END PGP SIGNATURE-----" {
				return
			}
		} else if rest, ok := strings.CutPrefix(ls[i].text, "- "); ok && strings.HasPrefix(rest, "-") {
			ls[i].text = rest
		}
	}
}
