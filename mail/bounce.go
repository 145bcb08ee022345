package mail

import (
	"regexp"
	"slices"
	"strings"

	"lodge/address"
)

// maxBounced is how many recipients of one report are kept.
const maxBounced = 40

// bounced reads what a machine says of a delivery. It repeats only what the report says; whether
// the mail was ours is for others to find out (A23).
func (p *Parsed) bounced(h header, rep *report) (*Bounced, string) {
	if rep != nil && rep.kind == "delivery-status" {
		b := &Bounced{Recipients: statusOf(rep.status), MailID: originalID(rep.original)}
		if b.MailID == "" {
			b.MailID = p.namedID(h)
		}
		if len(b.Recipients) == 0 && failed(rep.status, p.Full) {
			b.Recipients = recipientsIn(h, p.Full)
		}
		return b, "a delivery status notification"
	}
	local, _, _ := strings.Cut(strings.ToLower(p.From.Addr), "@")
	if p.From.Addr == "" { // MAILER-DAEMON without a domain
		local = strings.ToLower(strings.Trim(strings.TrimSpace(decodeWords(h.get("from"))), `"<> `))
	}
	daemon := strings.HasPrefix(local, "mailer-daemon") || strings.HasPrefix(local, "mailer_daemon") || local == "postmaster" || strings.HasPrefix(local, "mail delivery s") || strings.HasPrefix(local, "microsoftexchange")
	null := nullSender(h)
	said := strings.ToLower(p.Subject + "\n" + p.Full[:min(len(p.Full), 4000)])
	words := failureWords.MatchString(said)
	switch {
	case h.has("x-failed-recipients"):
	case daemon && (null || words || token(h.get("auto-submitted")) == "auto-replied"):
	case null && failureSubject.MatchString(p.Subject) && words:
	case qmail.MatchString(said) && !h.has("in-reply-to"):
	default:
		return nil, ""
	}
	b := &Bounced{Recipients: recipientsIn(h, p.Full)}
	if rep != nil {
		b.MailID = originalID(rep.original)
	}
	if b.MailID == "" {
		b.MailID = p.namedID(h)
	}
	return b, "a mail server's notice of failure"
}

func originalID(h header) string {
	if ids := idsOf(h, "message-id"); len(ids) > 0 {
		return ids[0]
	}
	return messageID(h.get("message-id"))
}

var returnedID = regexp.MustCompile(`(?im)^[> \t]*message-id:\s*(<[!#-;=?A-\[\]-~]{1,200}@[A-Za-z0-9.:\[\]-]{1,200}>)`)

// namedID is the mail a notice is about where it returns no header of its own: the returned copy
// inside the text, a returned mail among the files, or the mail it answers.
func (p *Parsed) namedID(h header) string {
	if m := returnedID.FindStringSubmatch(p.Full); m != nil {
		return m[1]
	}
	for _, f := range p.Files {
		if f.Type == "message/rfc822" || f.Type == "text/rfc822-headers" {
			returned, _, _ := readHeader(f.Bytes[:min(len(f.Bytes), maxHeader)])
			if id := originalID(returned); id != "" {
				return id
			}
		}
	}
	for _, ids := range [][]string{idsOf(h, "x-original-message-id"), p.InReplyTo, p.References} {
		if len(ids) > 0 {
			return ids[len(ids)-1]
		}
	}
	return ""
}

// statusOf reads the fields of a delivery status (RFC 3464): the first group is about the mail,
// each other about one recipient. Who got the mail is left out.
func statusOf(text string) []BouncedTo {
	var all []BouncedTo
	rest := []byte(text)
	for len(rest) > 0 && len(all) < maxBounced {
		var group header
		for len(rest) > 0 && (rest[0] == '\n' || rest[0] == '\r' || rest[0] == ' ' || rest[0] == '\t') { // empty lines between
			_, rest = nextLine(rest)
		}
		if len(rest) == 0 {
			break
		}
		before := len(rest)
		if group, rest, _ = readHeader(rest); len(rest) == before {
			break
		}
		switch token(group.get("action")) {
		case "delivered", "relayed", "expanded":
			continue
		}
		to := fieldValue(group.get("final-recipient"))
		if original := fieldValue(group.get("original-recipient")); original != "" {
			to = original // the address we wrote to, before it was forwarded on
		}
		if _, err := address.Canonical(to); err != nil {
			continue
		}
		detail := fieldValue(group.get("diagnostic-code"))
		status := statusShape.FindString(group.get("status"))
		if status == "" || strings.HasSuffix(status, ".0.0") {
			if better := statusShape.FindString(detail); better != "" && (status == "" || better[0] == status[0]) {
				status = better
			}
		}
		hard := strings.HasPrefix(status, "5")
		if status == "" {
			hard = token(group.get("action")) == "failed"
		}
		if token(group.get("action")) == "delayed" {
			hard = false
		}
		all = append(all, BouncedTo{Address: to, Status: status, Hard: hard, Detail: clean(decodeWords(detail), 400)})
	}
	return all
}

