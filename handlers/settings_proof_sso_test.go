package handlers

import (
	"net/http"
	"testing"

	"lodge/internal/testoidc"
)

// CP-3: who may open what belongs to the project is proven where the verbs are.
var _ = proves(map[string]proof{"required_provider": {where: "desk"}})

// CP-3: a project asks only for a provider that is there; its page offers those.
func TestRequiredProviderIsChosenFromWhatIsThere(t *testing.T) {
	o := &watched{office: staffed(t)}
	o.ines = o.signIn("ines")
	p := testoidc.Start(t)
	o.provider(p, "Harbour ID")
	o.ines.get(supportSettings+"/create").must(t, http.StatusOK).has(t, `<option value="harbour-id"`)
	o.set(map[string]string{"required_provider": "harbour-id"})
	o.ines.get(supportSettings+"/create").must(t, http.StatusOK).has(t, `<option value="harbour-id" selected`)
	form := formFields(t, o.ines.get(supportSettings+"/create").body, "form")
	form.Set("required_provider", "nobody")
	form.Set("csrf", o.ines.last)
	o.ines.post(supportSettings+"/create", form).must(t, http.StatusUnprocessableEntity)
	o.ines.get("/agent/settings/providers").must(t, http.StatusOK).has(t, "Required by")
}
