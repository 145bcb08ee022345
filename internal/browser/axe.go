package browser

import (
	_ "embed"
	"strings"
)

// axeSource is axe-core, unmodified; see axe/README.md.
//
//go:embed axe/axe.min.js
var axeSource string

// axeRun answers with what is wrong on the page, one line an element. What axe cannot
// decide by itself is not in it.
const axeRun = `(async () => {
	const result = await axe.run(document, {resultTypes: ["violations"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]});
	return result.violations.flatMap(v => v.nodes.map(n => v.id + " at " + n.target.join(" ") + ": " + n.failureSummary.replace(/\s+/g, " ")));
})()`

// Axe gives the accessibility faults that axe-core finds on the page as it stands: WCAG
// 2.0 to 2.2, levels A and AA, and axe's best practice.
func (tab *Tab) Axe() []string {
	tab.t.Helper()
	if tab.NoScripts {
		// axe is a script, too. The page's own have missed their moment and stay off.
		tab.scripts(true)
		defer tab.scripts(false)
	}
	if !Eval[bool](tab, `typeof axe === "object"`) {
		Eval[bool](tab, axeSource+"\n;true")
	}
	// Colours are judged once nothing moves any more.
	tab.Wait(`document.getAnimations().every(a => a.playState !== "running" || a.effect?.getComputedTiming().iterations === Infinity)`)
	return Eval[[]string](tab, axeRun)
}

// CheckAxe fails the test for every fault that Axe finds.
func (tab *Tab) CheckAxe(page string) {
	tab.t.Helper()
	if faults := tab.Axe(); len(faults) > 0 {
		scheme := "light"
		if tab.Dark {
			scheme = "dark"
		}
		tab.t.Errorf("%s, %s, %d px wide:\n  %s", page, scheme, tab.Width, strings.Join(faults, "\n  "))
	}
}

// CheckFits fails the test when the page can be scrolled sideways (WCAG 1.4.10).
func (tab *Tab) CheckFits(page string) {
	tab.t.Helper()
	type widths struct {
		Page, Window float64
		Wide         string
	}
	w := Eval[widths](tab, `(() => {
		const root = document.documentElement, wide = [...document.querySelectorAll("body *")].filter(e => {
			const box = e.getBoundingClientRect();
			return box.width && box.right > root.clientWidth + 1;
		});
		return {Page: root.scrollWidth, Window: root.clientWidth, Wide: wide.slice(0, 3).map(e => e.outerHTML.slice(0, 160)).join("\n  ")};
	})()`)
	if w.Page > w.Window {
		tab.t.Errorf("%s is %v px wide in a window of %v:\n  %s", page, w.Page, w.Window, w.Wide)
	}
}

// CheckFocusShown fails the test when what has focus cannot be seen: it lies outside the
// window, under something else, or nothing marks it (WCAG 2.4.7 and 2.4.11).
func (tab *Tab) CheckFocusShown(step string) {
	tab.t.Helper()
	why := Eval[string](tab, focusShown)
	if why != "" {
		tab.t.Errorf("%s: focus on %q %s", step, tab.Focused(), why)
	}
}

const focusShown = `(() => {
	const el = document.activeElement;
	if (!el || el === document.body) return "is nowhere";
	// A control that is drawn by its label or its box shows focus there.
	const drawn = [el, el.closest("label"), el.nextElementSibling, el.parentElement, el.closest(".drop, tr")].filter(Boolean);
	const marked = drawn.some(e => ["", "::before", "::after"].some(part => {
		const s = getComputedStyle(e, part);
		return s.content !== "none" && s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1;
	}));
	if (!marked) return "is not marked";
	const box = drawn.map(e => e.getBoundingClientRect()).find(b => b.width > 2 && b.height > 2);
	if (!box) return "has no size";
	if (box.bottom < 0 || box.top > innerHeight) return "is outside the window";
	const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1), y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1);
	const hit = document.elementFromPoint(x, y);
	return hit && drawn.some(e => e === hit || e.contains(hit) || hit.contains(e)) ? "" : "is covered by " + (hit ? hit.outerHTML.slice(0, 100) : "nothing");
})()`
