package handlers

import "testing"

// A58, A85: links of agents keep their address to themselves, so their plain forms state no
// origin on an unsafe connection; the secret in the path has to do there, and nowhere else.
func TestMailedLinksOfAgentsAreSecretPaths(t *testing.T) {
	for path, want := range map[string]bool{agentReset + "x": true, agentInvitation + "x": true, agentForgotten: false, agentSignIn: false, profilePath: false, "/agent/resetting": false} {
		if secretPath(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}
