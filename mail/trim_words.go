package mail

import (
	"regexp"
	"strings"
)

// What clients write around the mail they answer, by language: English, German, French, Spanish,
// Italian, Dutch, Portuguese, Swedish, Danish, Norwegian, Polish, and a few more in passing.

// wroteWords end or stand inside the line before a quote: "On … Ada wrote:".
var wroteWords = []string{
	" wrote", "schrieb", "a écrit", "a ecrit", "escribió", "escribio", "ha scritto", "schreef", "escreveu", "skrev", "napisał", "napisal", "pisze", "napsal", "kirjoitti",
	"написал", "пишет", "yazdı", "írta", "写道", "のメール", "scrisse", "wrote:",
}

// whenWords begin such a line.
var whenWords = []string{
	"on ", "am ", "le ", "el ", "il giorno ", "il ", "op ", "em ", "a ", "den ", "på ", "d. ", "w dniu ", "dnia ", "dne ",
	"mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mar", "mer", "mié", "jeu", "jue", "ven", "vie", "sam", "sáb", "sab", "dom", "dim", "gio",
	"pon", "wt", "śr", "czw", "pt", "sob", "nie", "man", "tir", "ons", "tor", "fre", "lør", "lör", "søn", "sön", "mån", "tis", "maa", "ma ", "di ", "wo ", "do ", "vr ", "za ", "zo ", "seg", "ter", "qua", "qui", "sex",
}

// Labels of the block that Outlook and others write above the mail they answer.
const (
	labelFrom = 1 << iota
	labelSent
	labelTo
	labelSubject
	labelCc
)

var labels = labelled(map[int]string{
	labelFrom:    "from|von|de|da|van|från|fra|od|lähettäjä|от|от кого",
	labelSent:    "sent|date|gesendet|datum|envoyé|date d'envoi|enviado|enviado el|enviada|enviada em|enviado em|fecha|inviato|data|verzonden|skickat|sendt|dato|wysłano|wysłane|odesláno|lähetetty|отправлено|дата",
	labelTo:      "to|an|à|a|para|aan|till|til|do|komu|vastaanottaja|кому|destinataire",
	labelSubject: "subject|betreff|objet|sujet|asunto|oggetto|onderwerp|assunto|ämne|emne|temat|předmět|aihe|тема",
	labelCc:      "cc|kopie|copie|copia|kopia|kopi|dw|reply-to|antwort an|importance|wichtigkeit|priority|priorität|attachments|anlagen|anhänge|organization",
})

func labelled(words map[int]string) map[string]int {
	all := map[string]int{}
	for kind, list := range words {
		for _, word := range strings.Split(list, "|") {
			all[word] = kind
		}
	}
	return all
}

// labelOf tells which of the labels a line begins with: "*From:* Ada", "De : Ada".
func labelOf(s string) int {
	at := strings.IndexByte(s[:min(len(s), 40)], ':')
	if at < 1 {
		return 0
	}
	return labels[strings.ToLower(strings.Trim(s[:at], " *_\t"))]
}

// originals stand between dashes above the mail that is answered, forwards above one passed on.
var (
	originals = phrases(`original message|original-nachricht|ursprüngliche nachricht|originalnachricht|message d'origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht|origineel bericht
mensagem original|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|oprindelig besked|original meddelelse|opprinnelig melding|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|alkuperäinen viesti|reply message|исходное сообщение`)
	forwards = phrases(`forwarded message|forwarded mail|weitergeleitete nachricht|message transféré|message transmis|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|vidarebefordrat meddelande|vidarebefordrat brev
videresendt meddelelse|videresendt besked|videresendt melding|wiadomość przekazana dalej|przekazana wiadomość|treść przekazanej wiadomości|přeposlaná zpráva|пересылаемое сообщение`)
	forwardLines = []string{
		"begin forwarded message:", "anfang der weitergeleiteten nachricht:", "anfang der weitergeleiteten e-mail:", "début du message transféré :", "début du message réexpédié :", "inicio del mensaje reenviado:", "inizio messaggio inoltrato:",
		"begin doorgestuurd bericht:", "início da mensagem reencaminhada:", "início da mensagem encaminhada:", "vidarebefordrat brev:", "start på videresendt besked:", "start på videresendt melding:", "początek przekazywanej wiadomości:",
	}
)

func phrases(list string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r == '|' || r == '\n' }) {
		all[word] = true
	}
	return all
}

// between returns what stands between dashes on a line of its own, in small letters.
func between(s string) string {
	const dashes = "-–—‐‑‒―_*= "
	inner := strings.Trim(s, dashes)
	if len(inner) == len(s) || inner == "" || len(inner) > 200 || !strings.ContainsAny(s[:1], "-_*=\xe2") {
		return ""
	}
	return strings.ToLower(inner)
}

// forwardSubject is a subject that says the mail was passed on.
var forwardSubject = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|wg|tr|rv|i|doorst|fs|vs|vb|pd|enc)\s*:`)

// footers are the lines that programs and telephones add below what a person wrote.
var footers = regexp.MustCompile(`(?i)^(?:sent (?:from|with|via|using|by) (?:my |the |an? )?\S|get (?:outlook|boxer|bluemail) for |(?:diese (?:nachricht|e-?mail) wurde )?von mein\S{2,12} .{2,50} gesendet|(?:diese nachricht wurde von .{2,60} gesendet)|gesendet (?:von|mit|über|vom|aus) \S` +
	`|envoyé (?:de|depuis|avec|à partir|via) \S|télécharger outlook pour |obtenez outlook pour |enviado (?:desde|do|de|a partir|con|com|via) \S|obtener outlook para |obter o outlook |inviato (?:da|dal|con|tramite) \S|scarica outlook per |ottieni outlook per |verstuurd (?:vanaf|vanuit|met|via) \S|verzonden (?:vanaf|vanuit|met|via) \S|outlook voor .{2,20} downloaden` +
	`|skickat (?:från|med) \S|hämta outlook för |sendt (?:fra|med) \S|hent outlook til |få outlook for |wysłan[eoy] (?:z|za|ze|przez) \S|pobierz (?:program )?outlook |lähetetty \S|odesláno z \S|отправлено (?:с|из) \S|outlook für .{2,20} (?:beziehen|herunterladen|holen)|holen sie sich outlook für |laden sie outlook für |téléchargez outlook pour )`)

// footerLine tells whether a line is such a footer: they are short and no sentence goes on.
func footerLine(s string) bool {
	s = strings.Trim(s, " \t\u00a0_*-[]()>")
	sentence := strings.Contains(s, ", ") && strings.HasSuffix(s, ".")
	return len(s) >= 8 && len(s) <= 140 && !sentence && footers.MatchString(s)
}
