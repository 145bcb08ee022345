package markup

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// allowed is the allow-list as a second, independent statement: element to
// attributes.
var allowed = map[string]map[string][]string{
	"message": {
		"p": nil, "br": nil, "strong": nil, "em": nil, "code": nil, "pre": nil, "ul": nil, "ol": {"start"}, "li": nil,
		"blockquote": nil, "a": {"href", "rel", "target"},
	},
	"article": {
		"p": nil, "br": nil, "strong": nil, "em": nil, "code": {"class"}, "pre": nil, "ul": nil, "ol": {"start"}, "li": nil,
		"blockquote": nil, "a": {"href", "rel", "target"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"},
		"hr": nil, "del": nil, "table": nil, "thead": nil, "tbody": nil, "tr": nil, "th": {"align"}, "td": {"align"}, "img": {"src", "alt"},
	},
	"foreign": {
		"p": nil, "br": nil, "strong": nil, "b": nil, "em": nil, "i": nil, "u": nil, "s": nil, "del": nil, "ins": nil, "small": nil,
		"sub": nil, "sup": nil, "code": nil, "pre": nil, "ul": nil, "ol": {"start"}, "li": nil, "blockquote": nil, "div": nil, "hr": nil,
		"h1": nil, "h2": nil, "h3": nil, "h4": nil, "h5": nil, "h6": nil, "dl": nil, "dt": nil, "dd": nil, "caption": nil,
		"table": nil, "thead": nil, "tbody": nil, "tfoot": nil, "tr": nil, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"},
		"a": {"href", "rel", "target"}, "img": {"src", "alt", "width", "height"},
	},
}

func init() {
	// The HTML of a mail is foreign, but for its pictures: they have no address.
	allowed["mail"] = maps.Clone(allowed["foreign"])
	allowed["mail"]["img"] = []string{"data-cid", "alt", "width", "height"}
}

// check reads HTML again with a parser and reports what is not on the list.
func check(list, source string) error {
	// Placed as on a page: nothing may get out of its element.
	doc, err := html.Parse(strings.NewReader(`<!doctype html><html><head></head><body><div id="in">` + source + `</div></body></html>`))
	if err != nil {
		return err
	}
	body := doc.LastChild.LastChild
	if body.FirstChild == nil || body.FirstChild != body.LastChild || len(body.FirstChild.Attr) != 1 {
		return fmt.Errorf("it leaves its element: %q", source)
	}
	var walk func(*html.Node) error
	walk = func(n *html.Node) error {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode {
				attrs, ok := allowed[list][c.Data]
				if !ok || c.Namespace != "" {
					return fmt.Errorf("element %s in %q", c.Data, source)
				}
				for _, a := range c.Attr {
					if !slices.Contains(attrs, a.Key) {
						return fmt.Errorf("attribute %s of %s in %q", a.Key, c.Data, source)
					}
					if err := checkValue(list, c, a); err != nil {
						return fmt.Errorf("%w in %q", err, source)
					}
				}
			} else if c.Type != html.TextNode {
				return fmt.Errorf("node type %d in %q", c.Type, source)
			}
			if err := walk(c); err != nil {
				return err
			}
		}
		return nil
	}
	return walk(body.FirstChild)
}

