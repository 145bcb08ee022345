// Package markup turns what people write into HTML that is safe to show:
// articles and messages from Markdown, foreign HTML by cleaning.
//
// Every path ends in an allow-list (bluemonday) over the parsed text, so that
// the page stays safe even where the Markdown renderer errs. No function here
// fails: what cannot be shown as HTML is shown as text.
package markup

// Version names the rules of this package. Stored HTML remembers the version
// it was made with; after a change it is made again from its source.
//
// Version 2: what agents write is Markdown (Reply) and no longer a letter (Message).
const Version = 2

// Heading is one line of an article's table of contents.
type Heading struct {
	Level int    // 2 to 6, as in the HTML
	ID    string // the anchor, always beginning with h-
	Text  string // plain text
}
