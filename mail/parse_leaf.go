package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"regexp"
	"strings"

	"github.com/jhillyerd/enmime/v2"
)

// leaves reads transfer encodings and no more: the type it is told is never text, so that the
// charset is decided in one place.
var leaves = enmime.NewParser(enmime.MaxStoredPartErrors(5), enmime.SetReadPartErrorPolicy(func(*enmime.Part, error) bool { return true }))

// content decodes the body of a leaf, as far as it can be decoded.
func (p *part) content(longest int) (content []byte, fault string) {
	body := p.body
	encoding := strings.ToLower(strings.TrimSpace(p.header.get("content-transfer-encoding")))
	encoding, _, _ = strings.Cut(encoding, ";")
	switch {
	case p.whole:
		return body, ""
	case encoding == "base64" && strings.HasPrefix(p.kind, "text/") && plainly(body):
		return body[:min(len(body), longest)], "a part says it is encoded and is not"
	case encoding == "base64", encoding == "quoted-printable":
	default:
		return body[:min(len(body), longest)], cutFault(len(body) > longest)
	}
	if over := len(body) / 4; over > longest { // four encoded bytes or more make three
		body = body[:min(len(body), 4*longest)]
	}
	var encoded io.Reader = bytes.NewReader(body)
	filter := &onlyBase64{body: body}
	if encoding == "base64" {
		encoded = filter
	}
	head := "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n"
	decoded, err := leaves.ReadParts(io.MultiReader(strings.NewReader(head), encoded))
	if err != nil || decoded == nil {
		return body[:min(len(body), longest)], "a part could not be decoded"
	}
	if len(decoded.Errors) > 0 || filter.junk {
		fault = "a part is encoded wrongly"
	}
	if len(decoded.Content) > longest {
		return decoded.Content[:longest], cutFault(true)
	}
	return decoded.Content, fault
}

// plainly tells a text that was never encoded: its lines have spaces between words.
func plainly(body []byte) bool {
	all, spaced := 0, 0
	for range 40 {
		if len(body) == 0 {
			break
		}
		var line []byte
		line, body = nextLine(body)
		if line = bytes.TrimSpace(line[:min(len(line), 1000)]); len(line) > 0 {
			all++
			if bytes.IndexByte(line, ' ') > 0 {
				spaced++
			}
		}
	}
	return 2*spaced > all
}

// onlyBase64 reads an encoded body without what is no part of the encoding, up to its end. The
// parser would do so too, but remembers each fault.
type onlyBase64 struct {
	body []byte
	junk bool
}

func (o *onlyBase64) Read(to []byte) (n int, err error) {
	for i, c := range o.body {
		switch {
		case n == len(to):
			o.body = o.body[i:]
			return n, nil
		case 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/':
			to[n] = c
			n++
		case c == '=':
			o.junk = o.junk || len(bytes.Trim(o.body[i:], "= \t\r\n")) > 0
			o.body = nil
			return n, io.EOF
		case c != '\r' && c != '\n' && c != ' ' && c != '\t':
			o.junk = true
		}
	}
	o.body = nil
	return n, io.EOF
}

func cutFault(cut bool) string {
	if cut {
		return "a text is too long; the rest is not shown"
	}
	return ""
}

// text is the decoded text of a leaf with one kind of line ends and no control characters.
func (p *part) text(longest int) (string, string) {
	raw, fault := p.content(longest)
	charset := p.params["charset"]
	if charset == "" && p.kind == "text/html" {
		charset = metaCharset(raw)
	}
	text := lines(decodeCharset(raw, charset))
	if strings.EqualFold(p.params["format"], "flowed") && p.kind == "text/plain" {
		text = reflow(text, strings.EqualFold(p.params["delsp"], "yes"))
	}
	return text, fault
}

var metaTag = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?([a-z0-9_:.-]{2,40})`)

func metaCharset(raw []byte) string {
	if m := metaTag.FindSubmatch(raw[:min(len(raw), 4096)]); m != nil {
		return string(m[1])
	}
	return ""
}

// file makes a File of a leaf.
func (p *part) file() (f File, fault string) {
	content, fault := p.content(maxRaw)
	f = File{Name: p.fileName(), Type: p.fileType(), Size: int64(len(content)), SHA256: sha256.Sum256(content), Bytes: content}
	return f, fault
}

var typeShape = regexp.MustCompile(`^[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}$`)

func (p *part) fileType() string {
	if !typeShape.MatchString(p.kind) || strings.HasPrefix(p.kind, "multipart/") {
		return "application/octet-stream"
	}
	return p.kind
}

// endings name nameless files.
var endings = map[string]string{
	"image/png": "image.png", "image/jpeg": "image.jpg", "image/jpg": "image.jpg", "image/gif": "image.gif", "image/webp": "image.webp", "image/bmp": "image.bmp", "image/tiff": "image.tiff", "image/heic": "image.heic", "image/svg+xml": "image.svg",
	"text/plain": "text.txt", "text/html": "page.html", "text/calendar": "invite.ics", "application/ics": "invite.ics", "text/vcard": "contact.vcf", "text/x-vcard": "contact.vcf", "text/csv": "table.csv", "text/rtf": "text.rtf", "application/rtf": "text.rtf",
	"application/pdf": "document.pdf", "application/zip": "archive.zip", "application/json": "data.json", "application/xml": "data.xml", "text/xml": "data.xml", "application/ms-tnef": "winmail.dat", "application/vnd.ms-tnef": "winmail.dat",
	"application/pkcs7-mime": "smime.p7m", "application/x-pkcs7-mime": "smime.p7m", "application/pgp-encrypted": "version.txt", "application/pgp-keys": "key.asc",
	"application/msword": "document.doc", "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "document.docx", "application/vnd.ms-excel": "table.xls", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "table.xlsx",
	"audio/mpeg": "audio.mp3", "audio/wav": "audio.wav", "audio/ogg": "audio.ogg", "audio/mp4": "audio.m4a", "video/mp4": "video.mp4", "video/quicktime": "video.mov",
}

func (p *part) fileName() string {
	if p.name != "" {
		return fileName(p.name)
	}
	if p.kind == "message/rfc822" {
		inner, _, _ := readHeader(p.body[:min(len(p.body), 16<<10)])
		if subject := clean(decodeWords(inner.get("subject")), 80); subject != "" {
			return fileName(strings.NewReplacer("/", "-", `\`, "-").Replace(subject) + ".eml")
		}
		return "message.eml"
	}
	if name := endings[p.kind]; name != "" {
		return name
	}
	return "file"
}

var cidShape = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~@-]{1,200}$`)

// shownID is how the cleaned HTML names a file: its Content-ID, or one made from its content.
func shownID(contentID string, f File) string {
	if cidShape.MatchString(contentID) {
		return contentID
	}
	return hex.EncodeToString(f.SHA256[:12]) + "@file"
}
