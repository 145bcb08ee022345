package jobs

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
	"lodge/search"
)

func deskInput(email string) desk.SubmitInput { return desk.SubmitInput{Email: email} }

func picture(t testing.TB, w, h int) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		p.Set(i%w, i/w, color.RGBA{uint8(i), uint8(i >> 8), 90, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (h *house) article(slug, title string) *models.Article {
	h.t.Helper()
	a := &models.Article{ProjectID: h.project.ID, Slug: slug, Title: title, Body: title, HTML: "<p>" + title + "</p>", Plain: title, TOC: `[{"Level":2,"ID":"h-x","Text":"Unplugging"}]`,
		MarkupVersion: 1, Visibility: models.VisibilityPublic, Locale: "en", CreatedAt: models.At(h.clock.Now()), UpdatedAt: models.At(h.clock.Now())}
	h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertArticle(ctx, tx, a) })
	return a
}

func (h *house) update(a *models.Article) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error { return models.UpdateArticle(ctx, tx, a) })
}

// follow starts a follower and ends it with the test.
func (h *house) follow(index *search.Index) *Follower {
	f := NewFollower(h.db, index, nil)
	f.Start()
	h.t.Cleanup(f.Stop)
	return f
}

// finds waits until a search answers with so many articles.
func (h *house) finds(index *search.Index, words string, want int) {
	h.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		hits, _, err := index.Search(h.t.Context(), search.Query{Project: h.project.ID, Text: words, Locale: "en"})
		if err == nil && len(hits) == want {
			return
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("%q finds %d %v, want %d", words, len(hits), err, want)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// KB-3: what is committed is found, what is changed or hidden is not.
func TestIndexFollowsCommits(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.article("old", "Feeding giraffes")
		h.follow(h.index)
		h.finds(h.index, "giraffes", 1)
		a := h.article("printer", "Extinguishing printers")
		h.finds(h.index, "extinguishing", 1)
		h.finds(h.index, "unplugging", 2) // by their headings
		a.Title, a.Plain = "Watering printers", "Watering printers"
		h.update(a)
		h.finds(h.index, "extinguishing", 0)
		h.finds(h.index, "watering", 1)
		a.Visibility = models.VisibilityInternal
		h.update(a)
		h.finds(h.index, "watering", 0)
		a.Visibility = models.VisibilityPublic
		h.update(a)
		h.finds(h.index, "watering", 1)
	})
}

// F19: the index takes up where it stood, without reading everything again.
func TestIndexCatchesUpAfterARestart(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.article("one", "Feeding giraffes")
	f := NewFollower(h.db, h.index, nil)
	f.Start()
	h.finds(h.index, "giraffes", 1)
	// Tickets move the log too; the place reached is kept at the stop.
	for range 3 {
		h.file(deskInput("ada@example.com"))
	}
	for !f.caughtUp(t.Context()) {
		time.Sleep(5 * time.Millisecond)
	}
	f.Stop()
	latest, err := models.LatestPosition(t.Context(), h.db)
	if err != nil || h.index.Position() != latest.String() {
		t.Errorf("position %q, want %q (%v)", h.index.Position(), latest, err)
	}
	h.article("two", "Feeding zebras")
	generation := current(t, h)
	h.index.Close()
	again, err := search.Open(filepath.Join(h.dir, "index"), h.db.Epoch(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	h.follow(again)
	h.finds(again, "zebras", 1)
	h.finds(again, "giraffes", 1)
	if current(t, h) != generation {
		t.Error("the index was made anew")
	}
}

func current(t testing.TB, h *house) string {
	t.Helper()
	name, err := os.ReadFile(filepath.Join(h.dir, "index", "CURRENT"))
	if err != nil {
		t.Fatal(err)
	}
	return string(name)
}

// F18: a broken, a lost and a foreign index heal by themselves.
func TestBrokenIndexHeals(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, h *house, dir string) (epoch string){
		"corrupt": func(t *testing.T, h *house, dir string) string {
			found, _ := filepath.Glob(filepath.Join(dir, "index-*", "store", "*"))
			if len(found) == 0 {
				t.Fatal("nothing to harm")
			}
			for _, path := range found {
				if err := os.Truncate(path, 10); err != nil {
					t.Fatal(err)
				}
			}
			return h.db.Epoch()
		},
		"lost": func(t *testing.T, h *house, dir string) string {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			return h.db.Epoch()
		},
		"foreign": func(t *testing.T, h *house, dir string) string { return "another database" },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, models.Options{Dir: t.TempDir()})
			h.article("one", "Feeding giraffes")
			f := NewFollower(h.db, h.index, nil)
			f.Start()
			h.finds(h.index, "giraffes", 1)
			f.Stop()
			h.index.Close()
			dir := filepath.Join(h.dir, "index")
			epoch := harm(t, h, dir)
			again, err := search.Open(dir, epoch, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { again.Close() })
			if !again.NeedsRebuild() {
				t.Fatal("the harm was not noticed")
			}
			h.follow(again)
			h.finds(again, "giraffes", 1)
			h.article("two", "Feeding zebras")
			h.finds(again, "zebras", 1)
		})
	}
}

