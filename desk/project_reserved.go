package desk

// reservedSlug says whether a word stands after /ticket/ itself, so that no project can be
// reached by it.
func reservedSlug(slug string) bool {
	switch slug {
	case "thread", "unsubscribe", "lost-link":
		return true
	}
	return false
}
