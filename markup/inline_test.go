package markup

import (
	"html"
	"testing"
)

// A40, A50: pictures of a mail are put where the text shows them, whatever their names hold, and
// pictures from elsewhere nowhere.
func TestPictures(t *testing.T) {
	place := func(id, alt string) string { return "[" + html.EscapeString(id) + "|" + html.EscapeString(alt) + "]" }
	for in, want := range map[string]string{
		`<p>none</p>`: `<p>none</p>`,
		`<p><img data-cid="a@b" alt="A&amp;&#34;"></p>`: `<p>[a@b|A&amp;&#34;]</p>`,
		`<img src="cid:x.y"/>and<img data-cid="z">`:     `[x.y|]and[z|]`,
		`<img src="https://track.example/1.gif">text`:   `text`,
		`<img>text`: `text`,
		`<img alt="data-cid=&#34;q&#34;" data-cid="r">`: `[r|data-cid=&#34;q&#34;]`,
		`<imgx data-cid="a">`:                           `<imgx data-cid="a">`,
	} {
		if got := Pictures(in, place); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
	// What Clean leaves of a picture in a mail is found again.
	if got := Pictures(Clean(`<p><img src="cid:logo@mail" alt="Logo" onerror="x()"></p>`), place); got != `<p>[logo@mail|Logo]</p>` {
		t.Errorf("after cleaning: %s", got)
	}
}
