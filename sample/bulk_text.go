package sample

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lodge/markup"
	"lodge/models"
)

// reporter is who files the next ticket: one in four is new, the others come again, a few
// of them very often.
func (g *generator) reporter(at models.Stamp) int64 {
	if len(g.contacts) > 0 && g.r.IntN(4) > 0 {
		return g.known()
	}
	c := contact{created: at, proves: g.r.IntN(5) > 0}
	if c.proves {
		// By something else than a reply, such as a mail's link that was only read.
		c.proven = min(at.Add(time.Duration(1+g.r.IntN(120))*time.Minute), models.At(g.Now))
	}
	g.contacts = append(g.contacts, c)
	id := int64(len(g.contacts))
	first, last := firstNames[g.r.IntN(len(firstNames))], lastNames[g.r.IntN(len(lastNames))]
	address := fmt.Sprintf("%s.%s.%d@%s.example", strings.ToLower(first), strings.ToLower(last), id, g.words.nouns[g.words.noun.Uint64()])
	row := models.Contact{ID: id, Address: address, AddressKey: address, Name: first + " " + last, Locale: "en", Origin: models.OriginWeb, ProvenAt: c.proven, CreatedAt: at}
	if g.r.IntN(12) == 0 {
		row.Name = ""
	}
	g.rows.Contacts = append(g.rows.Contacts, row)
	g.contacts[id-1].company = g.employ(id, at)
	return id
}

// known draws one of the contacts so far, early ones far more often.
func (g *generator) known() int64 {
	u := g.r.Float64()
	return int64(u*u*float64(len(g.contacts))) + 1
}

// body is a message of about 55 words in one or two paragraphs, with the HTML that
// package markup makes of it: nothing in it needs escaping or has a meaning.
func (g *generator) body() (body, html string) {
	var b, h strings.Builder
	n := 3 + g.r.IntN(5)
	turn := -1
	if n > 4 {
		turn = 2 + g.r.IntN(n-3)
	}
	h.WriteString("<p>")
	for i := range n {
		switch {
		case i == turn:
			b.WriteString("\n\n")
			h.WriteString("</p>\n<p>")
		case i > 0:
			b.WriteByte(' ')
			h.WriteByte(' ')
		}
		s := g.sentences[g.r.IntN(len(g.sentences))]
		b.WriteString(s)
		h.WriteString(s)
	}
	h.WriteString("</p>\n")
	return b.String(), h.String()
}

// referenceLetters are those of secret.Reference.
const referenceLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// reference gives each number another code: multiplying by what shares no factor with the
// number of codes visits every one of them before any comes again.
func reference(n int64) string {
	const codes = 31 * 31 * 31 * 31 * 31
	x := (n*17_650_217 + 9_041_113) % codes
	var c [5]byte
	for i := range c {
		c[i] = referenceLetters[x%31]
		x /= 31
	}
	return string(c[:2]) + "-" + string(c[2:])
}

// pidLetters are those of secret.PublicID in the order of their bytes.
const pidLetters = "234567abcdefghijklmnopqrstuvwxyz"

// pid makes public ids that grow: each goes to the end of its index.
func (g *generator) pid(n int64) string {
	// Half of the letters count, in steps as wide as the largest load allows.
	const most = 1 << 27
	high := uint64(n)*((1<<40)/most) + g.r.Uint64N((1<<40)/most)
	low := g.r.Uint64()
	var c [16]byte
	for i := 7; i >= 0; i-- {
		c[i], high = pidLetters[high%32], high/32
		c[i+8], low = pidLetters[low%32], low/32
	}
	return string(c[:])
}

// collections makes a dozen for each project.
func (g *generator) collections() {
	if g.Articles == 0 {
		return
	}
	id := int64(0)
	for _, p := range g.projects {
		for i, name := range shuffled(g.r, nouns)[:12] {
			id++
			p.collections = append(p.collections, id)
			g.rows.Collections = append(g.rows.Collections, models.Collection{ID: id, ProjectID: p.ID, Slug: name, Name: strings.ToUpper(name[:1]) + name[1:],
				Summary: g.words.fill("Everything about the N and the A N."), Position: int64(i)})
		}
	}
}

// article makes one article with headings, a list and a hint, as package desk would show it.
func (g *generator) article(i int) {
	p := g.projects[g.pick(70, 20, 10)]
	g.articleIDs++
	title := g.words.fill(articleTitles[g.r.IntN(len(articleTitles))])
	created := models.At(g.Now.Add(-span + time.Duration(i)*(span/time.Duration(g.Articles))))
	updated := created + models.Stamp(g.r.Int64N(int64(models.At(g.Now)-created)+1))
	a := models.Article{ID: g.articleIDs, ProjectID: p.ID, CollectionID: &p.collections[g.r.IntN(len(p.collections))], Slug: p.slug(title), Title: title,
		Summary: g.words.fill("What to know when you V the A N of W."), Body: g.markdown(), MarkupVersion: markup.Version, Locale: "en", Version: 1,
		Visibility: []string{models.VisibilityPublic, models.VisibilityInternal, models.VisibilityDraft}[g.pick(92, 5, 3)],
		Views:      int64(g.r.ExpFloat64() * 200), CreatedAt: created, UpdatedAt: updated}
	if a.Visibility == models.VisibilityPublic {
		a.PublishedAt = created
		if len(g.out.ArticlePaths) < mostPaths {
			g.out.ArticlePaths = append(g.out.ArticlePaths, "/doc/"+p.Slug+"/"+a.Slug)
		}
	} else {
		a.Views = 0
	}
	render(&a)
	g.rows.Articles = append(g.rows.Articles, a)
	g.rows.Changes = append(g.rows.Changes, models.Change{Noun: "article", NounID: a.ID, At: updated})
}

// render makes what readers see out of an article's Markdown.
func render(a *models.Article) {
	html, toc, plain := markup.Article(a.Body)
	a.HTML, a.Plain, a.MarkupVersion = html, plain, markup.Version
	if toc == nil {
		toc = []markup.Heading{}
	}
	raw, _ := json.Marshal(toc)
	a.TOC = string(raw)
}

func (g *generator) markdown() string {
	var b strings.Builder
	paragraph := func(n int) {
		for i := range n {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(g.sentences[g.r.IntN(len(g.sentences))])
		}
		b.WriteString("\n\n")
	}
	paragraph(2)
	for range 2 + g.r.IntN(2) {
		b.WriteString("## " + g.words.fill("V the A N") + "\n\n")
		paragraph(2 + g.r.IntN(2))
		for n := range 3 {
			fmt.Fprintf(&b, "%d. %s\n", n+1, g.words.fill("V the N in W and V it"))
		}
		b.WriteByte('\n')
	}
	b.WriteString("> " + g.words.fill("The A N needs a W first.") + "\n")
	return b.String()
}

// slug makes a free public name from a title.
func (p *bulkProject) slug(title string) string {
	base := slugOf(title)
	slug := base
	for n := 2; p.slugs[slug]; n++ {
		slug = fmt.Sprintf("%s-%d", base, n)
	}
	p.slugs[slug] = true
	return slug
}

// slugOf makes a public name: small letters, digits and hyphens.
func slugOf(title string) string {
	title = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss").Replace(strings.ToLower(title))
	words := strings.FieldsFunc(title, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words, "-")
}
