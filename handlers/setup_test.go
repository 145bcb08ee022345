package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"lodge/models"
)

func setupForm(i int) url.Values {
	return url.Values{"workspace": {"Northwind Bikes"}, "project": {"City bikes"}, "name": {fmt.Sprintf("Admin %d", i)}, "email": {fmt.Sprintf("admin%d@lodge.example", i)}, "password": {agentPassword}}
}

// SE-5, A75: two first runs at once make one administrator; afterwards there is nothing.
func TestSetupMakesOneAdmin(t *testing.T) {
	o := newOffice(t, nil)
	token, err := o.desk.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path := "/setup/" + token
	gone := o.browser().get("/setup/"+strings.Repeat("x", len(token))).must(t, http.StatusNotFound)
	b := o.browser()
	b.get(path).must(t, http.StatusOK).has(t, `name="password"`)

	wrong := setupForm(1)
	wrong.Set("password", "short")
	wrong.Set("email", "nobody")
	b.post(path, wrong).must(t, http.StatusUnprocessableEntity).has(t, "Northwind Bikes", "Admin 1", "nobody", `id="password-error"`, `id="email-error"`).lacks(t, `"short"`, "setup.error")

	var mu sync.Mutex
	made := 0
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			got := o.browser().post(path, setupForm(i))
			mu.Lock()
			defer mu.Unlock()
			switch got.status {
			case http.StatusOK:
				made++
			case http.StatusNotFound:
			default:
				t.Errorf("answers %d: %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	agents, err := models.Agents(t.Context(), o.db)
	if err != nil || len(agents) != 1 || made != 1 || agents[0].Role != models.RoleAdmin {
		t.Fatalf("%d agents, %d answers of success, %v", len(agents), made, err)
	}

	used := o.browser().get(path).must(t, http.StatusNotFound)
	if used.body != gone.body && strings.ReplaceAll(used.body, "Northwind Bikes", "Lodge") != gone.body {
		t.Error("a used link and an unknown one are told apart")
	}
	b.post(path, setupForm(9)).must(t, http.StatusNotFound)
	fresh, err := o.desk.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.get("/setup/"+fresh).must(t, http.StatusNotFound)
	b.post("/setup/"+fresh, setupForm(9)).must(t, http.StatusNotFound)

	// And the administrator can sign in.
	b.get("/agent/sign-in").must(t, http.StatusOK)
	b.send("/agent/sign-in", "email", agents[0].Address, "password", agentPassword).must(t, http.StatusSeeOther)
	b.get("/agent").must(t, http.StatusOK)
}

// A85: the first run is not for other sites' pages.
func TestSetupIsSameOrigin(t *testing.T) {
	o := newOffice(t, nil)
	token, err := o.desk.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.browser().post("/setup/"+token, setupForm(1), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").must(t, http.StatusForbidden)
	if agents, _ := models.Agents(t.Context(), o.db); len(agents) != 0 {
		t.Error("an administrator was made")
	}
}