var statusShape = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)

// fieldValue is what stands behind the type of a typed field: "rfc822; ada@kunde.example".
// Where an address stands there, in our spelling.
func fieldValue(s string) string {
	kind, value, ok := strings.Cut(s, ";")
	if !ok {
		value = kind
	}
	value = strings.Trim(strings.TrimSpace(value), "<>")
	if canonical, err := address.Canonical(value); err == nil {
		return canonical
	}
	if strings.HasSuffix(strings.ToLower(strings.TrimSpace(kind)), "822") || strings.Contains(strings.ToLower(kind), "utf-8") {
		return "" // it should be an address and is none
	}
	return value
}

var (
	qmail          = regexp.MustCompile(`hi\. this is the (?:qmail-send|deliver) program|this is the (?:mail system|postfix program) at host`)
	failureSubject = regexp.MustCompile(`(?i)undeliver|unzustellbar|delivery (?:status|failure|report|has failed)|failure notice|returned mail|mail delivery|nicht zugestellt|non remis|no entregado|mancato recapito|onbestelbaar|não entregue|could not be delivered|delivery incomplete`)
	failureWords   = regexp.MustCompile(`(?i)undeliver|unzustellbar|could not (?:be )?deliver|couldn't (?:be )?deliver|wasn't delivered|not (?:be )?delivered|delivery (?:status|failure|failed|has failed|to the following|incomplete)|failed permanently|permanent(?:ly)? (?:error|fail)|fatal errors|returned mail|failure notice|did not reach|recipient address rejected|address not found|user unknown|mailbox (?:unavailable|full|not found)|no such user|(?:konnte|konnten) nicht zugestellt|wurde nicht zugestellt|n'a pas pu être|no se ha podido entregar|non è stato possibile consegnare|nie można dostarczyć|will not be retried|giving up on`)
	returnedBelow  = regexp.MustCompile(`(?im)^-{2,} ?(?:below this line is a copy|this is a copy|original message|the header of the original|returned message|copy of|includes? the).*$|^(?:original message headers|-----original message-----|return-path:|received:).*$`)
	soft           = regexp.MustCompile(`(?i)\b4\.\d\.\d{1,3}\b|\b4[25]\d[ -]|mailbox (?:is )?full|over quota|quota exceeded|try again|temporar|will retry|delayed|greylist`)
	hardWords      = regexp.MustCompile(`(?i)user unknown|unknown user|no such user|does(?:n't| not) exist|address not found|mailbox not found|recipient (?:address )?rejected|invalid recipient|unrouteable|no mailbox here|permanent|could ?n[o']t be found|host or domain name not found|\b55[0134]\b`)
	someAddress    = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}`)
)

func failed(status, text string) bool {
	return strings.Contains(strings.ToLower(status), "failed") || failureWords.MatchString(text[:min(len(text), 4000)])
}

// recipientsIn reads a notice for people: the addresses it names above the returned mail, each
// with the status on the lines after it.
func recipientsIn(h header, text string) []BouncedTo {
	text = text[:min(len(text), 16<<10)]
	if at := returnedBelow.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	ours := map[string]bool{}
	for _, name := range []string{"to", "from"} {
		to, _ := addressList(h, name)
		for _, a := range to {
			ours[a.Addr] = true // the notice went there
		}
	}
	var all []BouncedTo
	add := func(addr, said string) {
		canonical, err := address.Canonical(strings.Trim(addr, ".'"))
		if err != nil || len(all) >= maxBounced || slices.ContainsFunc(all, func(b BouncedTo) bool { return b.Address == canonical }) {
			return
		}
		said = strings.TrimLeft(said, ">:;, \t\r\n")
		b := BouncedTo{Address: canonical, Status: statusShape.FindString(said), Detail: clean(said, 400)}
		switch {
		case b.Status != "":
			b.Hard = b.Status[0] == '5'
		default:
			b.Hard = hardWords.MatchString(said) && !soft.MatchString(said)
		}
		all = append(all, b)
	}
	for _, value := range h.all("x-failed-recipients") {
		for _, piece := range splitAddresses(value[:min(len(value), maxOneValue)], maxBounced) {
			said := text
			if at := strings.Index(strings.ToLower(text), strings.ToLower(piece)); at >= 0 {
				said = text[at+len(piece):]
			}
			add(piece, said[:min(len(said), 600)])
		}
	}
	if len(all) > 0 {
		return all
	}
	found := someAddress.FindAllStringIndex(text, maxBounced)
	for i, at := range found {
		end := min(at[1]+600, len(text))
		if i+1 < len(found) {
			end = min(end, found[i+1][0])
		}
		if addr := text[at[0]:at[1]]; !ours[addr] && !strings.HasPrefix(strings.ToLower(addr), "postmaster@") && !strings.HasPrefix(strings.ToLower(addr), "mailer-daemon@") {
			add(addr, text[at[1]:end])
		}
	}
	return all
}
