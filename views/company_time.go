package views

import "time"

// CompanyTime is the input of agent/company_time: what a company bought and used of support time.
type CompanyTime struct {
	Head CompanyHead
	CSRF string
	// Buys: there is bought time. Left, Bought and Used are words; Low and Over mark what is left.
	Buys               bool
	Left, Bought, Used string
	Low, Over          bool
	// Share is how many of a hundred parts are used.
	Share int
	// Form adds a purchase; nil for who may not.
	Form *Form
	Rows []TimeMoveRow
	// FileURL downloads the history.
	FileURL           string
	MoreURL, FirstURL string
}

// TimeMoveRow is a line of the history. Change says how much with its sign.
type TimeMoveRow struct {
	Purchase  bool
	Change    string
	Title     string
	Number    int64
	URL       string
	Who, Note string
	At        time.Time
	// Day is when it was bought, in words.
	Day         string
	TakenBack   bool
	TakeBackURL string
}
