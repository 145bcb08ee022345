package desk

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"

	"lodge/models"
)

//go:embed common_passwords.txt
var commonPasswords string

// commonList holds well-known passwords, in small letters, without what is put around them.
var commonList = func() map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(commonPasswords) {
		all[word] = true
	}
	return all
}()

// CheckCustomerPassword collects what is wrong with a customer's new password under "password":
// its length, and whether it is among the first that anybody would try (CP-1). own are words that
// say who it belongs to: the address, the name, the workspace.
func CheckCustomerPassword(password string, v *models.Invalid, own ...string) {
	CheckPassword(password, v)
	if v.Err() == nil && weak(password, own) {
		v.Add("password", "portal.account.error.common")
	}
}

// weak says whether a password is easily guessed, without asking anybody: what is left of it
// when digits and signs at its ends are taken away is a common word, one of own, or short; or it
// has few different characters, or runs along the alphabet or the keyboard.
func weak(password string, own []string) bool {
	low := strings.ToLower(password)
	core := strings.TrimFunc(low, func(r rune) bool { return !unicode.IsLetter(r) })
	plain := unleet(core)
	if commonList[low] || commonList[core] || commonList[plain] || commonList[halves(core)] || commonList[halves(low)] {
		return true
	}
	for _, word := range own {
		for part := range strings.FieldsFuncSeq(strings.ToLower(word), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len(part) >= 4 && (core == part || halves(core) == part || strings.Contains(core, part) && len([]rune(core)) < len([]rune(part))+4) {
				return true
			}
		}
	}
	letters := []rune(low)
	slices.Sort(letters)
	if len(slices.Compact(letters)) < 5 {
		return true
	}
	return runs(low)
}

// halves gives the word that a text repeats, or the text.
func halves(text string) string {
	for n := 1; n <= len(text)/2; n++ {
		if len(text)%n == 0 && strings.Repeat(text[:n], len(text)/n) == text {
			return text[:n]
		}
	}
	return text
}

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

func unleet(text string) string { return leet.Replace(text) }

// rows are what fingers run along.
var rows = []string{"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"}

// runs says whether three quarters of a password follow each other on one of the rows, in either
// direction.
func runs(text string) bool {
	letters := []rune(text)
	follow := 0
	for i := 1; i < len(letters); i++ {
		pair, back := string(letters[i-1:i+1]), string([]rune{letters[i], letters[i-1]})
		if slices.ContainsFunc(rows, func(row string) bool { return strings.Contains(row, pair) || strings.Contains(row, back) }) {
			follow++
		}
	}
	return follow*4 >= (len(letters)-1)*3
}
