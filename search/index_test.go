package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// answers asks many things and writes down what comes back, to compare two indexes.
func answers(t testing.TB, i *Index) string {
	t.Helper()
	var b strings.Builder
	for _, a := range library {
		for _, title := range []string{a.title, a.title[:len(a.title)/2], strings.Fields(a.body)[0]} {
			hits, err := i.Suggest(context.Background(), Suggest{Project: 1, Title: title, Locale: a.locale, Limit: 20})
			if err != nil {
				t.Fatal(err)
			}
			got := ids(hits)
			slices.Sort(got)
			fmt.Fprintln(&b, title, got)
		}
	}
	return b.String()
}

// store is the folder of the present generation's files.
func store(t testing.TB, dir string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, pointerName))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, strings.TrimSpace(string(content)), "store")
}

// KB-3: new and edited articles are findable at once, deleted and hidden ones are not.
func TestApply(t *testing.T) {
	dir := t.TempDir()
	i := built(t, dir, docs())
	find := func(title string) []string {
		hits, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: title, Locale: "en"})
		if err != nil {
			t.Fatal(err)
		}
		return ids(hits)
	}
	apply := func(put []Doc, del []string, position string) {
		if err := i.Apply(t.Context(), put, del, position); err != nil {
			t.Fatal(err)
		}
		if got := i.Position(); got != position {
			t.Errorf("position %q, want %q", got, position)
		}
	}
	unicorn := Doc{ID: "unicorn", Kind: "article", Project: 1, Visibility: Public, Locale: "en", Title: "Unicorn care"}
	apply([]Doc{unicorn}, nil, "2")
	if got := find("unicorns"); !slices.Equal(got, []string{"unicorn"}) {
		t.Errorf("added: %v", got)
	}
	edited := unicorn
	edited.Title = "Dragon care"
	apply([]Doc{edited}, nil, "3")
	if got := find("unicorns"); len(got) > 0 {
		t.Errorf("edited, old words: %v", got)
	}
	if got := find("dragons"); !slices.Equal(got, []string{"unicorn"}) {
		t.Errorf("edited, new words: %v", got)
	}
	hidden := edited
	hidden.Visibility = "internal"
	apply([]Doc{hidden}, nil, "4")
	if got := find("dragons"); len(got) > 0 {
		t.Errorf("hidden: %v", got)
	}
	apply([]Doc{edited}, nil, "5")
	apply(nil, []string{"unicorn", "never there"}, "6")
	if got := find("dragons"); len(got) > 0 {
		t.Errorf("deleted: %v", got)
	}
	apply(nil, nil, "7") // nothing for us in the log, yet it went on

	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	again := openIn(t, dir)
	if again.NeedsRebuild() || !again.Ready() || again.Position() != "7" {
		t.Errorf("reopened: needs %t, ready %t, position %q", again.NeedsRebuild(), again.Ready(), again.Position())
	}
}

// F19: after a thousand random edits the index answers like one made anew.
func TestApplyEqualsRebuild(t *testing.T) {
	i := built(t, t.TempDir(), docs())
	random := rand.New(rand.NewPCG(1, 2))
	state := map[string]Doc{}
	for _, d := range docs() {
		state[d.ID] = d
	}
	all := docs()
	for round := range 40 {
		var put []Doc
		var del []string
		for range 25 {
			d := all[random.IntN(len(all))]
			switch random.IntN(4) {
			case 0:
				if !slices.ContainsFunc(put, func(p Doc) bool { return p.ID == d.ID }) {
					del = append(del, d.ID)
					delete(state, d.ID)
				}
			case 1:
				d.Visibility = "internal"
				fallthrough
			default:
				if !slices.Contains(del, d.ID) {
					put = append(put, d)
					state[d.ID] = d
				}
			}
		}
		if err := i.Apply(t.Context(), put, del, fmt.Sprint(round)); err != nil {
			t.Fatal(err)
		}
	}
	var left []Doc
	for _, d := range state {
		left = append(left, d)
	}
	if got, want := found(t, i), found(t, built(t, t.TempDir(), left)); got != want {
		t.Errorf("after edits:\n%s\nmade anew:\n%s", got, want)
	}
}

// found asks for the documents by their own titles: scores differ with the history of deletions, being found not.
func found(t testing.TB, i *Index) string {
	t.Helper()
	var b strings.Builder
	for _, a := range library {
		hits, _, err := i.Search(context.Background(), Query{Project: 1, Text: a.title + " ", Locale: a.locale, Size: 100})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, a.id, slices.Contains(ids(hits), a.id))
	}
	return b.String()
}

