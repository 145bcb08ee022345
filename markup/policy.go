package markup

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// What an address in a link may be. The patterns see the decoded value, before
// bluemonday parses it: they exclude white space, backslashes and addresses
// that begin with two slashes, which browsers read as another host (A34).
var (
	linkTarget    = regexp.MustCompile(`^(?i:https?://[^\s\\/?#][^\s\\]*|mailto:[^\s\\]+)$`)
	foreignTarget = regexp.MustCompile(`^(?i:https?://[^\s\\/?#][^\s\\]*|mailto:[^\s\\]+|tel:\+?[0-9().;=-]+)$`)
	articleTarget = regexp.MustCompile(`^(?i:https?://[^\s\\/?#][^\s\\]*|mailto:[^\s\\]+|tel:\+?[0-9().;=-]+|/(?:[^\s\\/][^\s\\]*)?|#h-[^\s\\]+)$`)
	imageSource   = regexp.MustCompile(`^(?i:https?://[^\s\\/?#][^\s\\]*|/[^\s\\/][^\s\\]*)$`)
	cidSource     = regexp.MustCompile(`^(?i:cid:[A-Za-z0-9.!#$%&'*+/=?^_{|}~@-]+)$`)
	anchorID      = regexp.MustCompile(`^h-[\p{L}\p{Nd}-]+$`)
	language      = regexp.MustCompile(`^language-[A-Za-z0-9+#.-]{1,30}$`)
	small         = regexp.MustCompile(`^[0-9]{1,3}$`)
	pixels        = regexp.MustCompile(`^[0-9]{1,4}$`)
)

var (
	messagePolicy = newMessagePolicy()
	replyPolicy   = newReplyPolicy()
	articlePolicy = newArticlePolicy()
	foreignPolicy = newForeignPolicy()
)

// base allows running text: no attribute but a link's target and a list's
// start. The elements that hold code or forms are not among them, so they go.
func base(target *regexp.Regexp) *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "b", "em", "i", "code", "pre", "ul", "ol", "li", "blockquote")
	p.AllowAttrs("start").Matching(small).OnElements("ol")
	p.AllowAttrs("href").Matching(target).OnElements("a")
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.AddTargetBlankToFullyQualifiedLinks(true) // brings rel=noopener
	return p
}

func newMessagePolicy() *bluemonday.Policy {
	p := base(linkTarget)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}

// newReplyPolicy allows what an agent's Markdown makes beyond a message.
func newReplyPolicy() *bluemonday.Policy {
	p := newMessagePolicy()
	p.AllowElements("h3", "h4", "h5", "h6", "hr", "del", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("class").Matching(language).OnElements("code")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|right|center)$`)).OnElements("th", "td")
	return p
}

func newArticlePolicy() *bluemonday.Policy {
	p := base(articleTarget)
	p.AllowRelativeURLs(true)
	p.RequireNoFollowOnFullyQualifiedLinks(true)
	p.RequireNoReferrerOnFullyQualifiedLinks(true)
	p.AllowElements("h2", "h3", "h4", "h5", "h6", "hr", "del", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("id").Matching(anchorID).OnElements("h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("class").Matching(language).OnElements("code")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|right|center)$`)).OnElements("th", "td")
	p.AllowAttrs("src").Matching(imageSource).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	return p
}

func newForeignPolicy() *bluemonday.Policy {
	p := foreignBase()
	// Pictures travel inside the mail; a picture elsewhere would tell its
	// sender who reads it, and when (A50).
	p.AllowAttrs("src").Matching(cidSource).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(pixels).OnElements("img")
	return p
}

func foreignBase() *bluemonday.Policy {
	p := base(foreignTarget)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AllowElements("div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "u", "s", "del", "ins", "small", "sub", "sup",
		"dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption")
	p.AllowAttrs("colspan", "rowspan").Matching(small).OnElements("th", "td")
	return p
}
