package markup

import (
	"strings"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxForeign bounds the HTML that is looked at, in bytes. The original is kept
// elsewhere.
const maxForeign = 1 << 20

// Clean makes foreign HTML safe to place inside one of our elements. Only
// elements of running text and tables stay; of attributes only link targets
// (http, https, mailto, tel), pictures inside the mail (cid:), sizes and
// spans. Every element is closed, so that a stray end tag cannot close ours.
// Clean(Clean(x)) == Clean(x).
func Clean(foreign string) string { return clean(foreign, foreignPolicy) }

func clean(foreign string, policy *bluemonday.Policy) string {
	if len(foreign) > maxForeign {
		cut := maxForeign
		for cut > 0 && !utf8.RuneStart(foreign[cut]) {
			cut--
		}
		foreign = foreign[:cut]
	}
	foreign = strings.ToValidUTF8(strings.ReplaceAll(foreign, "\x00", ""), "\ufffd")
	out, ok := cleanOnce(foreign, policy)
	// Closing elements may move them, and what was moved may be read in another
	// way the next time: go on until a reading changes nothing.
	for range 5 {
		if !ok {
			break
		}
		var next string
		if next, ok = cleanOnce(out, policy); ok && next == out {
			return out
		}
		out = next
	}
	return verbatim(Plain(foreign))
}

func cleanOnce(in string, policy *bluemonday.Policy) (string, bool) {
	nodes, err := html.ParseFragment(strings.NewReader(policy.Sanitize(in)),
		&html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return "", false
	}
	var b strings.Builder
	for _, n := range nodes {
		if policy == mailPolicy && dropNameless(n) {
			continue
		}
		if html.Render(&b, n) != nil {
			return "", false
		}
	}
	return b.String(), true
}