func TestOpenEmpty(t *testing.T) {
	i := openIn(t, filepath.Join(t.TempDir(), "not", "there"))
	if i.Ready() || !i.NeedsRebuild() || i.Position() != "" {
		t.Error("an empty folder is no index")
	}
	if _, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: "x"}); !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
	if _, _, err := i.Search(t.Context(), Query{Project: 1, Text: "x"}); !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
	if err := i.Apply(t.Context(), docs(), nil, "1"); !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
	if err := i.Rebuild(t.Context(), "", from(nil)); err != nil || !i.Ready() || i.NeedsRebuild() {
		t.Errorf("an index of nothing is an index: %v", err)
	}
}

// ErrLocked says nothing about the index's health.
func TestOpenLocked(t *testing.T) {
	dir := t.TempDir()
	i := built(t, dir, docs())
	if _, err := Open(dir, "epoch", slog.New(slog.DiscardHandler)); !errors.Is(err, ErrLocked) {
		t.Fatalf("second open: %v", err)
	}
	if got, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: "password", Locale: "en"}); err != nil || len(got) == 0 {
		t.Errorf("the first one suffered: %v, %v", got, err)
	}
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	if again := openIn(t, dir); again.NeedsRebuild() {
		t.Error("a second open damaged the index")
	}
}

