package locale

import (
	"strings"

	"golang.org/x/text/language"
)

// longestHeader bounds the work a hostile Accept-Language header can cause;
// what browsers send is far shorter.
const longestHeader = 256

// Match decides the language of an answer: what the person chose, else what
// their browser asks for (RFC 9110, 12.5.4), else the fallback (the project's
// language), else English. Each argument may be empty or nonsense. The result
// is always one of Locales.
func (c *Catalogue) Match(acceptLanguage, chosen, fallback string) string {
	if chosen != "" {
		if known := c.known(chosen, ""); known != "" {
			return known
		}
	}
	if known := c.accepted(acceptLanguage); known != "" {
		return known
	}
	return c.known(fallback, Default)
}

func (c *Catalogue) accepted(header string) string {
	if header == "" {
		return ""
	}
	// Nearly every request names a language we have as its first wish, with
	// full weight: no need for the parser then.
	first, _, _ := strings.Cut(header, ",")
	if first = strings.TrimSpace(first); !strings.Contains(first, ";") {
		if known := c.known(first, ""); known != "" {
			return known
		}
	}
	if len(header) > longestHeader {
		header = header[:strings.LastIndexByte(header[:longestHeader], ',')+1]
		header = strings.TrimSuffix(header, ",")
	}
	wishes, weights, err := language.ParseAcceptLanguage(header)
	if err != nil || len(wishes) == 0 {
		return ""
	}
	// A weight of zero means "not this one".
	wanted := wishes[:0]
	for i, tag := range wishes {
		if weights[i] > 0 {
			wanted = append(wanted, tag)
		}
	}
	if len(wanted) == 0 {
		return ""
	}
	_, index, confidence := c.matcher.Match(wanted...)
	if confidence == language.No {
		return ""
	}
	return c.locales[index]
}
