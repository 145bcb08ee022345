package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238, as the app on the phone does it
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/config"
	"lodge/internal/browser"
	"lodge/models"
	"lodge/sample"
)

func startDemo(t *testing.T) *site {
	t.Helper()
	c := config.Default()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
	s := &site{App: startApp(t, c)}
	return s
}

// enter signs somebody in by address and password.
func (s *site) enter(tab *browser.Tab, email, password string) {
	tab.Open(s.URL + "/agent/sign-in")
	tab.Fill("#email", email)
	tab.Fill("#password", password)
	tab.Click("[data-default]")
}

// phoneCode is what an authenticator app shows for a secret.
func phoneCode(t *testing.T, secret string, step int64) string {
	t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, raw)
	_ = binary.Write(mac, binary.BigEndian, step)
	sum := mac.Sum(nil)
	at := sum[19] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// TestBrowserPeople: SE-4, SE-5, AG-7. An administrator invites somebody, who joins by the
// mailed link, sets a second factor up, signs in with it, and has a new password mailed; with
// and without scripts.
func TestBrowserPeople(t *testing.T) {
	browser.Require(t)
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startDemo(t)
			admin := browser.New(t, browser.Options{NoScripts: !scripts, Dark: scripts})
			s.enter(admin, sample.Cast.Ines.Address, sample.Password)
			admin.WaitFor("#rows")
			admin.Open(s.URL + "/agent/settings/agents/new")
			admin.CheckAxe("invite")
			admin.Fill("#name", "Otto Lilienthal")
			admin.Fill("#email", "otto@nordwind.example")
			admin.Click("[data-default]")
			admin.WaitText(".people__table", "otto@nordwind.example")
			admin.CheckAxe("agents")
			link := regexp.MustCompile(`/agent/invitation/\S+`).FindString(s.mail(t, "otto@nordwind.example", "/agent/invitation/").Text)

			otto := browser.New(t, browser.Options{NoScripts: !scripts, Width: 390, Height: 844})
			otto.Open(s.URL + link)
			otto.CheckAxe("join")
			otto.CheckFits("join")
			otto.Fill("#password", "a quiet lantern by the harbour")
			otto.Click("[data-default]")
			otto.WaitText(".notice--success", "Welcome")
			s.enter(otto, "otto@nordwind.example", "a quiet lantern by the harbour")
			otto.WaitFor("#rows")
			otto.Open(s.URL + "/agent/settings/profile")
			otto.CheckAxe("profile")
			otto.CheckFits("profile")
			otto.Open(s.URL + "/agent/settings/profile/two-factor")
			otto.CheckAxe("second factor off")
			otto.Click("main .button--primary")
			otto.WaitFor(".factor__picture")
			otto.CheckAxe("second factor begun")
			otto.CheckFits("second factor begun")
			if w := browser.Eval[float64](otto, `document.querySelector(".factor__picture").naturalWidth`); w < 100 {
				t.Errorf("the picture is %v px wide", w)
			}
			secret := otto.Text(".factor__secret")
			step := time.Now().Unix() / 30
			otto.Fill("#code", phoneCode(t, secret, step))
			otto.Click("[data-default]")
			otto.WaitFor(".codes")
			otto.CheckAxe("recovery codes")
			otto.CheckFits("recovery codes")
			recovery := strings.Fields(otto.Text(".codes"))
			if len(recovery) != 10 {
				t.Fatalf("codes %q", recovery)
			}

			again := browser.New(t, browser.Options{NoScripts: !scripts})
			s.enter(again, "otto@nordwind.example", "a quiet lantern by the harbour")
			again.WaitFor("#code")
			again.CheckAxe("code")
			again.Fill("#code", phoneCode(t, secret, step)) // used when it was set up
			again.Click("[data-default]")
			again.WaitFor("#code-error")
			again.Fill("#code", recovery[0])
			again.Click("[data-default]")
			again.WaitFor("#rows")

			lost := browser.New(t, browser.Options{NoScripts: !scripts})
			lost.Open(s.URL + "/agent/sign-in")
			lost.Click(`a[href="/agent/forgotten"]`)
			lost.WaitFor("#email")
			lost.CheckAxe("forgotten")
			lost.Fill("#email", "otto@nordwind.example")
			lost.Click("[data-default]")
			lost.WaitText("h1", "Check your mail")
			link = regexp.MustCompile(`/agent/reset/\S+`).FindString(s.mail(t, "otto@nordwind.example", "/agent/reset/").Text)
			lost.Open(s.URL + link)
			lost.CheckAxe("reset")
			lost.Fill("#password", "another lantern by the harbour")
			lost.Click("[data-default]")
			lost.WaitText(".notice--success", "new password")
			s.mail(t, "otto@nordwind.example", "was changed")
			otto.Open(s.URL + "/agent")
			otto.WaitFor("#password") // every session has ended
			lost.Forgive("404")
			lost.Open(s.URL + link)
			lost.WaitText("h1", "no longer works")
			lost.CheckAxe("link gone")
		})
	}
}

// TestBrowserPeoplePages: EV-2. The pages of people, wide and narrow, in both schemes.
func TestBrowserPeoplePages(t *testing.T) {
	browser.Require(t)
	s := startDemo(t)
	ines, err := models.AgentByKey(context.Background(), s.db, sample.Cast.Ines.Address)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []browser.Options{{Width: 1440}, {Width: 320, Height: 700, Dark: true}} {
		tab := browser.New(t, o)
		s.enter(tab, sample.Cast.Ines.Address, sample.Password)
		tab.WaitFor("#rows")
		for _, path := range []string{"", "/agents", fmt.Sprintf("/agents/%d", ines.ID), "/agents/new", "/roles", "/teams", "/teams/new", "/audit", "/profile", "/workspace"} {
			tab.Open(s.URL + "/agent/settings" + path)
			tab.CheckAxe("settings" + path)
			tab.CheckFits("settings" + path)
		}
	}
}
