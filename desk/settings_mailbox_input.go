package desk

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
)

// MailNoSignIn is the choice of a server that asks for no sign-in; it is kept as an empty user.
const MailNoSignIn = "none"

// MailboxInput is a mailbox as its form sends it. What belongs to a choice that is not taken is
// not looked at and stays as it was.
type MailboxInput struct {
	Address string
	// Aliases are the other addresses, one a line.
	Aliases         string
	FromName        string
	Receive         string
	Plus            bool
	TrustedReceiver string
	IMAP            MailServerInput
	Folder, After   string
	Send            string
	SMTP            MailServerInput
	Version         int64
}

// MailServerInput is a server with a sign-in. The secrets are Password, ClientSecret and
// RefreshToken: in a sheet they are empty, and Has says which are kept.
type MailServerInput struct {
	Host, Port, TLS, Auth, User                                     string
	Password, TokenURL, ClientID, ClientSecret, RefreshToken, Scope string
	HasPassword, HasClientSecret, HasRefreshToken                   bool
}

func mailboxInput(m *models.Mailbox, imap, smtp MailAccount, version int64) MailboxInput {
	in := MailboxInput{Address: m.Address, Aliases: strings.Join(m.Aliases, "\n"), FromName: m.FromName, Receive: m.Receive, Plus: m.Plus, TrustedReceiver: m.TrustedReceiver,
		Folder: m.IMAPFolder, After: m.IMAPAfter, Send: m.Send, Version: version,
		IMAP: serverInput(m.IMAPHost, m.IMAPPort, m.IMAPTLS, m.IMAPAuth, m.IMAPUser, imap),
		SMTP: serverInput(m.SMTPHost, m.SMTPPort, m.SMTPTLS, m.SMTPAuth, m.SMTPUser, smtp)}
	if m.Send == models.SendOwn && m.SMTPUser == "" {
		in.SMTP.Auth = MailNoSignIn
	}
	return in
}

func serverInput(host string, port int, tls, auth, user string, a MailAccount) MailServerInput {
	return MailServerInput{Host: host, Port: strconv.Itoa(port), TLS: tls, Auth: auth, User: user, TokenURL: a.TokenURL, ClientID: a.ClientID, Scope: a.Scope,
		HasPassword: a.Password != "", HasClientSecret: a.ClientSecret != "", HasRefreshToken: a.RefreshToken != ""}
}

const (
	// maxAliases bounds the other addresses of one mailbox.
	maxAliases = 50
	maxSecret  = 8000
)

