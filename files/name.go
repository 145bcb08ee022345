package files

import (
	"mime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	nameRunes      = 120 // longest shown name
	extensionRunes = 16  // a longer "extension" is part of the name
	namelessFile   = "file"
)

// invisible are letters and symbols that show nothing although their category says they do.
var invisible = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x034F, Hi: 0x034F, Stride: 1}, // combining grapheme joiner
	{Lo: 0x115F, Hi: 0x1160, Stride: 1}, // Hangul fillers
	{Lo: 0x180B, Hi: 0x180F, Stride: 1}, // Mongolian selectors
	{Lo: 0x2800, Hi: 0x2800, Stride: 1}, // blank Braille pattern
	{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
	{Lo: 0xFFA0, Hi: 0xFFA0, Stride: 1}, // half-width Hangul filler
	{Lo: 0xFFFC, Hi: 0xFFFD, Stride: 1}, // replacement characters
}}

// CleanName makes the name that people see from the name that was sent: one line of visible characters, no
// folders, at most 120 runes with the extension kept, never empty, never hidden, never a device of Windows.
// It is for showing and for Content-Disposition only; nothing is stored under it. Cleaning twice changes
// nothing more, and invisible characters go first, so that none can shield what is checked later (A42).
func CleanName(name string) string {
	if len(name) > 64<<10 { // the last part counts
		name = name[len(name)-64<<10:]
	}
	name = strings.Map(visible, strings.ToValidUTF8(name, ""))
	name = norm.NFC.String(name)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	// What Windows would refuse or read as another stream of the file.
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = tidy(name)
	if device(name) {
		name = "_" + name
	}
	name = shorten(name)
	if name == "" {
		return namelessFile
	}
	return name
}

// visible drops what shows nothing or turns the reading direction, and makes one kind of space.
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || unicode.In(r, unicode.Zs):
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp, invisible):
		return -1
	}
	return r
}

// tidy leaves single spaces, no leading dots and no trailing dots.
func tidy(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	return strings.TrimRight(strings.TrimLeft(name, ". "), ". ")
}

// device tells whether Windows would open a device instead of a file.
func device(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	last, size := utf8.DecodeLastRuneInString(base)
	stem := base[:len(base)-size]
	return (stem == "COM" || stem == "LPT") && strings.ContainsRune("0123456789¹²³", last)
}

// shorten cuts the name before its extension.
func shorten(name string) string {
	if utf8.RuneCountInString(name) <= nameRunes {
		return name
	}
	extension := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && utf8.RuneCountInString(name[i:]) <= extensionRunes {
		name, extension = name[:i], name[i:]
	}
	runes := []rune(name)
	name = string(runes[:min(len(runes), nameRunes-utf8.RuneCountInString(extension))])
	return tidy(name) + extension
}

// Viewable tells whether a type may be shown inline by a browser: raster pictures only. SVG, HTML, XML and
// PDF can carry code and are always downloads (A40).
func Viewable(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		return true
	}
	return false
}
