package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"lodge/config"
	"lodge/models"
)

// printed is what a command writes to the console.
func printed(t *testing.T, run func(context.Context) error) (string, error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out := os.Stdout
	os.Stdout = w
	fault := run(context.Background())
	os.Stdout = out
	w.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), fault
}

// OP-6: the command works beside a running server, whose next request knows of it.
func TestAdminResetBesideARunningServer(t *testing.T) {
	c := config.Default()
	c.Addr, c.Data, c.LogLevel = "127.0.0.1:0", t.TempDir(), "error"
	app := startApp(t, c)
	ctx := context.Background()
	err := app.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := openProject(ctx, tx, "crash"); err != nil {
			return err
		}
		a := &models.Agent{Address: "ada@lodge.example", AddressKey: "ada@lodge.example", Name: "Ada", Role: models.RoleAgent, PasswordHash: "x", CreatedAt: 1}
		if err := models.InsertAgent(ctx, tx, a); err != nil {
			return err
		}
		return models.DisableAgent(ctx, tx, a.ID, 1)
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := adminResetCommand{Config: c, Email: "nobody@lodge.example"}
	if out, err := printed(t, cmd.Run); err == nil || !strings.Contains(err.Error(), "no agent") || out != "" {
		t.Fatal(out, err)
	}
	cmd.Email = "ada@lodge.example"
	if _, err := printed(t, cmd.Run); err == nil || !strings.Contains(err.Error(), "--make-admin") {
		t.Fatal(err)
	}
	cmd.MakeAdmin = true
	out, err := printed(t, cmd.Run)
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`/agent/reset/\S+`).FindString(out)
	post := func() int {
		res, err := http.PostForm("http://"+app.listen.Addr().String()+link, url.Values{"password": {"a quiet lantern by the harbour"}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	if status := post(); status != http.StatusOK { // the sign-in, after the redirect
		t.Fatal(status)
	}
	if status := post(); status != http.StatusNotFound {
		t.Fatal("the link works twice", status)
	}
	a, err := models.AgentByKey(ctx, app.db, "ada@lodge.example")
	if err != nil || a.Role != models.RoleAdmin || a.DisabledAt != 0 || a.PasswordHash == "x" {
		t.Fatalf("%+v, %v", a, err)
	}
}
