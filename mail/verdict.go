package mail

// Verdict is what is known of who really sent a mail. It fails closed: the zero value vouches
// for nobody.
type Verdict struct {
	// Domain is the domain that is proven to have sent the mail and is aligned with the domain of
	// From (RFC 7489, 3.1); empty when none is.
	Domain string `json:"domain,omitempty"`
	// By says who found it out: "receiver" (the Authentication-Results of a trusted one), "dkim" or
	// "spf" (our own check).
	By string `json:"by,omitempty"`
	// Why is the plain result of each check, for the operator: "dkim=pass d=example.org; spf=none".
	Why string `json:"why,omitempty"`
}

// Proven says that the mail really comes from the domain of its From address.
func (v Verdict) Proven() bool { return v.Domain != "" }
