package markup

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

// cidName is what a picture inside a mail may be called: a Content-ID without its brackets.
var cidName = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~@-]{1,200}$`)

// mailPolicy is the one for foreign HTML, but that a picture has no address: it names the file
// of its mail (data-cid), and whoever shows the page puts the file's address in.
var mailPolicy = newMailPolicy()

func newMailPolicy() *bluemonday.Policy {
	p := foreignBase()
	p.AllowAttrs("data-cid").Matching(cidName).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(pixels).OnElements("img")
	return p
}

// Mail makes the HTML of a mail safe to place inside one of our elements, as Clean does. Of
// pictures stay those that name a file of the mail: <img data-cid="…" alt="…">. It never gives
// an image a source. Mail(Mail(x)) == Mail(x).
func Mail(foreign string) string { return clean(foreign, mailPolicy) }

// dropNameless removes the pictures below a node that name no file, and tells whether it is one.
func dropNameless(n *html.Node) bool {
	if n.Type == html.ElementNode && n.Data == "img" && attrOf(n, "data-cid") == "" {
		return true
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if dropNameless(c) {
			n.RemoveChild(c)
		}
		c = next
	}
	return false
}
