package views

// Error is the input of errors/page.
type Error struct {
	// Status is the HTTP status and picks the words: 400, 403, 404, 405, 409, 413, 429, 500, 503; others read as 500.
	Status int
	// Reference is the request's id, for the support team.
	Reference string
	// Minutes until another try makes sense; 0 leaves the sentence out.
	Minutes int
	// HomeURL and BackURL lead on; an empty URL leaves its link out.
	HomeURL, BackURL string
}
