package sample

import (
	"math/rand/v2"
	"strings"
)

// What bulk texts are made of: words that people write to a helpdesk, so that articles
// and searches share stems as they do in earnest.
var (
	nouns = strings.Fields(`account address alert amount answer app archive area attachment attempt backup balance banner battery billing bill board bonus
		bookmark box branch browser bucket budget bug button cable cache calendar call camera card cart case category certificate chain change channel charge chart
		chat check checkout client clock cloud code collection colour column comment company computer connection contact contract copy cost country coupon cover
		credit crop currency customer dashboard data database date day deadline delivery desk detail device dialog discount disk display document domain door draft
		drive driver duplicate edge editor email engine entry envelope error event exchange export extension factory fault feature fee field file filter firewall
		firmware folder font form format frame front gallery gateway glass goal grant graph group guest guide handle header history holiday home hook host hour
		icon image import inbox index input install interface invitation invoice issue item job journal key keyboard label language laptop layout ledger length
		level library licence limit line link list location lock log login logo loop mail map margin mark market measure member memory menu message meter method
		migration minute mirror mobile mode model module money monitor month mouse network note notice number object offer office option order outage output owner
		package page panel paper parcel part partner password path pattern payment period permission phone photo picture pipe place plan platform plugin point
		policy port position post preview price printer priority process product profile program project prompt proxy purchase quality query question queue quote
		range rate reader reason receipt record refund region release reminder renewal reply report request reseller reset resource response restore result return
		review role room route row rule sale sample scale scan schedule screen script search season seat section sender series server service session setting
		shape shelf shipment shop sign signal signature site size slot snapshot socket software sound source space speed staff stage stamp standard start state
		statement station status step stock stop storage store stream street string style subject subscription sum summary supplier support switch symbol sync
		system tab table tablet tag target task tax team template terminal test text theme thread ticket tile time timer title token tool total track traffic
		transfer trial trigger type unit update upgrade upload user value vendor version video view visit voice volume voucher wallet warehouse warning watch
		website week weight widget width window wire word worker workflow workspace year zone`)
	verbs = strings.Fields(`accept access activate add adjust allow apply approve archive arrange ask assign attach block book build buy calculate call cancel change
		charge check choose clear click close collect combine compare complete confirm connect contact convert copy correct create cut deactivate decline define
		delete deliver deploy detect disable discard display download drag edit enable enter exceed exchange expand expect expire explain export extend fail fetch
		fill filter find finish fix follow forget format forward freeze generate grant group guess handle hide hold identify ignore import improve include increase
		insert inspect install invite join keep launch leave limit link list load lock lose manage mark match measure merge migrate miss monitor mount move name
		notice offer open order organise overwrite pair pause pay pick plan post prepare press prevent preview print process protect prove publish pull push read
		receive recognise recommend record recover reduce refresh refund refuse register reject release remember remove rename renew repair repeat replace reply
		report request require reset resize resolve restart restore resume retry return revert review rotate run save scan schedule scroll search select send
		separate set share ship show shrink sign skip sort split start stop store submit subscribe suggest switch sync tag test track transfer translate trust turn
		type undo unlock update upgrade upload use validate verify view wait warn wipe withdraw work write zoom`)
	adjectives = strings.Fields(`able active annual automatic available bad basic big blank blue broken careful cheap clean clear closed cold common complete
		constant correct critical current custom daily damaged dark dead deep default different direct dirty double dry dull early easy empty encrypted entire
		exact expired external extra fair false fast fatal final fine first flat foreign formal free frequent fresh full future general gentle global good green
		grey hard heavy hidden high hourly huge idle immediate incomplete incorrect individual initial inner instant internal invalid key large last late latest
		legal light likely limited little local locked long loose lost loud low main major manual maximum medium minimal minor missing mixed mobile modern monthly
		multiple narrow national near new next noisy normal obvious odd offline old online open optional orange original outer paid partial past perfect
		permanent personal plain poor possible precise previous primary private prompt proper public quick quiet random rapid rare raw ready real recent red
		regular related remote repeated right round safe same scheduled second secure selected separate serious shared sharp short silent similar simple single
		slow small smooth soft solid special stable stale standard static steady strange strict strong stuck sudden suitable sure temporary thick thin tight tiny
		total typical unable unexpected unique unknown unused upper urgent useful usual valid various visible warm weak weekly whole wide wrong yearly yellow young`)
	// Endings and beginnings make the long tail out of the same stems.
	endings    = []string{"ing", "ed", "er", "able", "ment", "less", "ful"}
	beginnings = []string{"re", "un", "auto", "multi", "sub", "pre", "co", "over"}
	syllables  = strings.Fields(`ba ber bor cal cor da den dor el fen gar hal ir jun kar lo lum mar mer nav nor or pal per quin ra ren sal sol ta tel tor ul van ver vor wes xen yor zan`)
	firstNames = strings.Fields(`Alma Amir Anouk Arjun Bela Bruno Cara Chen Clara Dana Dario Edda Elif Enzo Esra Fatou Fiona Gil Greta Hugo Ida Ilya Inga Ivo Jana Joel
		Juna Kaan Kaja Kofi Lars Leyla Liam Lou Maja Marco Mei Milan Mona Nils Noor Olga Omar Oona Pavel Petra Rafa Rhea Runa Sami Sena Silas Tara Theo Tilda Uma Vito
		Wanda Yara Yusuf Zoe`)
	lastNames = strings.Fields(`Abel Adeyemi Almeida Bakker Barros Becker Bergman Castell Cohen Dahl Dubois Eriksen Farkas Ferrari Fischer Fontaine Garcia Haas Hansen
		Ibrahim Ivanova Jansen Kaya Keller Kim Kovac Kruger Laurent Lehmann Lindgren Maric Meyer Moreau Nakamura Nguyen Nowak Olsen Patel Pereira Petrov Quist Rahman
		Richter Rossi Santos Schmid Sharma Silva Stein Suzuki Tanaka Torres Urban Vogel Wagner Weber Winter Yilmaz Zhang Zimmer`)
)