func checkValue(list string, n *html.Node, a html.Attribute) error {
	switch a.Key {
	case "href", "src":
		if strings.ContainsAny(a.Val, "\\ \t\r\n\x00") {
			return fmt.Errorf("address %q", a.Val)
		}
		u, err := url.Parse(a.Val)
		if err != nil {
			return err
		}
		schemes := map[string][]string{
			"messagehref": {"http", "https", "mailto"},
			"articlehref": {"http", "https", "mailto", "tel", ""}, "articlesrc": {"http", "https", ""},
			"foreignhref": {"http", "https", "mailto", "tel"}, "foreignsrc": {"cid"}, "mailhref": {"http", "https", "mailto", "tel"},
		}[list+a.Key]
		if !slices.Contains(schemes, strings.ToLower(u.Scheme)) {
			return fmt.Errorf("scheme of %q", a.Val)
		}
		if u.Scheme == "" && (u.Host != "" || !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#h-")) {
			return fmt.Errorf("relative address %q", a.Val)
		}
		if u.Host != "" && a.Key == "href" {
			for _, word := range []string{"noopener", "noreferrer", "nofollow"} {
				if !strings.Contains(attr(n, "rel"), word) {
					return fmt.Errorf("rel %q of %q lacks %s", attr(n, "rel"), a.Val, word)
				}
			}
		}
	case "id":
		if !strings.HasPrefix(a.Val, "h-") {
			return fmt.Errorf("id %q", a.Val)
		}
	case "class":
		if !strings.HasPrefix(a.Val, "language-") || strings.Contains(a.Val, " ") {
			return fmt.Errorf("class %q", a.Val)
		}
	}
	return nil
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// checkAll runs one input through every door.
func checkAll(t testing.TB, in string) {
	t.Helper()
	if err := check("message", Message(in)); err != nil {
		t.Errorf("Message(%q): %v", in, err)
	}
	article, toc, _ := Article(in)
	if err := check("article", article); err != nil {
		t.Errorf("Article(%q): %v", in, err)
	}
	for _, h := range toc {
		if !strings.Contains(article, `id="`+h.ID+`"`) || h.Level < 2 || h.Level > 6 || h.Text == "" {
			t.Errorf("Article(%q): contents line %+v fits no heading of %q", in, h, article)
		}
	}
	clean := Clean(in)
	if err := check("foreign", clean); err != nil {
		t.Errorf("Clean(%q): %v", in, err)
	}
	mail := Mail(in)
	if err := check("mail", mail); err != nil {
		t.Errorf("Mail(%q): %v", in, err)
	}
	if again := Mail(mail); again != mail {
		t.Errorf("Mail is not idempotent on %q:\n%q\n%q", in, mail, again)
	}
	if again := Clean(clean); again != clean {
		t.Errorf("Clean is not idempotent on %q:\n%q\n%q", in, clean, again)
	}
}

// A33–A39.
func TestPayloadsAreHarmless(t *testing.T) {
	if len(payloads) < 120 {
		t.Fatalf("only %d payloads", len(payloads))
	}
	wrappers := []string{"%s", "<div>%s</div>", "<table><tr><td>%s", "<blockquote>%s", "<p title=\"%s\">x", "<!-- %s -->", "- %s", "> %s", "text %s text", "**%s**"}
	for _, p := range payloads {
		for _, w := range wrappers {
			checkAll(t, strings.Replace(w, "%s", p, 1))
		}
		for _, other := range []string{payloads[0], payloads[35], payloads[90]} {
			checkAll(t, other+p)
			checkAll(t, p+other)
		}
	}
	checkAll(t, strings.Join(payloads, "\n"))
	checkAll(t, strings.Join(payloads, "\n\n"))
	nested := "pwn()" // A36
	for range 30 {
		nested = "<scr" + nested + "<script>ipt>"
	}
	checkAll(t, nested)
}

// The oracle itself must notice.
func TestCheckNotices(t *testing.T) {
	for _, bad := range []string{
		`<script>x</script>`, `<p onclick=x>`, `<a href="javascript:x">y</a>`, `<a href="//evil">y</a>`, `<a href="https://x.example">y</a>`,
		`</div><p>x</p>`, `<svg></svg>`, `<!-- x -->`, `<h2 id=body>x</h2>`, `<code class="dialog">x</code>`, `<img src="https://x.example">`,
	} {
		if check("message", bad) == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

var invisible = regexp.MustCompile(`\s+`)

// EV-3: a message shows everything that was typed.
func TestMessageShowsWhatWasTyped(t *testing.T) {
	for _, typed := range []string{
		`<script>alert(1)</script>`, `# title`, `## title ##`, `javascript:alert(1)`, `List<String> x = new <T>();`, `</div>`, `<!-- x -->`,
		`\\server\share\_tmp\*`, `C:\`, `&lt; &amp; &copy;`, `2*3*4 = 24`, `snake_case_name`, `[x](javascript:alert(1))`, `![pic](https://e.example/x.png "t")`,
		`[1]: http://foo.example`, `<xsl:template match="/">`, `---`, `***`, `===`, "Title\n=====", "a|b\n-|-\n1|2", `$100 * 2`, `{{.Secret}} ${7*7}`, `-`, `>`, "```",
		`%s %n`, `  `, `日本語 😀 é`, `#hash @name`, `1986 was good`, `<a@b`, `a < b > c`, `"quoted" 'single' ` + "’", `[ ] todo [x] done`, `\`, `a\`, `:-) ~~x~~ ^_^`,
	} {
		got := invisible.ReplaceAllString(Plain(Message(typed)), "")
		if want := invisible.ReplaceAllString(typed, ""); got != want {
			t.Errorf("typed %q, shown %q (%s)", typed, got, Message(typed))
		}
	}
}

func TestMessage(t *testing.T) {
	const rel = ` rel="nofollow noreferrer noopener" target="_blank"`
	for typed, want := range map[string]string{
		"":                                 "",
		"a\nb\r\nc\rd":                     "<p>a<br>\nb<br>\nc<br>\nd</p>",
		"a\n\n\n\nb":                       "<p>a</p>\n<p>b</p>",
		"**b** *i* _j_":                    "<p><strong>b</strong> <em>i</em> <em>j</em></p>",
		"`a <b> *c*`":                      "<p><code>a &lt;b&gt; *c*</code></p>",
		"```\nx <y>\n```":                  "<pre><code>x &lt;y&gt;\n</code></pre>",
		"- a\n- b":                         "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
		"3. a\n4. b":                       "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>",
		"> a\n> b":                         "<blockquote>\n<p>a<br>\nb</p>\n</blockquote>",
		"see https://a.example/x?y=1&z=2.": `<p>see <a href="https://a.example/x?y=1&amp;z=2"` + rel + `>https://a.example/x?y=1&amp;z=2</a>.</p>`,
		"(http://localhost:8080)":          `<p>(<a href="http://localhost:8080"` + rel + `>http://localhost:8080</a>)</p>`,
		"ada@example.com":                  `<p><a href="mailto:ada@example.com" rel="nofollow noreferrer">ada@example.com</a></p>`,
		"[our page](https://a.example)":    `<p><a href="https://a.example"` + rel + `>our page</a></p>`,
		"ftp://a.example/x":                "<p>ftp://a.example/x</p>",
		"a\u2028b\x00\x07c":                "<p>a<br>\nbc</p>",
		"a\xffb":                           "<p>a\ufffdb</p>",
	} {
		if got := strings.TrimSpace(Message(typed)); got != want {
			t.Errorf("%q:\n got %s\nwant %s", typed, got, want)
		}
	}
}

// KB-2.
func TestArticle(t *testing.T) {
	html, toc, plain := Article("Intro <b>x</b> &amp; \\*y\\*\n\n# Über & <two>\n\n#### Deep `code`\n\n# über & two\n\n###### 日本\n\n# !\n\n" +
		"![Alt](/a.png) ![no](javascript:x)\n\n[in](/doc/x) [out](https://o.example) [evil](//evil.example)\n\n|a|b|\n|:-|-:|\n|1|2|\n\n```go\nx := 1\n```\n\n---\n\n~~old~~ [ref]\n\n[ref]: #h-deep-code")
	for _, want := range []string{
		`<p>Intro &lt;b&gt;x&lt;/b&gt; &amp; *y*</p>`, `<h2 id="h-über-two">Über &amp; &lt;two&gt;</h2>`, `<h3 id="h-deep-code">Deep <code>code</code></h3>`,
		`<h2 id="h-über-two-2">`, `<h3 id="h-日本">`, `<h2 id="h-section">`, `<img src="/a.png" alt="Alt">`, `<a href="/doc/x">in</a>`,
		`<a href="https://o.example" rel="nofollow noreferrer noopener" target="_blank">out</a>`, `<td align="right">2</td>`,
		`<pre><code class="language-go">x := 1`, `<hr>`, `<del>old</del>`, `<a href="#h-deep-code">ref</a>`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in:\n%s", want, html)
		}
	}
	want := []Heading{{2, "h-über-two", "Über & <two>"}, {3, "h-deep-code", "Deep code"}, {2, "h-über-two-2", "über & two"}, {3, "h-日本", "日本"}, {2, "h-section", "!"}}
	if !slices.Equal(toc, want) {
		t.Errorf("contents %v", toc)
	}
	if !strings.HasPrefix(plain, "Intro <b>x</b> & *y*\n\nÜber & <two>\n\nDeep code\n\n") || strings.Contains(plain, "evil.example") {
		t.Errorf("plain %q", plain)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		`<p style="color:red" class=x id=y>a<span>b</span></p>`: `<p>ab</p>`,
		`</div></article><b>x`:         `<b>x</b>`,
		`<a href="tel:+49-30-1">x</a>`: `<a href="tel:+49-30-1" rel="nofollow noreferrer">x</a>`,
		`<img src="https://track.example/p.gif" alt="a"><img src="cid:1@x">`: `<img alt="a"/><img src="cid:1@x"/>`,
		`<td colspan=2>x</td>`:                                  `x`,
		`<table><tr><td colspan=2 width=9>x</table>`:            `<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>`,
		`<style>p{}</style><script>x</script><title>t</title>y`: `y`,
		`a &lt;b&gt; &amp; &quot;`:                              `a &lt;b&gt; &amp; &#34;`,
		strings.Repeat("<div>", 600) + "deep":                   "<p>deep</p>\n",
	} {
		if got := Clean(in); got != want {
			t.Errorf("%.80q:\n got %s\nwant %s", in, got, want)
		}
	}
}

// A50: no picture of a mail has an address.
func TestMail(t *testing.T) {
	for in, want := range map[string]string{
		`a<img src="https://track.example/p.gif" alt="a"><img src="cid:1@x"><img alt=x>`: `a`,
		`<p><img data-cid="1@x" alt="b" width=9 src="cid:1@x" onerror=x></p>`:            `<p><img data-cid="1@x" alt="b" width="9"/></p>`,
		`<img data-cid="a b"><img data-cid='"><script>'><img data-cid="">b`:              `b`,
		`<p style="color:red" class=x>a</p><a href="tel:+49-30-1">x</a>`:                 `<p>a</p><a href="tel:+49-30-1" rel="nofollow noreferrer">x</a>`,
	} {
		if got := Mail(in); got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		`<p>a <b>b</b>
  c</p><p>d<br>e<br><br>f</p>`: "a b c\n\nd\ne\n\nf",
		`<ul><li>a</li><li>b</li></ul>c`:                                  "a\nb\n\nc",
		`<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>`: "a b\nc",
		`<pre>a  b
 c

d</pre>e`: "a  b\n c\n\nd\n\ne",
		`<script>x</script><style>y</style>z&lt;b&gt;&nbsp;&amp;`: "z<b> &",
		`<!-- c -->x<script>never closed`:                         "x",
		``:                                                        "", ` <p> </p> `: "",
	} {
		if got := Plain(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestShortenAndTrimAddress(t *testing.T) {
	for _, row := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"}, {"exactly ten", 11, "exactly ten"}, {"a  b\n c", 10, "a b c"}, {"one two three four", 12, "one two…"},
		{"abcdefghijkl", 5, "abcd…"}, {"one, two", 6, "one…"}, {"x", 0, ""}, {"xy", 1, "…"}, {"日本語日本語", 4, "日本語…"},
		{"aaae\u0301e\u0301", 5, "aaa…"}, {"", 5, ""},
	} {
		if got := Shorten(row.in, row.n); got != row.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", row.in, row.n, got, row.want)
		}
	}
	for in, want := range map[string]string{ // PT-2
		"ada@example.com": "a•••@example.com", "örg@x.example": "ö•••@x.example", "no address": "•••", "@x": "•••", "": "•••",
	} {
		if got := TrimAddress(in); got != want {
			t.Errorf("TrimAddress(%q) = %q, want %q", in, got, want)
		}
	}
}

// Texts whose parsing grows with the square of their length are shown as they
// are; the test would run for minutes otherwise.
func TestCostlyTexts(t *testing.T) {
	const size = 256 << 10
	for _, unit := range []string{
		">", "> ", "- ", "1. ", "[", "![", "[a](", "*a ", "*a_ ", "**a", "`a``", "<", "<a:", "a@b.c ", "(https://a.example/", "a\n- ", "> a\n", "|", "_(", "~~", "\\", "&", "&#",
	} {
		in := strings.Repeat(unit, size/len(unit))
		if err := check("message", Message(in)); err != nil {
			t.Errorf("%q repeated: %.200v", unit, err)
		}
		Article(in)
	}
	for _, unit := range []string{"<div>", "<b>", "<a href=https://x.example>y</a>", "<table><td>", "<p><table>", "<a href=", "<!--", "&lt;"} { // A22
		Clean(strings.Repeat(unit, (2<<20)/len(unit)))
	}
	for _, honest := range []string{
		strings.Repeat("-", 200) + " Original message " + strings.Repeat("-", 200), strings.Repeat("* item **bold** [x](https://a.example)\n\n", 4000), strings.Repeat("> ", 10) + "deep quote",
	} {
		if costly([]byte(honest)) {
			t.Errorf("%.40q counts as costly", honest)
		}
	}
}

func FuzzMarkup(f *testing.F) {
	for _, p := range payloads {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > 4096 {
			return
		}
		checkAll(t, in)
		Plain(in)
		Shorten(in, 20)
		TrimAddress(in)
	})
}
