package mail

import (
	"io"
	"strings"

	"lodge/markup"
)

// OriginalView is a mail as it came, for agents: nothing trimmed, everything decoded, safe and
// bounded.
type OriginalView struct {
	Headers []OriginalHeader
	// Text is the whole text; HTML the whole HTML, cleaned, empty when the mail had none. Its
	// pictures name their file: <img data-cid="…">.
	Text, HTML string
	Files      []OriginalFile
	// Faults are what was broken or left out.
	Faults []string
}

// OriginalHeader is one header line in the order of the mail.
type OriginalHeader struct{ Name, Value string }

// OriginalFile is one file of a mail, without its bytes.
type OriginalFile struct {
	Name, Type string
	ContentID  string
	Size       int64
}

// Bounds of what is shown of a header.
const (
	maxShownHeaders = 200
	maxShownValue   = 2000
)

// Original reads a raw mail to show it whole. As with Parse, only what cannot be read at all is
// an error.
func Original(raw io.Reader) (OriginalView, error) {
	all, cut, err := readRaw(raw)
	if err != nil {
		return OriginalView{}, err
	}
	p := &Parsed{}
	if cut {
		p.fault("the mail is too long; its end was not read")
	}
	var v OriginalView
	h, _, _ := readHeader(all[:min(len(all), 2*maxHeader)])
	for i, f := range h {
		if i == maxShownHeaders {
			p.fault("the header has more lines")
			break
		}
		v.Headers = append(v.Headers, OriginalHeader{Name: headerName(f.name), Value: clean(decodeWords(f.value), maxShownValue)})
	}
	p.guarded("the body", func() {
		s := &splitter{}
		root := s.read(all, "", 0)
		r := &reader{left: 2 * maxBody}
		said := r.body(root, true)
		for _, fault := range append(s.faults, r.faults...) {
			p.fault(fault)
		}
		pictures := &pictures{files: r.files, shown: map[int]bool{}}
		p.guarded("the text", func() { v.whole(p, said, pictures) })
		for _, f := range pictures.list() {
			v.Files = append(v.Files, OriginalFile{Name: f.Name, Type: f.Type, ContentID: f.ContentID, Size: f.Size})
		}
	})
	v.Faults = p.Faults
	return v, nil
}

// whole fills in the text and the HTML.
func (v *OriginalView) whole(p *Parsed, said []piece, pictures *pictures) {
	text, source, complete := spoken(said)
	if source != "" {
		root, cut := parseHTML(source, pictures.find)
		p.fault(cut)
		pictures.seen(root, true)
		var b strings.Builder
		root.write(&b, maxText)
		v.HTML = strings.TrimSpace(markup.Mail(b.String()))
		if !complete {
			text = keptText(readLines(root).lines)
		}
	}
	var cut bool
	if v.Text, cut = shorten(text, maxText); cut {
		p.fault(cutFault(true))
	}
}

// headerName is a field's name as it is mostly written.
func headerName(name string) string {
	words := strings.Split(name, "-")
	for i, w := range words {
		switch w {
		case "id", "dkim", "spf", "arc", "mime", "ms":
			words[i] = strings.ToUpper(w)
		case "":
		default:
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "-")
}
