package mail

import (
	"crypto/sha256"
	"encoding/base64"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"lodge/markup"
)

// readText makes Text, Full, HTML and Files of what was said.
func (p *Parsed) readText(said []piece, r *reader) {
	forwarded := forwardSubject.MatchString(p.Subject)
	pictures := &pictures{files: r.files, shown: map[int]bool{}}
	full, source, complete := spoken(said)
	p.Full = strings.TrimSpace(full)
	p.Text = trimText(p.Full, forwarded)
	if source != "" {
		p.guarded("the HTML", func() { p.readHTML(source, forwarded, complete, pictures) })
	}
	if p.Full == "" { // only after a panic
		p.Full = strings.TrimSpace(markup.Plain(source))
	}
	if p.Text = cidMark.ReplaceAllString(p.Text, ""); strings.TrimSpace(p.Text) == "" {
		p.Text = p.Full
	}
	for _, s := range []*string{&p.Text, &p.Full} {
		var cut bool
		if *s, cut = shorten(*s, maxText); cut {
			p.fault(cutFault(true))
		}
	}
	p.Files = pictures.list()
}

// spoken joins pieces: their texts, and their HTML where any has some. complete says that the
// text alone says everything.
func spoken(said []piece) (text, source string, complete bool) {
	var texts []string
	var all strings.Builder
	rich, complete := false, true
	for _, s := range said {
		if strings.TrimSpace(s.text) != "" {
			texts = append(texts, strings.Trim(s.text, "\n"))
		} else if s.html != "" {
			complete = false
		}
		rich = rich || s.html != ""
		all.WriteString(s.asHTML())
		all.WriteByte('\n')
	}
	if rich {
		source = all.String()
	}
	return strings.Join(texts, "\n\n"), source, complete
}

// cidMark is what Outlook writes into the text where a picture stands.
var cidMark = regexp.MustCompile(`\[cid:[^\]\s]{1,200}\]`)

// readHTML makes HTML, and the texts where the mail's own does not say everything.
func (p *Parsed) readHTML(source string, forwarded, complete bool, pictures *pictures) {
	root, cut := parseHTML(source, pictures.find)
	p.fault(cut)
	read := readLines(root)
	if !slices.ContainsFunc(read.lines, func(l line) bool { return !l.blank() }) {
		unhide(root)
		read = readLines(root)
	}
	if !complete {
		p.Full = keptText(read.lines)
	}
	pictures.seen(root, false)
	trim(read.lines, forwarded)
	trimmed := slices.ContainsFunc(read.lines, func(l line) bool { return l.mark&markDrop != 0 })
	margins(read.lines)
	root.prune(read.nodes, read.lines)
	pictures.seen(root, true)
	var b strings.Builder
	if root.write(&b, maxText); b.Len() > maxText {
		p.fault(cutFault(true))
	}
	p.HTML = strings.TrimSpace(markup.Mail(b.String()))
	switch text := keptText(read.lines); {
	case !complete:
		p.Text = text
	case trimmed:
		p.Text = sooner(p.Text, text)
	}
}

// unhide shows everything, where a mail hides all it says.
func unhide(n *node) {
	n.hidden = false
	for _, kid := range n.kids {
		unhide(kid)
	}
}

// sooner chooses between the trimmed text and the text of the trimmed HTML. They say the same,
// but elements tell signatures apart that lines do not: where the HTML ends sooner, so does the
// text.
func sooner(text, ofHTML string) string {
	if text == "" {
		return ofHTML
	}
	a, b := letters(text), letters(ofHTML)
	if len(b) > 0 && len(b) < len(a) && strings.HasPrefix(a, b) {
		return ofHTML
	}
	return text
}

// letters are the letters and digits of a text, to compare what two texts say.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r > 0xa0 && r != '\u200b' && r != '\ufeff' {
			return r
		}
		return -1
	}, s)
}

// pictures are the files that the HTML may show in place.
type pictures struct {
	files []mailFile
	by    map[string]int // by Content-ID in small letters
	named map[string]int // by the name the HTML uses
	shown map[int]bool   // used anywhere; true where still to be seen after trimming
}

const (
	maxDataPictures = 20
	maxDataBytes    = 8 << 20
)

// find gives the name under which the HTML shows a picture; empty for what is no file of the
// mail: nothing is ever loaded from elsewhere (A50).
func (p *pictures) find(src string) string {
	if p.by == nil {
		p.by, p.named = map[string]int{}, map[string]int{}
		for i, f := range p.files {
			id := strings.ToLower(f.id)
			if _, taken := p.by[id]; id != "" && !taken {
				p.by[id] = i
			}
		}
	}
	src = strings.TrimSpace(src)
	if len(src) > 5 && strings.EqualFold(src[:5], "data:") {
		return p.data(src[5:])
	}
	if len(src) < 5 || len(src) > 1000 || !strings.EqualFold(src[:4], "cid:") {
		return ""
	}
	id := strings.Trim(src[4:], "<> ")
	i, ok := p.by[strings.ToLower(id)]
	if !ok {
		unescaped, err := url.PathUnescape(id)
		if i, ok = p.by[strings.ToLower(unescaped)]; err != nil || !ok {
			return ""
		}
	}
	name := shownID(p.files[i].id, p.files[i].File)
	p.named[name] = i
	return name
}

// data makes a file of a picture that stands in the HTML itself.
func (p *pictures) data(src string) string {
	head, encoded, ok := strings.Cut(src, ",")
	kind, _, err := mime.ParseMediaType(strings.TrimSuffix(strings.ToLower(head), ";base64"))
	if !ok || err != nil || !strings.HasSuffix(strings.ToLower(head), ";base64") || len(encoded) > maxDataBytes {
		return ""
	}
	switch kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
	default:
		return ""
	}
	content, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(encoded), ""))
	if err != nil || len(content) < 100 { // no more than a dot
		return ""
	}
	f := mailFile{File: File{Name: endings[kind], Type: kind, Size: int64(len(content)), SHA256: sha256.Sum256(content), Bytes: content}, inline: true}
	f.id = shownID("", f.File)
	if _, known := p.named[f.id]; !known {
		if made := len(p.files); made >= maxParts+maxDataPictures {
			return ""
		}
		p.by[f.id], p.named[f.id] = len(p.files), len(p.files)
		p.files = append(p.files, f)
	}
	return f.id
}

// seen notes which pictures a tree shows.
func (p *pictures) seen(n *node, still bool) {
	if n.drop || n.hidden {
		return
	}
	if n.cid != "" {
		if i, ok := p.named[n.cid]; ok {
			p.shown[i] = p.shown[i] || still
		}
	}
	for _, kid := range n.kids {
		p.seen(kid, still)
	}
}

// list gives the files: those the HTML shows with their Content-ID, those it showed only in what
// was trimmed marked as quoted.
func (p *pictures) list() []File {
	var all []File
	for i, f := range p.files {
		if still, used := p.shown[i]; still {
			f.ContentID = shownID(f.id, f.File)
		} else if used && f.inline {
			f.Quoted = true
		}
		all = append(all, f.File)
	}
	return all
}
