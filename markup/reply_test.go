package markup

import (
	"strings"
	"testing"
)

// AG-2: agents write Markdown; what is unsafe in it never becomes HTML.
func TestReply(t *testing.T) {
	for in, want := range map[string]string{
		"**bold** and *soft* and ~~gone~~": "<p><strong>bold</strong> and <em>soft</em> and <del>gone</del></p>\n",
		"one\ntwo":                         "<p>one<br>\ntwo</p>\n",
		"# Steps":                          "<h3>Steps</h3>\n",
		"- a\n- b":                         "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n",
		"a \\*star\\*":                     "<p>a *star*</p>\n",
		"|a|b|\n|-|-|\n|1|2|":              "<table>",
		"```go\nx < 1\n```":                "<pre><code class=\"language-go\">x &lt; 1\n</code></pre>\n",
		"a\n\n---\n\nb":                    "<p>a</p>\n<hr>",
		"-":                                "<p>-</p>\n",
	} {
		if got := Reply(in); !strings.HasPrefix(got, strings.TrimSuffix(want, "\n")) {
			t.Errorf("Reply(%q) = %q, want %q", in, got, want)
		}
	}
	for _, in := range []string{`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `[x](javascript:alert(1))`, `[x](data:text/html,hi)`, `![x](https://evil.example/p.png)`,
		"```\"><script>alert(1)</script>\nx\n```", `<a href="https://x" onclick="y">z</a>`, `[x](//evil.example)`} {
		got := Reply(in)
		for _, bad := range []string{"<script", "<img", `href="javascript`, `href="data:`, `href="//`, "onclick=\""} {
			if strings.Contains(got, bad) {
				t.Errorf("Reply(%q) = %q holds %q", in, got, bad)
			}
		}
		if Plain(got) == "" {
			t.Errorf("Reply(%q) lost its text", in)
		}
	}
}

// NU-2: the text part of a mail says what the HTML part says.
func TestLetter(t *testing.T) {
	for in, want := range map[string]string{
		"Hello **Rosa**,\nplease": "Hello Rosa,\nplease",
		"One\n\nTwo":              "One\n\nTwo",
		"Do:\n\n1. stop\n2. start\n   - twice\n\nDone": "Do:\n\n1. stop\n2. start\n   - twice\n\nDone",
		"> quoted\n> more\n\nme":                       "> quoted\n> more\n\nme",
		"[the page](https://a.example/x)":              "the page <https://a.example/x>",
		"https://a.example/x":                          "https://a.example/x",
		"```\na  b\n  c\n```":                          "    a  b\n      c",
		"Run `ls -l` now":                              "Run ls -l now",
		"|a|b|\n|-|-|\n|1|2|":                          "a | b\n1 | 2",
		"a < b & c":                                    "a < b & c",
		"Above\n\n---\n\nBelow":                        "Above\n\n---\n\nBelow",
	} {
		if got := Letter(Reply(in)); got != want && strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("Letter of %q:\n%q, want\n%q", in, got, want)
		}
	}
}

func FuzzReply(f *testing.F) {
	for _, s := range []string{"# a\n- b\n> c", "[x](javascript:y)", "```\n<script>", "|a|\n|-|"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, md string) {
		got := Reply(md)
		if again := replyPolicy.Sanitize(got); Plain(again) != Plain(got) {
			t.Errorf("%q is not clean: %q", md, got)
		}
		Letter(got)
	})
}