var (
	hostShape     = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$`)
	receiverShape = regexp.MustCompile(`^[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?$`)
	senderVar     = regexp.MustCompile(`\{([^{}]{0,80})\}`)
)

// fillMailbox checks what was typed and writes it into a mailbox; in an error nothing is to be
// kept.
func (d *Desk) fillMailbox(cat *models.Catalog, m *models.Mailbox, in MailboxInput) error {
	var v models.Invalid
	canonical, err := address.Canonical(in.Address)
	if err != nil {
		v.Add("address", "agent.mailbox.error.address")
	} else {
		m.Address, m.AddressKey = canonical, address.Key(canonical)
		checkTaken(&v, cat, m, "address", canonical)
	}
	m.Aliases = checkAliases(&v, cat, m, in.Aliases)
	if m.FromName = line(in.FromName); utf8.RuneCountInString(m.FromName) > 140 {
		v.Add("from_name", "agent.settings.error.text", "Max", 140)
	}
	for _, found := range senderVar.FindAllStringSubmatch(m.FromName, -1) {
		if !slices.Contains(models.MailboxSenderVars, found[1]) {
			v.Add("from_name", "agent.mailbox.error.variable", "Name", found[0])
		}
	}
	if strings.ContainsAny(senderVar.ReplaceAllString(m.FromName, ""), "{}") {
		v.Add("from_name", "agent.mailbox.error.braces")
	}
	if m.Receive = in.Receive; !slices.Contains([]string{models.ReceiveNone, models.ReceiveIMAP, models.ReceiveListener}, in.Receive) {
		v.Add("receive", "agent.settings.error.choice")
	}
	if m.Send = in.Send; !slices.Contains([]string{models.SendWorkspace, models.SendOwn}, in.Send) {
		v.Add("send", "agent.settings.error.choice")
	}
	if m.Receive != models.ReceiveNone {
		m.TrustedReceiver = checkReceiver(&v, in.TrustedReceiver)
	}
	if m.Receive == models.ReceiveIMAP {
		old, err := d.IMAPAccount(m)
		if err != nil {
			return err
		}
		s, account := checkServer(&v, "imap_", in.IMAP, m.IMAPHost, old)
		m.IMAPHost, m.IMAPPort, m.IMAPTLS, m.IMAPAuth, m.IMAPUser = s.host, s.port, s.tls, s.auth, s.user
		if account != old {
			m.IMAPSecret = d.hideAccount(hideIMAP, account)
		}
		// Our own server always delivers them.
		m.Plus = in.Plus
		if m.IMAPFolder = line(in.Folder); m.IMAPFolder == "" {
			m.IMAPFolder = "INBOX"
		}
		if utf8.RuneCountInString(m.IMAPFolder) > 200 {
			v.Add("imap_folder", "agent.settings.error.text", "Max", 200)
		}
		if m.IMAPAfter = in.After; !slices.Contains([]string{models.AfterKeep, models.AfterSeen, models.AfterDelete}, in.After) {
			v.Add("imap_after", "agent.settings.error.choice")
		}
	}
	if m.Send == models.SendOwn {
		old, err := d.SMTPAccount(m)
		if err != nil {
			return err
		}
		s, account := checkServer(&v, "smtp_", in.SMTP, m.SMTPHost, old)
		m.SMTPHost, m.SMTPPort, m.SMTPTLS, m.SMTPAuth, m.SMTPUser = s.host, s.port, s.tls, s.auth, s.user
		if account != old {
			m.SMTPSecret = d.hideAccount(hideSMTP, account)
		}
	}
	return v.Err()
}

// checkTaken refuses an address whose mail arrives in another mailbox already.
func checkTaken(v *models.Invalid, cat *models.Catalog, m *models.Mailbox, field, addr string) {
	key := address.Key(addr)
	for _, p := range cat.Projects {
		for _, other := range p.Mailboxes {
			if other.ID != m.ID && reaches(other, key) {
				v.Add(field, "agent.mailbox.error.taken", "Address", addr, "Project", p.Name)
			}
		}
	}
}

func checkAliases(v *models.Invalid, cat *models.Catalog, m *models.Mailbox, typed string) []string {
	var all []string
	keys := []string{m.AddressKey}
	for _, word := range strings.FieldsFunc(typed, func(r rune) bool { return r == '\n' || r == '\r' || r == ',' || r == ';' || r == ' ' || r == '\t' }) {
		alias, err := address.Canonical(word)
		if err != nil {
			v.Add("aliases", "agent.mailbox.error.alias", "Address", word)
			continue
		}
		if key := address.Key(alias); !slices.Contains(keys, key) {
			checkTaken(v, cat, m, "aliases", alias)
			all, keys = append(all, alias), append(keys, key)
		}
	}
	if len(all) > maxAliases {
		v.Add("aliases", "agent.mailbox.error.aliases", "Max", maxAliases)
		all = all[:maxAliases]
	}
	return all
}

func checkReceiver(v *models.Invalid, typed string) string {
	receiver := strings.ToLower(line(typed))
	if receiver != "" && !receiverShape.MatchString(receiver) {
		v.Add("trusted_receiver", "agent.mailbox.error.receiver")
	}
	return receiver
}

type server struct {
	host, tls, auth, user string
	port                  int
}

// checkServer checks a server and its sign-in. A secret that is left empty stays the old one, but
// only for the server it was given for: who may change a host must not be sent a password that
// somebody else has typed.
func checkServer(v *models.Invalid, prefix string, in MailServerInput, oldHost string, old MailAccount) (server, MailAccount) {
	s := server{host: strings.TrimSuffix(strings.ToLower(strings.Trim(line(in.Host), "[]")), "."), tls: in.TLS, auth: in.Auth, user: line(in.User)}
	_, notIP := netip.ParseAddr(s.host)
	if s.host == "" || len(s.host) > 253 || notIP != nil && (!hostShape.MatchString(s.host) || strings.Trim(s.host, "0123456789.") == "") {
		v.Add(prefix+"host", "agent.mailbox.error.host")
	}
	var err error
	if s.port, err = strconv.Atoi(strings.TrimSpace(in.Port)); err != nil || s.port < 1 || s.port > 65535 {
		v.Add(prefix+"port", "agent.mailbox.error.port")
	}
	if !slices.Contains([]string{"tls", "starttls", "none"}, s.tls) {
		v.Add(prefix+"tls", "agent.settings.error.choice")
	}
	if s.auth == MailNoSignIn && prefix == "smtp_" {
		s.auth, s.user = models.MailAuthPassword, ""
		return s, MailAccount{}
	}
	if s.tls == "none" && !thisMachine(s.host) {
		v.Add(prefix+"tls", "agent.mailbox.error.tls")
	}
	if s.user == "" || utf8.RuneCountInString(s.user) > 254 {
		v.Add(prefix+"user", "agent.mailbox.error.user")
	}
	keep := func(field, typed, kept string, needed, same bool) string {
		switch typed = strings.TrimSpace(typed); {
		case len(typed) > maxSecret:
			v.Add(prefix+field, "agent.settings.error.text", "Max", maxSecret)
		case typed != "":
			return typed
		case kept != "" && same:
			return kept
		case kept != "":
			v.Add(prefix+field, "agent.mailbox.error.secret_again")
		case needed:
			v.Add(prefix+field, "agent.mailbox.error.secret")
		}
		return ""
	}
	switch s.auth {
	case models.MailAuthPassword:
		return s, MailAccount{Password: keep("password", in.Password, old.Password, true, s.host == oldHost)}
	case models.MailAuthXOAUTH2:
		a := MailAccount{TokenURL: strings.TrimSpace(in.TokenURL), ClientID: line(in.ClientID), Scope: line(in.Scope)}
		if !tokenURL(a.TokenURL) {
			v.Add(prefix+"token_url", "agent.mailbox.error.token_url")
		}
		if a.ClientID == "" || len(a.ClientID) > 500 {
			v.Add(prefix+"client_id", "agent.mailbox.error.client_id")
		}
		if len(a.Scope) > 1000 {
			v.Add(prefix+"scope", "agent.settings.error.text", "Max", 1000)
		}
		same := s.host == oldHost && a.TokenURL == old.TokenURL
		a.ClientSecret = keep("client_secret", in.ClientSecret, old.ClientSecret, false, same)
		a.RefreshToken = keep("refresh_token", in.RefreshToken, old.RefreshToken, true, same)
		return s, a
	}
	v.Add(prefix+"auth", "agent.settings.error.choice")
	return s, old
}

// tokenURL says whether tokens may be asked for at an address: never in the clear, but on this
// machine.
func tokenURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && len(text) <= 1000 && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http" && thisMachine(u.Hostname()))
}

// thisMachine says whether a host is the machine we run on, by its name alone.
func thisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// mailboxChanges says what is different, for the log. Of secrets only that they are.
func mailboxChanges(old, m *models.Mailbox) map[string]any {
	yes := map[bool]string{true: "on", false: "off"}
	changes := differences(map[string][2]string{
		"address": {old.Address, m.Address}, "aliases": {strings.Join(old.Aliases, ", "), strings.Join(m.Aliases, ", ")}, "from_name": {old.FromName, m.FromName},
		"receive": {old.Receive, m.Receive}, "plus": {yes[old.Plus], yes[m.Plus]}, "trusted_receiver": {old.TrustedReceiver, m.TrustedReceiver},
		"imap_host": {old.IMAPHost, m.IMAPHost}, "imap_port": {strconv.Itoa(old.IMAPPort), strconv.Itoa(m.IMAPPort)}, "imap_tls": {old.IMAPTLS, m.IMAPTLS}, "imap_auth": {old.IMAPAuth, m.IMAPAuth},
		"imap_user": {old.IMAPUser, m.IMAPUser}, "imap_folder": {old.IMAPFolder, m.IMAPFolder}, "imap_after": {old.IMAPAfter, m.IMAPAfter}, "send": {old.Send, m.Send},
		"smtp_host": {old.SMTPHost, m.SMTPHost}, "smtp_port": {strconv.Itoa(old.SMTPPort), strconv.Itoa(m.SMTPPort)}, "smtp_tls": {old.SMTPTLS, m.SMTPTLS}, "smtp_auth": {old.SMTPAuth, m.SMTPAuth},
		"smtp_user": {old.SMTPUser, m.SMTPUser}})
	if old.IMAPSecret != m.IMAPSecret {
		changes["imap_secret"] = "changed"
	}
	if old.SMTPSecret != m.SMTPSecret {
		changes["smtp_secret"] = "changed"
	}
	return changes
}