// F18: whatever happened to the files, Open comes back, and Rebuild heals.
func TestOpenDamaged(t *testing.T) {
	whole := t.TempDir()
	i := built(t, whole, docs())
	want := answers(t, i)
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	zap := func(t *testing.T, dir string) string {
		all, _ := filepath.Glob(filepath.Join(store(t, dir), "*.zap"))
		if len(all) == 0 {
			t.Fatal("no segment")
		}
		return all[0]
	}
	root := func(t *testing.T, dir string) string { return filepath.Join(store(t, dir), "root.bolt") }
	truncate := func(path string, keep func(size int64) int64) {
		info, err := os.Stat(path)
		if err == nil {
			err = os.Truncate(path, keep(info.Size()))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	unseal := func(t *testing.T, dir string) { _ = os.Remove(filepath.Join(filepath.Dir(store(t, dir)), sealName)) }
	none := func(int64) int64 { return 0 }
	half := func(size int64) int64 { return size / 2 }
	for name, c := range map[string]struct {
		epoch string
		harm  func(t *testing.T, dir string)
		fine  bool
	}{
		"untouched":           {fine: true, harm: func(*testing.T, string) {}},
		"after a crash":       {fine: true, harm: unseal},
		"lock file left":      {fine: true, harm: func(t *testing.T, dir string) { write(t, filepath.Join(dir, lockName), "4711") }},
		"resource fork left":  {fine: true, harm: func(t *testing.T, dir string) { write(t, filepath.Join(store(t, dir), "._root.bolt"), "x") }},
		"half a segment left": {fine: true, harm: func(t *testing.T, dir string) { write(t, filepath.Join(store(t, dir), "0000000000ff.zap"), "half") }},
		"half a rebuild left": {fine: true, harm: func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "index-half", "store", "root.bolt"), "half")
		}},
		"foreign epoch":    {epoch: "other", harm: func(*testing.T, string) {}},
		"root emptied":     {harm: func(t *testing.T, dir string) { unseal(t, dir); truncate(root(t, dir), none) }},
		"root cut in half": {harm: func(t *testing.T, dir string) { unseal(t, dir); truncate(root(t, dir), half) }},
		"root cut, sealed": {harm: func(t *testing.T, dir string) { truncate(root(t, dir), half) }},
		"root cut to a page": {harm: func(t *testing.T, dir string) {
			unseal(t, dir)
			truncate(root(t, dir), func(int64) int64 { return 4096 })
		}},
		"root gone":              {harm: func(t *testing.T, dir string) { _ = os.Remove(root(t, dir)) }},
		"root is something else": {harm: func(t *testing.T, dir string) { unseal(t, dir); write(t, root(t, dir), strings.Repeat("junk", 20_000)) }},
		"segment gone":           {harm: func(t *testing.T, dir string) { _ = os.Remove(zap(t, dir)) }},
		"segment emptied":        {harm: func(t *testing.T, dir string) { truncate(zap(t, dir), none) }},
		"segment cut":            {harm: func(t *testing.T, dir string) { truncate(zap(t, dir), half) }},
		"segment bytes flipped":  {harm: func(t *testing.T, dir string) { flip(t, zap(t, dir), 1000, 64) }},
		"segment footer flipped": {harm: func(t *testing.T, dir string) { flip(t, zap(t, dir), -20, 4) }},
		"meta gone": {harm: func(t *testing.T, dir string) {
			_ = os.Remove(filepath.Join(filepath.Dir(store(t, dir)), "index_meta.json"))
		}},
		"meta is something else": {harm: func(t *testing.T, dir string) {
			write(t, filepath.Join(filepath.Dir(store(t, dir)), "index_meta.json"), "{}")
		}},
		"folder gone":              {harm: func(t *testing.T, dir string) { _ = os.RemoveAll(filepath.Dir(store(t, dir))) }},
		"pointer gone":             {harm: func(t *testing.T, dir string) { _ = os.Remove(filepath.Join(dir, pointerName)) }},
		"pointer to elsewhere":     {harm: func(t *testing.T, dir string) { write(t, filepath.Join(dir, pointerName), "../../etc") }},
		"pointer is something odd": {harm: func(t *testing.T, dir string) { write(t, filepath.Join(dir, pointerName), "\x00\xff") }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			c.harm(t, dir)
			epoch := "epoch"
			if c.epoch != "" {
				epoch = c.epoch
			}
			i, err := Open(dir, epoch, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer i.Close()
			if i.NeedsRebuild() == c.fine || i.Ready() != c.fine {
				t.Errorf("needs rebuild %t, ready %t", i.NeedsRebuild(), i.Ready())
			}
			if !c.fine {
				if _, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: "password"}); !errors.Is(err, ErrUnavailable) {
					t.Errorf("answered: %v", err)
				}
				if err := i.Rebuild(t.Context(), "9", from(docs())); err != nil {
					t.Fatal(err)
				}
			}
			if got := answers(t, i); got != want {
				t.Errorf("answers differ:\n%s", got)
			}
			if folders, _ := filepath.Glob(filepath.Join(dir, generationPrefix+"*")); len(folders) != 1 {
				t.Errorf("folders left: %v", folders)
			}
		})
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, []byte(content), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// flip inverts n bytes at an offset, from the end when negative.
func flip(t *testing.T, path string, at, n int) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if at < 0 {
		at += len(content)
	}
	for i := at; i < min(at+n, len(content)); i++ {
		content[i] ^= 0xFF
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// F18: 64 bytes flipped anywhere in the root file, without the checksum of a clean end: either it is noticed, or
// it did not matter; never a crash, never a wrong answer.
func TestOpenFlippedRoot(t *testing.T) {
	whole := t.TempDir()
	i := built(t, whole, docs())
	want := answers(t, i)
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	size, err := os.Stat(filepath.Join(store(t, whole), "root.bolt"))
	if err != nil {
		t.Fatal(err)
	}
	noticed := 0
	for at := 0; at < int(size.Size()); at += 499 {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(filepath.Join(filepath.Dir(store(t, dir)), sealName))
		flip(t, filepath.Join(store(t, dir), "root.bolt"), at, 64)
		i, err := Open(dir, "epoch", nil)
		if err != nil {
			t.Fatalf("at %d: %v", at, err)
		}
		if i.NeedsRebuild() {
			noticed++
		} else if got := answers(t, i); got != want {
			t.Errorf("at %d: wrong answers", at)
		}
		if err := i.Apply(t.Context(), docs()[:1], nil, "2"); err != nil && !errors.Is(err, ErrUnavailable) {
			t.Logf("at %d: %v", at, err)
		}
		_ = i.Close()
	}
	if noticed == 0 {
		t.Error("no flip was noticed")
	}
}

// F18: a segment cut short under a running process breaks a query, not the process.
func TestBrokenWhileOpen(t *testing.T) {
	i := built(t, t.TempDir(), docs())
	i.fail(i.current.Load(), errPanic) // what read does after a fault
	if i.Ready() || !i.NeedsRebuild() || i.Position() != "" {
		t.Error("a broken index is still in use")
	}
	if _, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: "password"}); !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
	if err := i.Apply(t.Context(), nil, nil, "2"); !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
	if err := i.Rebuild(t.Context(), "3", from(docs())); err != nil || !i.Ready() || i.Position() != "3" {
		t.Errorf("after rebuild: %v, ready %t", err, i.Ready())
	}
}

func TestGuard(t *testing.T) {
	if err := guard(func() error { panic("zap") }); !errors.Is(err, errPanic) {
		t.Error(err)
	}
	own := errors.New("own")
	if err := guard(func() error { return own }); err != own {
		t.Error(err)
	}
}