// vocabulary draws words so that a few are everywhere and most are rare, as in any
// language (Zipf).
type vocabulary struct {
	all, nouns, verbs, adjectives []string
	r                             *rand.Rand
	tail, noun, verb, adjective   *rand.Zipf
}

func newVocabulary(r *rand.Rand) *vocabulary {
	v := &vocabulary{nouns: shuffled(r, nouns), verbs: shuffled(r, verbs), adjectives: shuffled(r, adjectives), r: r}
	seen := map[string]bool{}
	add := func(word string) {
		if !seen[word] {
			seen[word] = true
			v.all = append(v.all, word)
		}
	}
	for _, list := range [][]string{v.nouns, v.verbs, v.adjectives} {
		for _, word := range list {
			add(word)
		}
	}
	common := shuffled(r, v.all)
	v.all = common
	for _, word := range v.verbs {
		for _, ending := range endings {
			add(strings.TrimSuffix(word, "e") + ending)
		}
	}
	for _, word := range v.verbs {
		add(beginnings[r.IntN(len(beginnings))] + word)
	}
	// Names of products and places: words that stand in one article and nowhere else.
	for range 1500 {
		name := ""
		for range 2 + r.IntN(2) {
			name += syllables[r.IntN(len(syllables))]
		}
		add(name)
	}
	v.tail = zipf(r, len(v.all))
	v.noun, v.verb, v.adjective = zipf(r, len(v.nouns)), zipf(r, len(v.verbs)), zipf(r, len(v.adjectives))
	return v
}

func zipf(r *rand.Rand, n int) *rand.Zipf { return rand.NewZipf(r, 1.07, 8, uint64(n-1)) }

func shuffled(r *rand.Rand, words []string) []string {
	out := append([]string(nil), words...)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// fill replaces the letters of a pattern that stand for words: N a noun, V a verb, A an
// adjective, W any word, P the name of a place or product, # a number.
func (v *vocabulary) fill(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		alone := (i == 0 || !letter(pattern[i-1])) && (i+1 == len(pattern) || !letter(pattern[i+1]))
		switch {
		case alone && c == 'N':
			b.WriteString(v.nouns[v.noun.Uint64()])
		case alone && c == 'V':
			b.WriteString(v.verbs[v.verb.Uint64()])
		case alone && c == 'A':
			b.WriteString(v.adjectives[v.adjective.Uint64()])
		case alone && c == 'W':
			b.WriteString(v.all[v.tail.Uint64()])
		case alone && c == 'P':
			word := v.all[len(v.all)-1-v.r.IntN(1400)]
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		case c == '#':
			b.WriteString([]string{"2", "3", "4", "5", "12", "15", "30", "48", "90", "404", "500", "2024"}[v.r.IntN(12)])
		default:
			b.WriteByte(c)
		}
	}
	s := b.String()
	return strings.ToUpper(s[:1]) + s[1:]
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

var sentences = []string{
	"The A N does not V any more since the last N.",
	"When I V the N, the N shows a A N and then nothing happens.",
	"We V the N every N, and until last week it was A.",
	"I tried to V the N again on another N, with the same A N.",
	"Could you please V the N for our N in P?",
	"It says that the N is A, but the N of W and W is still there.",
	"Our N needs the A N before the end of the N.",
	"After # minutes the N stops and the W is A.",
	"I have attached the N and a N of the A W.",
	"Is there a way to V the N without the W?",
	"Please V the N first and then V the A N once more.",
	"We have changed the N on our side, so the N should V within # minutes.",
	"The reason is a A N in the W of the N.",
	"You can V it under N, then N, then W.",
	"If the N stays A, send us the N and the N of your W.",
	"Thank you for the A N and for your patience.",
	"I am sorry for the trouble with the N.",
	"My colleague in P sees the A N too, but only with the W N.",
	"The number on the N is # and the W ends in #.",
	"This has happened # times since the N of the W.",
	"Nothing else has changed here except the N and a A W.",
	"We can V the N again as soon as the W is A.",
}

var titles = []string{
	"Cannot V the N after the W N", "N does not V", "A N on the N page", "How can I V a A N?", "N of W is A", "W N missing from the N", "Error # when I V the N",
	"N and N are A", "Please V our N for P", "Question about the A N", "The W N stops after # minutes", "P: N does not V the W", "Refund for a A N",
	"V the N of a A W", "N shows the A N", "Slow N when we V W", "Wrong N on the W N", "N from P never arrives",
}

var articleTitles = []string{
	"How to V a A N", "V your N with a W N", "Why the N is A and what to do", "N and N settings explained", "Fix a A N in P", "Moving a N to a A W",
	"The W N, step by step", "What happens when you V a N", "Limits of the A N", "V W and N in one go", "Error #: the N does not V", "Choosing a A N for your W",
	"P and the A N", "Before you V the N", "N checklist for a A W", "Working with W in the N", "Sharing a N with P", "Keep the W N A",
}
