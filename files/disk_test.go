package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var _ Store = (*Disk)(nil)

func open(t *testing.T) *Disk {
	t.Helper()
	d, err := OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func receive(t *testing.T, d *Disk, content string) *Draft {
	t.Helper()
	draft, err := d.Receive(t.Context(), strings.NewReader(content), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return draft
}

func keep(t *testing.T, d *Disk, content string) string {
	t.Helper()
	key, err := d.Keep(t.Context(), receive(t, d, content))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// paths lists every file below the store, relative to it.
func paths(t *testing.T, d *Disk) (all []string) {
	t.Helper()
	err := filepath.WalkDir(d.dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(d.dir, path)
			all = append(all, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// PC-5
func TestReceiveKeepOpenRemove(t *testing.T) {
	d := open(t)
	content := strings.Repeat("hello world\n", 10_000)
	draft := receive(t, d, content)
	sum := sha256.Sum256([]byte(content))
	if draft.Size != int64(len(content)) || !bytes.Equal(draft.SHA256, sum[:]) || draft.Type != "text/plain" {
		t.Errorf("draft: %d bytes, %x, %s", draft.Size, draft.SHA256, draft.Type)
	}
	key, err := d.Keep(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	draft.Discard() // after Keep it does nothing
	if got, want := paths(t, d), []string{"kept/" + key[:2] + "/" + key}; !slices.Equal(got, want) {
		t.Fatalf("files: %v, want %v", got, want)
	}
	r, err := d.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil || string(got) != content || r.Size() != int64(len(content)) {
		t.Errorf("read %d bytes (%v), size %d", len(got), err, r.Size())
	}
	if _, err := d.Keep(t.Context(), draft); !errors.Is(err, ErrSpent) {
		t.Errorf("kept twice: %v", err)
	}
	for range 2 {
		if err := d.Remove(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Open(t.Context(), key); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed: %v", err)
	}
}

// PC-6: the limit is exact, and what is refused leaves nothing behind.
func TestReceiveLimit(t *testing.T) {
	for _, c := range []struct {
		size  int
		limit int64
		fits  bool
	}{{0, 0, true}, {1, 0, false}, {99_999, 100_000, true}, {100_000, 100_000, true}, {100_001, 100_000, false}, {5 << 20, 100_000, false}} {
		d := open(t)
		draft, err := d.Receive(t.Context(), bytes.NewReader(make([]byte, c.size)), c.limit)
		if c.fits {
			if err != nil || draft.Size != int64(c.size) {
				t.Errorf("%d of %d: %v", c.size, c.limit, err)
			}
			continue
		}
		if !errors.Is(err, ErrTooLarge) || draft != nil {
			t.Errorf("%d of %d: %v", c.size, c.limit, err)
		}
		if left := paths(t, d); len(left) > 0 {
			t.Errorf("%d of %d left %v", c.size, c.limit, left)
		}
	}
}

// PC-6: a length that lies: the reader never ends.
func TestReceiveStopsReading(t *testing.T) {
	d := open(t)
	endless := &counting{}
	if _, err := d.Receive(t.Context(), endless, 1<<20); !errors.Is(err, ErrTooLarge) {
		t.Fatal(err)
	}
	if endless.n > 2<<20 {
		t.Errorf("read %d bytes for a limit of %d", endless.n, 1<<20)
	}
}

type counting struct{ n int64 }

func (c *counting) Read(p []byte) (int, error) { c.n += int64(len(p)); return len(p), nil }

func TestReceiveCleansUpAfterABrokenUpload(t *testing.T) {
	d := open(t)
	broken := io.MultiReader(strings.NewReader("half"), iotestErr{})
	if _, err := d.Receive(t.Context(), broken, 100); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("broken: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Receive(ctx, &counting{}, 1<<40); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if left := paths(t, d); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestDiscard(t *testing.T) {
	d := open(t)
	draft := receive(t, d, "text")
	draft.Discard()
	draft.Discard()
	(*Draft)(nil).Discard()
	if left := paths(t, d); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if _, err := d.Keep(t.Context(), draft); !errors.Is(err, ErrSpent) {
		t.Errorf("kept: %v", err)
	}
	if _, err := draft.Open(); !errors.Is(err, ErrSpent) {
		t.Errorf("opened: %v", err)
	}
}

// PC-5, F19: the key appears only after the bytes are on the disk, and Keep returns only after the key is.
func TestKeepOrder(t *testing.T) {
	d := open(t)
	var steps []string
	d.sync = func(f *os.File) error { steps = append(steps, "sync bytes"); return f.Sync() }
	d.rename = func(from, to string) error { steps = append(steps, "rename"); return os.Rename(from, to) }
	d.syncDir = func(dir string) error {
		rel, _ := filepath.Rel(d.dir, dir)
		steps = append(steps, "sync "+strings.Split(filepath.ToSlash(rel), "/")[0]+fmt.Sprint(strings.Count(filepath.ToSlash(rel), "/")))
		return syncDir(dir)
	}
	keep(t, d, "text")
	if want := []string{"sync bytes", "sync kept0", "rename", "sync kept1"}; !slices.Equal(steps, want) {
		t.Errorf("steps %v, want %v", steps, want)
	}
}

// PC-5: a disk that cannot promise gives no key.
func TestKeepFails(t *testing.T) {
	broken := errors.New("disk full")
	for name, spoil := range map[string]func(*Disk){
		"bytes":  func(d *Disk) { d.sync = func(*os.File) error { return broken } },
		"rename": func(d *Disk) { d.rename = func(string, string) error { return broken } },
		"folder": func(d *Disk) { d.syncDir = func(string) error { return broken } },
	} {
		d := open(t)
		spoil(d)
		draft := receive(t, d, "text")
		if key, err := d.Keep(t.Context(), draft); !errors.Is(err, broken) || key != "" {
			t.Errorf("%s: key %q, %v", name, key, err)
		}
		if name == "bytes" {
			for _, path := range paths(t, d) {
				if strings.HasPrefix(path, "kept/") {
					t.Errorf("renamed before the bytes were safe: %s", path)
				}
			}
			draft.Discard()
			if left := paths(t, d); len(left) > 0 {
				t.Errorf("%s left %v", name, left)
			}
		}
	}
}

// A43
func TestKeysAreNotPaths(t *testing.T) {
	d := open(t)
	if err := os.WriteFile(filepath.Join(d.dir, "db.sqlite"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	keep(t, d, "text")
	for _, key := range []string{
		"", ".", "..", "/", "../db.sqlite", "../../db.sqlite", "..%2f..%2fdb.sqlite", "%c0%ae%c0%ae/db.sqlite", `..\..\db.sqlite`,
		filepath.Join(d.dir, "db.sqlite"), "aa/../../../db.sqlite.......", strings.Repeat("a", keyLength-1), strings.Repeat("A", keyLength),
		strings.Repeat("a", keyLength-1) + "\x00", strings.Repeat("a", keyLength) + "/..", strings.Repeat("ä", keyLength/2),
	} {
		if r, err := d.Open(t.Context(), key); !errors.Is(err, ErrNotFound) {
			t.Errorf("Open(%q) = %v, %v", key, r, err)
		}
		if err := d.Remove(t.Context(), key); err != nil {
			t.Errorf("Remove(%q) = %v", key, err)
		}
	}
	if got := paths(t, d); len(got) != 2 {
		t.Errorf("files now: %v", got)
	}
	if _, err := d.Open(t.Context(), newKey()); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
}

// PC-5: what no row names goes, what a row names stays, what is young may get its row yet.
func TestSweep(t *testing.T) {
	d := open(t)
	used := map[string]bool{}
	var orphans []string
	hourAgo := time.Now().Add(-time.Hour)
	age := func(path string) {
		if err := os.Chtimes(path, hourAgo, hourAgo); err != nil {
			t.Fatal(err)
		}
	}
	for i := range sweepBatch + 20 {
		key := newKey()
		path, _ := d.place(key)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		age(path)
		if i%10 == 0 {
			orphans = append(orphans, key)
		} else {
			used[key] = true
		}
	}
	young := keep(t, d, "young")
	receive(t, d, "young draft")
	age(receive(t, d, "old draft").path)
	foreign := filepath.Join(d.kept(), "README")
	if err := os.WriteFile(foreign, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	age(foreign)

	// While the database cannot answer, nothing kept goes.
	down := errors.New("database down")
	removed, err := d.Sweep(t.Context(), time.Minute, func(context.Context, []string) (map[string]bool, error) { return nil, down })
	if !errors.Is(err, down) || removed != 1 {
		t.Errorf("without an answer: removed %d (want the one old draft), %v", removed, err)
	}
	calls := 0
	removed, err = d.Sweep(t.Context(), time.Minute, func(_ context.Context, keys []string) (map[string]bool, error) {
		if calls++; len(keys) > sweepBatch {
			t.Errorf("asked for %d at once", len(keys))
		}
		if slices.Contains(keys, young) {
			t.Error("asked for a young one")
		}
		return used, nil
	})
	if err != nil || removed != len(orphans) || calls != 2 {
		t.Errorf("removed %d of %d in %d calls: %v", removed, len(orphans), calls, err)
	}
	for _, key := range orphans {
		if _, err := d.Open(t.Context(), key); !errors.Is(err, ErrNotFound) {
			t.Fatalf("orphan %s: %v", key, err)
		}
	}
	used[young] = true
	for key := range used {
		r, err := d.Open(t.Context(), key)
		if err != nil {
			t.Fatalf("live %s: %v", key, err)
		}
		r.Close()
	}
	if left := paths(t, d); len(left) != len(used)+2 { // the young draft and the README
		t.Errorf("%d files left for %d live ones", len(left), len(used))
	}
}

// PC-5: the age that Sweep looks at counts from Keep, however long the draft had waited.
func TestKeepMakesYoung(t *testing.T) {
	d := open(t)
	draft := receive(t, d, "text")
	dayAgo := time.Now().Add(-24 * time.Hour)
	if err := os.Chtimes(draft.path, dayAgo, dayAgo); err != nil {
		t.Fatal(err)
	}
	key, err := d.Keep(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	removed, err := d.Sweep(t.Context(), time.Hour, func(context.Context, []string) (map[string]bool, error) { return nil, nil })
	if err != nil || removed != 0 {
		t.Errorf("removed %d, %v", removed, err)
	}
	if _, err := d.Open(t.Context(), key); err != nil {
		t.Error(err)
	}
}

// A40, A41: the type comes from the content; what can run is never viewable.
func TestSniff(t *testing.T) {
	for _, c := range []struct{ name, content, kind string }{
		{"svg", `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`, "image/svg+xml"},
		{"html", "<!DOCTYPE html><script>1</script>", "text/html"},
		{"script in a text", "<script>alert(1)</script>", "text/html"},
		{"xml", `<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>`, "text/xml"},
		{"pdf", "%PDF-1.7\n1 0 obj<</JS(app.alert(1))>>", "application/pdf"},
		{"windows program", "MZ\x90\x00\x03\x00", "application/vnd.microsoft.portable-executable"},
		{"text", "plain words", "text/plain"},
		{"bytes", "\x00\x01\x02\x03", "application/octet-stream"},
		{"gif that is a page too", "GIF89a/*<script>alert(1)</script>*/=1;", "image/gif"},
	} {
		draft := receive(t, open(t), c.content)
		if draft.Type != c.kind {
			t.Errorf("%s: %s, want %s", c.name, draft.Type, c.kind)
		}
		if c.kind != "image/gif" && Viewable(draft.Type) {
			t.Errorf("%s: viewable as %s", c.name, draft.Type)
		}
	}
}