// A log pruned beyond the index's place means that something may be missing.
func TestPrunedLogMeansRebuild(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.article("one", "Feeding giraffes")
	f := NewFollower(h.db, h.index, nil)
	f.Start()
	h.finds(h.index, "giraffes", 1)
	f.Stop()
	a := h.article("two", "Feeding zebras")
	for range 3 {
		h.clock.forward(time.Hour)
		h.file(deskInput("ada@example.com"))
	}
	if n, err := models.PruneChanges(t.Context(), h.db, h.clock.Now()); err != nil || n == 0 {
		t.Fatalf("pruned %d %v", n, err)
	}
	h.follow(h.index)
	h.finds(h.index, "zebras", 1)
	_ = a
}

// Nothing that is not live stays: staged files, forms, allowances, sessions, changes, bytes.
func TestSweep(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		past, now := models.At(h.clock.Now().Add(-72*time.Hour)), models.At(h.clock.Now())
		orphan, kept, staged := h.keep("orphan"), h.keep("kept"), h.keep("staged")
		h.write(func(ctx context.Context, tx *models.Tx) error {
			for _, f := range []*models.StagedFile{
				{PID: "live", FormKey: []byte("k"), Name: "a", ContentType: "text/plain", SHA256: []byte{1}, Blob: kept, ExpiresAt: now + 1, CreatedAt: now},
				{PID: "dead", FormKey: []byte("k"), Name: "b", ContentType: "text/plain", SHA256: []byte{1}, Blob: staged, ExpiresAt: past, CreatedAt: past},
			} {
				if err := models.InsertStaged(ctx, tx, f); err != nil {
					return err
				}
			}
			for i, at := range []models.Stamp{past, now} {
				if err := models.InsertSubmission(ctx, tx, &models.Submission{FormKey: []byte{byte(i)}, CreatedAt: at}); err != nil {
					return err
				}
				if err := models.SaveSession(ctx, tx, &models.Session{Hash: []byte{byte(i)}, Kind: "agent", Data: "{}", CreatedAt: at, SeenAt: at, ExpiresAt: at + 1000}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, key := range []string{orphan, kept, staged} {
			h.age(key)
		}
		young := h.keep("young")
		r := h.runner("w")
		if err := r.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]bool{orphan: false, staged: false, kept: true, young: true} {
			f, err := h.files.Open(t.Context(), key)
			if err == nil {
				f.Close()
			}
			if (err == nil) != want {
				t.Errorf("bytes %s: %v", key, err)
			}
		}
		if _, err := models.SubmissionByKey(t.Context(), h.db, []byte{0}); models.KindOf(err) != models.KindNotFound {
			t.Errorf("old form: %v", err)
		}
		if _, err := models.SubmissionByKey(t.Context(), h.db, []byte{1}); err != nil {
			t.Errorf("new form: %v", err)
		}
		// Another process does not sweep at the same time.
		other := h.keep("other")
		h.age(other)
		if err := h.runner("other").Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if f, err := h.files.Open(t.Context(), other); err != nil {
			t.Error("two swept at once")
		} else {
			f.Close()
		}
	})
}

func (h *house) keep(content string) string {
	h.t.Helper()
	d, err := h.files.Receive(h.t.Context(), bytes.NewReader([]byte(content)), 100)
	if err != nil {
		h.t.Fatal(err)
	}
	key, err := h.files.Keep(h.t.Context(), d)
	if err != nil {
		h.t.Fatal(err)
	}
	return key
}

func (h *house) age(key string) {
	h.t.Helper()
	old := time.Now().Add(-2 * blobAge)
	if err := os.Chtimes(filepath.Join(h.dir, "files", "kept", key[:2], key), old, old); err != nil {
		h.t.Fatal(err)
	}
}
