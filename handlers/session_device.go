package handlers

import (
	"encoding/json"
	"strings"
)

// sessionNotes is what the row of a session remembers besides its owner: the browser, and how a
// customer signed in.
type sessionNotes struct {
	Device string `json:"device,omitempty"`
	Method string `json:"method,omitempty"`
}

func (n sessionNotes) String() string {
	raw, _ := json.Marshal(n)
	return string(raw)
}

func readSessionNotes(stored string) sessionNotes {
	var n sessionNotes
	_ = json.Unmarshal([]byte(stored), &n)
	return n
}

// What browsers and systems call themselves, the telling words first: each one also claims to
// be several others.
var (
	browserWords = [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systemWords  = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// device is a browser in two words, so that people recognise their own in a list. It proves nothing.
func device(userAgent string) string {
	var parts []string
	for _, list := range [][][2]string{browserWords, systemWords} {
		for _, word := range list {
			if strings.Contains(userAgent, word[0]) {
				parts = append(parts, word[1])
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}