// F18: while a rebuild runs, the old index answers and takes changes; a rebuild that fails leaves it alone.
func TestRebuildBesideQueries(t *testing.T) {
	dir := t.TempDir()
	i := built(t, dir, docs())
	want := answers(t, i)
	failure := errors.New("database gone")
	err := i.Rebuild(t.Context(), "2", func(yield func(Doc) error) error {
		for n := range 2 * batchDocs {
			if err := yield(Doc{ID: fmt.Sprint(n), Kind: "article", Project: 1, Visibility: Public, Title: "password"}); err != nil {
				return err
			}
		}
		if got := answers(t, i); got != want {
			t.Error("the old index answers differently meanwhile")
		}
		if err := i.Apply(t.Context(), docs()[:1], nil, "1a"); err != nil {
			t.Errorf("change meanwhile: %v", err)
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Fatal(err)
	}
	if got := answers(t, i); got != want || i.Position() != "1a" || i.NeedsRebuild() {
		t.Errorf("after a failed rebuild: position %q", i.Position())
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := i.Rebuild(cancelled, "2", from(docs())); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if folders, _ := filepath.Glob(filepath.Join(dir, generationPrefix+"*")); len(folders) != 1 {
		t.Errorf("folders left: %v", folders)
	}
}

// KB-3: no query fails while indexes are swapped under it.
func TestSwapUnderQueries(t *testing.T) {
	i := built(t, t.TempDir(), docs())
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				hits, err := i.Suggest(context.Background(), Suggest{Project: 1, Title: "Reset your password", Locale: "en"})
				if err != nil || len(hits) == 0 {
					t.Errorf("%v, %v", hits, err)
					return
				}
			}
		})
	}
	for n := range 5 {
		if err := i.Rebuild(t.Context(), fmt.Sprint(n), from(docs())); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	group.Wait()
	if err := i.Close(); err != nil {
		t.Error(err)
	}
	if _, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: "x"}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
	if err := i.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

// F18: a process killed in the middle of batches or of a rebuild leaves an index that opens, with documents and
// position of the same batch.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("LODGE_TEST_SEARCH_DIR"); dir != "" {
		killedChild(dir)
		return
	}
	for _, moment := range []string{"batch", "rebuild"} {
		for n := range 3 {
			dir := t.TempDir()
			i := built(t, dir, docs())
			if err := i.Close(); err != nil {
				t.Fatal(err)
			}
			child := exec.Command(os.Args[0], "-test.run", "^TestKilled$")
			child.Env = append(os.Environ(), "LODGE_TEST_SEARCH_DIR="+dir, "LODGE_TEST_SEARCH_MOMENT="+moment)
			out, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			var acknowledged int
			for range 5 + 3*n {
				if _, err := fmt.Fscanln(out, &acknowledged); err != nil {
					t.Fatalf("%s: child: %v", moment, err)
				}
			}
			_ = child.Process.Kill()
			_ = child.Wait()

			i = openIn(t, dir)
			if i.NeedsRebuild() {
				t.Fatalf("%s: not usable after a kill", moment)
			}
			if moment == "rebuild" {
				if i.Position() != "1" {
					t.Errorf("rebuild: position %q", i.Position())
				}
				continue
			}
			var position int
			if _, err := fmt.Sscan(i.Position(), &position); err != nil || position < acknowledged {
				t.Errorf("position %d, acknowledged %d (%v)", position, acknowledged, err)
			}
			for number, want := range map[int]bool{acknowledged: true, position: true, position + 1: false} {
				hits, _, err := i.Search(t.Context(), Query{Project: 9, Text: fmt.Sprintf("number%d ", number)})
				if got := slices.Contains(ids(hits), fmt.Sprint("n", number)); err != nil || got != want {
					t.Errorf("document %d at position %d: %t, %v", number, position, got, err)
				}
			}
		}
	}
}

// killedChild says each number whose batch was acknowledged, until somebody kills it.
func killedChild(dir string) {
	ctx := context.Background()
	i, err := Open(dir, "epoch", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	doc := func(n int) Doc {
		return Doc{ID: fmt.Sprint("n", n), Kind: "article", Project: 9, Visibility: Public, Title: fmt.Sprintf("number%d", n)}
	}
	if os.Getenv("LODGE_TEST_SEARCH_MOMENT") == "rebuild" {
		err = i.Rebuild(ctx, "2", func(yield func(Doc) error) error {
			for n := 0; ; n++ {
				if err := yield(doc(n)); err != nil {
					return err
				}
				if n%100 == 0 {
					fmt.Println(n)
				}
			}
		})
	}
	for n := 1; err == nil; n++ {
		if err = i.Apply(ctx, []Doc{doc(n)}, nil, fmt.Sprint(n)); err == nil {
			fmt.Println(n)
		}
	}
	fmt.Println(err)
}
