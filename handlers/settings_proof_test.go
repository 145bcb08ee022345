package handlers

import (
	"fmt"
	"html"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// proof shows that the values of a setting make a difference: watch does what the setting is
// about and says in a word what happened; want has the word for each value. with are other
// settings that stand in its way. A proof that lives in another package is named by where:
// the test there must cover the setting by the same rule.
type proof struct {
	watch func(o *watched) string
	want  map[string]string
	with  map[string]string
	where string
}

// settingProofs has a line for each setting of models.WorkspaceSettingList and
// models.ProjectSettingList (SE-1, SE-3, SE-4): TestEverySettingIsProven fails for one without.
// Settings that an area adds are proven in a file of that area, by proves.
var settingProofs = map[string]proof{}

func proves(proofs map[string]proof) struct{} {
	for name, p := range proofs {
		if _, twice := settingProofs[name]; twice {
			panic("two proofs of " + name)
		}
		settingProofs[name] = p
	}
	return struct{}{}
}

// watched is an office whose settings are changed by their pages.
type watched struct {
	*office
	ines *browser
	n    int
}

// set saves a setting by its page, with all others of the page as they are.
func (o *watched) set(change map[string]string) {
	o.t.Helper()
	byPage := map[string]map[string]string{}
	for name, value := range change {
		page := "/agent/settings/workspace"
		if i := slices.IndexFunc(models.ProjectSettingList, func(s models.Setting) bool { return s.Name == name }); i >= 0 {
			page = supportSettings + "/" + models.ProjectSettingList[i].Group
		}
		if byPage[page] == nil {
			byPage[page] = map[string]string{}
		}
		byPage[page][name] = value
	}
	for page, values := range byPage {
		shown := o.ines.get(page).must(o.t, http.StatusOK)
		form := formFields(o.t, shown.body, "form")
		for _, m := range typedFields.FindAllStringSubmatch(shown.body, -1) {
			form.Set(m[1], m[2])
		}
		for name, value := range values {
			form.Del(name)
			if value != "" {
				form.Set(name, value)
			}
		}
		form.Set("csrf", o.ines.last)
		o.ines.post(page, form).must(o.t, http.StatusSeeOther)
	}
}

// submit files a ticket of a person and a client of their own.
func (o *watched) submit(change func(in *desk.SubmitInput)) (desk.Link, error) {
	o.t.Helper()
	o.n++
	form, err := o.desk.Portal().Form(o.t.Context(), "support", desk.FormAsk{})
	if err != nil {
		o.t.Fatal(err)
	}
	in := desk.SubmitInput{Slug: "support", FormID: form.FormID, Email: fmt.Sprintf("p%d@example.com", o.n), Title: fmt.Sprintf("Ticket %d", o.n), Description: "It burns.", Client: fmt.Sprintf("client-%d", o.n)}
	if change != nil {
		change(&in)
	}
	done, err := o.desk.Portal().Submit(o.t.Context(), in)
	if err != nil {
		return desk.Link{}, err
	}
	return desk.Link{Token: done.Token}, nil
}

func (o *watched) filed() desk.Link {
	o.t.Helper()
	link, err := o.submit(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	return link
}

func (o *watched) upload(kilobytes int) desk.Upload {
	o.t.Helper()
	u, err := o.desk.Receive(o.t.Context(), "a.txt", strings.NewReader(strings.Repeat("x", kilobytes<<10)), 1<<30)
	if err != nil {
		o.t.Fatal(err)
	}
	return u
}

// move brings the newest ticket into a status.
func (o *watched) move(status string) int64 {
	o.t.Helper()
	page, err := o.desk.Queue(o.t.Context(), o.actor("grace"), desk.QueueAsk{View: models.ViewAll})
	if err != nil {
		o.t.Fatal(err)
	}
	top := int64(0)
	for _, t := range page.Tickets {
		top = max(top, t.Number)
	}
	if status != "" {
		if err := o.desk.ChangeStatus(o.t.Context(), o.actor("grace"), top, status, 0); err != nil {
			o.t.Fatal(err)
		}
	}
	return top
}

func (o *watched) reply(link desk.Link, in desk.ReplyInput) error {
	in.Body = "Hello"
	_, err := o.desk.Portal().Reply(o.t.Context(), link, in)
	return err
}

// result is "ok", or the kind of the refusal.
func result(err error) string {
	if err == nil {
		return "ok"
	}
	return string(models.KindOf(err))
}

// several says what happens to tries in a row.
func several(n int, try func() error) string {
	var all []string
	for range n {
		all = append(all, result(try()))
	}
	return strings.Join(all, " ")
}

// holds says whether a public page has a text.
func (o *watched) holds(path, text string) string {
	return fmt.Sprint(strings.Contains(o.browser().get(path).must(o.t, http.StatusOK).body, text))
}

func status(a answer) string { return fmt.Sprint(a.status) }

var _ = proves(map[string]proof{
	"guest_create": {want: map[string]string{"1": "200", "": "303"}, watch: func(o *watched) string { return status(o.browser().get("/ticket/support")) }},
	"guest_docs":   {want: map[string]string{"1": "200", "": "303"}, watch: func(o *watched) string { return status(o.browser().get("/doc/support")) }},
	"client_creates": {want: map[string]string{"1": "ok too_many too_many", "2": "ok ok too_many"}, watch: func(o *watched) string {
		return several(3, func() error { _, err := o.submit(func(in *desk.SubmitInput) { in.Client = "one" }); return err })
	}},
	"create_window_minutes": {with: map[string]string{"client_creates": "1"}, want: map[string]string{"1": "ok ok", "10": "ok too_many"}, watch: func(o *watched) string {
		return several(2, func() error {
			_, err := o.submit(func(in *desk.SubmitInput) { in.Client = "one" })
			o.forward(2 * time.Minute)
			return err
		})
	}},
	"client_upload_mb": {want: map[string]string{"1": "kept 0", "5": "kept 1"}, watch: func(o *watched) string {
		var id string
		_, err := o.submit(func(in *desk.SubmitInput) {
			id, in.Title, in.Uploads = in.FormID, "", []desk.Upload{o.upload(2 << 10)}
		})
		form, again := o.desk.Portal().Form(o.t.Context(), "support", desk.FormAsk{FormID: id})
		if result(err) != "invalid" || again != nil {
			o.t.Fatal(err, again)
		}
		return fmt.Sprintf("kept %d", len(form.Staged))
	}},
	"sign_in_tries": {want: map[string]string{"1": "422 429", "2": "422 422"}, watch: func(o *watched) string {
		b, all := o.browser(), []string{}
		for range 2 {
			b.get("/agent/sign-in")
			all = append(all, status(b.send("/agent/sign-in", "email", "grace@lodge.example", "password", "wrong")))
		}
		return strings.Join(all, " ")
	}},

	"reply_identity": {want: map[string]string{models.ReplyByLink: "ok", models.ReplyByTypedEmail: "invalid"}, watch: func(o *watched) string {
		return result(o.reply(o.filed(), desk.ReplyInput{Email: "somebody@else.example"}))
	}},
	"thread_attachments": {want: map[string]string{models.ThreadFilesNames: "a.txt true, open false", models.ThreadFilesDownload: "a.txt true, open true"}, watch: func(o *watched) string {
		link, err := o.submit(func(in *desk.SubmitInput) { in.Uploads = []desk.Upload{o.upload(1)} })
		if err != nil {
			o.t.Fatal(err)
		}
		page := "/ticket/thread/" + link.Token
		return "a.txt " + o.holds(page, "a.txt") + ", open " + o.holds(page, page+"/files/")
	}},
	"customer_close": {want: map[string]string{models.CustomerCloseOff: "new false, resolved false", models.CustomerCloseWhenResolved: "new false, resolved true", models.CustomerCloseAlways: "new true, resolved true"}, watch: func(o *watched) string {
		page := "/ticket/thread/" + o.filed().Token
		fresh := o.holds(page, page+"/closure")
		o.move("resolved")
		return "new " + fresh + ", resolved " + o.holds(page, page+"/closure")
	}},
	"reopen_days": {want: map[string]string{"0": "reopened", "1": "followed up", "3": "reopened"}, watch: func(o *watched) string {
		link := o.filed()
		o.move("resolved")
		o.forward(48 * time.Hour)
		done, err := o.desk.Portal().Reply(o.t.Context(), link, desk.ReplyInput{Body: "Still burning."})
		switch {
		case err != nil:
			return result(err)
		case done.FollowUp != "":
			return "followed up"
		case done.Reopened:
			return "reopened"
		}
		return "kept"
	}},
	"poll_seconds": {want: map[string]string{"15": "true false", "300": "false true"}, watch: func(o *watched) string {
		page := "/ticket/thread/" + o.filed().Token
		return o.holds(page, `data-poll="15"`) + " " + o.holds(page, `data-poll="300"`)
	}},
	"link_days": {want: map[string]string{"1": "404", "90": "200"}, watch: func(o *watched) string {
		link := o.filed()
		o.move("resolved")
		o.forward(48 * time.Hour)
		return status(o.browser().get("/ticket/thread/" + link.Token))
	}},

	"initial_message": {want: map[string]string{"1": "asked true, kept true", "": "asked false, kept false"}, watch: func(o *watched) string {
		link, err := o.submit(func(in *desk.SubmitInput) { in.Message = "And it smells." })
		if err != nil {
			o.t.Fatal(err)
		}
		return "asked " + o.holds("/ticket/support", `name="message"`) + ", kept " + o.holds("/ticket/thread/"+link.Token, "And it smells.")
	}},
	"suggestions": {want: map[string]string{"1": "true", "": "false"}, watch: func(o *watched) string { return o.holds("/ticket/support", "/ticket/support/suggestions") }},
	"minimum_fill_seconds": {want: map[string]string{"0": "ok", "5": "conflict"}, watch: func(o *watched) string {
		_, err := o.submit(nil)
		return result(err)
	}},
	"proof_of_work_bits": {want: map[string]string{"0": "ok", "8": "conflict"}, watch: func(o *watched) string {
		_, err := o.submit(nil)
		return result(err)
	}},
	"intake_days": {want: map[string]string{"1": "proposed 1, dead true", "30": "proposed 30, dead false"}, watch: func(o *watched) string {
		form := formField(o.ines.get(supportSettings+"/intake").must(o.t, http.StatusOK).body, "days")
		token, _, err := o.desk.MakeIntakeLink(o.t.Context(), "support", "otto@example.com", "", 0)
		if err != nil {
			o.t.Fatal(err)
		}
		o.forward(48 * time.Hour)
		page, err := o.desk.Portal().Form(o.t.Context(), "support", desk.FormAsk{CustomerToken: token})
		if err != nil {
			o.t.Fatal(err)
		}
		return fmt.Sprintf("proposed %s, dead %v", form, page.IntakeDead)
	}},

	"subject_reference": {where: "jobs"}, "unproven_mails": {where: "jobs"}, "mail_attachment_mb": {where: "jobs"},

	"file_mb": {want: map[string]string{"1": "invalid", "2": "ok"}, watch: func(o *watched) string { return o.files(1500) }},
	"request_mb": {with: map[string]string{"file_mb": "1"}, want: map[string]string{"1": "invalid", "2": "ok"}, watch: func(o *watched) string {
		return o.files(900, 900)
	}},
	"files":         {want: map[string]string{"0": "one invalid, two invalid", "1": "one ok, two invalid", "2": "one ok, two ok"}, watch: func(o *watched) string { return "one " + o.files(1) + ", two " + o.files(1, 1) }},
	"agent_file_mb": {want: map[string]string{"1": "invalid", "2": "ok"}, watch: func(o *watched) string { return o.note(1500) }},
	"agent_request_mb": {with: map[string]string{"agent_file_mb": "1"}, want: map[string]string{"1": "invalid", "2": "ok"}, watch: func(o *watched) string {
		return o.note(900, 900)
	}},
	"text_kb": {want: map[string]string{"1": "invalid", "2": "ok"}, watch: func(o *watched) string {
		_, err := o.submit(func(in *desk.SubmitInput) { in.Description = strings.Repeat("x", 1500) })
		return result(err)
	}},
	"title_length": {want: map[string]string{"20": "invalid", "30": "ok"}, watch: func(o *watched) string {
		_, err := o.submit(func(in *desk.SubmitInput) { in.Title = strings.Repeat("x", 25) })
		return result(err)
	}},
	"name_length": {want: map[string]string{"20": "invalid", "30": "ok"}, watch: func(o *watched) string {
		_, err := o.submit(func(in *desk.SubmitInput) { in.Name = strings.Repeat("x", 25) })
		return result(err)
	}},
	"address_creates": {want: map[string]string{"1": "ok too_many too_many", "2": "ok ok too_many"}, watch: func(o *watched) string {
		return several(3, func() error {
			_, err := o.submit(func(in *desk.SubmitInput) { in.Email = "one@example.com" })
			return err
		})
	}},
	"address_minutes": {with: map[string]string{"address_creates": "1"}, want: map[string]string{"1": "ok ok", "10": "ok too_many"}, watch: func(o *watched) string {
		return several(2, func() error {
			_, err := o.submit(func(in *desk.SubmitInput) { in.Email = "one@example.com" })
			o.forward(2 * time.Minute)
			return err
		})
	}},
	"thread_replies": {want: map[string]string{"1": "ok too_many too_many", "2": "ok ok too_many"}, watch: func(o *watched) string {
		link := o.filed()
		return several(3, func() error { return o.reply(link, desk.ReplyInput{}) })
	}},
	"thread_minutes": {with: map[string]string{"thread_replies": "1"}, want: map[string]string{"1": "ok ok", "10": "ok too_many"}, watch: func(o *watched) string {
		link := o.filed()
		return several(2, func() error {
			err := o.reply(link, desk.ReplyInput{})
			o.forward(2 * time.Minute)
			return err
		})
	}},
	"thread_upload_mb": {want: map[string]string{"1": "too_many", "5": "ok"}, watch: func(o *watched) string {
		return result(o.reply(o.filed(), desk.ReplyInput{Uploads: []desk.Upload{o.upload(2 << 10)}}))
	}},
})

// files files a ticket with files of these sizes in kilobytes.
func (o *watched) files(kilobytes ...int) string {
	_, err := o.submit(func(in *desk.SubmitInput) {
		for _, k := range kilobytes {
			in.Uploads = append(in.Uploads, o.upload(k))
		}
	})
	return result(err)
}

// note adds an agent's note with files of these sizes in kilobytes.
func (o *watched) note(kilobytes ...int) string {
	o.filed()
	var in desk.AgentReply
	for _, k := range kilobytes {
		in.Uploads = append(in.Uploads, o.upload(k))
	}
	in.Body = "See here."
	_, err := o.desk.Note(o.t.Context(), o.actor("grace"), o.move(""), in)
	return result(err)
}

// typedFields are the fields of a form that are written into: their attributes stand in this order.
var typedFields = regexp.MustCompile(`<input class="input[^"]*" id="[^"]+" name="([^"]+)" value="([^"]*)"`)

func formField(body, name string) string {
	for _, m := range typedFields.FindAllStringSubmatch(body, -1) {
		if m[1] == name {
			return html.UnescapeString(m[2])
		}
	}
	return ""
}

// SE-1, SE-3, SE-4: no setting that does nothing. Each value of each described setting is saved by its page and
// makes the difference that its proof names; a setting or a value without a proof fails.
func TestEverySettingIsProven(t *testing.T) {
	known := map[string]bool{}
	for _, s := range slices.Concat(models.WorkspaceSettingList, models.ProjectSettingList) {
		known[s.Name] = true
		t.Run(s.Name, func(t *testing.T) {
			p, found := settingProofs[s.Name]
			switch {
			case !found:
				t.Fatal("nobody proves that this setting changes anything: add a line to settingProofs")
			case p.where != "":
				// The other table runs by the same rule; here it is enough that it names the setting.
				files, _ := filepath.Glob(filepath.Join("..", p.where, "*_test.go"))
				for _, file := range files {
					source, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					if strings.Contains(strings.Join(strings.Fields(string(source)), " "), strconv.Quote(s.Name)+": {") {
						return
					}
				}
				t.Fatalf("no table of %s names it", p.where)
			}
			for _, problem := range unproven(s, p.want) {
				t.Error(problem)
			}
			for value, want := range p.want {
				o := &watched{office: staffed(t)}
				o.ines = o.signIn("ines")
				change := map[string]string{s.Name: value}
				for name, other := range p.with {
					change[name] = other
				}
				o.set(change)
				if got := p.watch(o); got != want {
					t.Errorf("%q does %q, want %q", value, got, want)
				}
			}
		})
	}
	for name := range settingProofs {
		if !known[name] {
			t.Errorf("a proof of %s, which is no setting", name)
		}
	}
}

// unproven says what a proof leaves out: every choice and both positions of a switch must do
// something of their own; numbers and texts need two values that differ.
func unproven(s models.Setting, want map[string]string) []string {
	var problems []string
	need := s.Values
	if s.Kind == models.SettingSwitch {
		need = []string{"1", ""}
	}
	for _, value := range need {
		if _, found := want[value]; !found {
			problems = append(problems, fmt.Sprintf("the value %q is not proven", value))
		}
	}
	different := map[string]bool{}
	for _, word := range want {
		different[word] = true
	}
	if len(different) < max(len(need), 2) {
		problems = append(problems, fmt.Sprintf("the values do %d different things", len(different)))
	}
	return problems
}

// The rule itself finds what is left out.
func TestUnproven(t *testing.T) {
	choice := models.Setting{Name: "x", Kind: models.SettingChoice, Values: []string{"a", "b"}}
	number := models.Setting{Name: "x", Kind: models.SettingNumber}
	for _, c := range []struct {
		s    models.Setting
		want map[string]string
		n    int
	}{
		{choice, map[string]string{"a": "1", "b": "2"}, 0}, {choice, map[string]string{"a": "1", "b": "1"}, 1}, {choice, map[string]string{"a": "1"}, 2},
		{models.Setting{Kind: models.SettingSwitch}, map[string]string{"1": "1"}, 2}, {number, map[string]string{"1": "1"}, 1}, {number, map[string]string{"1": "1", "2": "2"}, 0}, {number, nil, 1},
	} {
		if got := unproven(c.s, c.want); len(got) != c.n {
			t.Errorf("%v of %v: %v", c.want, c.s, got)
		}
	}
}
