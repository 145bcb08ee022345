package secret

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// OP-4: processes that start at once on one folder share one key.
func TestProcessesAgreeOnOneKey(t *testing.T) {
	if dir := os.Getenv("LODGE_TEST_SECRET_DIR"); dir != "" {
		k, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("token=" + k.Token(Thread, 1, 1) + "\n")
		return
	}
	dir := filepath.Join(t.TempDir(), "new", "data")
	const n = 6
	var outs [n]strings.Builder
	var cmds [n]*exec.Cmd
	for i := range cmds {
		cmds[i] = exec.Command(os.Args[0], "-test.run=^TestProcessesAgreeOnOneKey$")
		cmds[i].Env = append(os.Environ(), "LODGE_TEST_SECRET_DIR="+dir)
		cmds[i].Stdout = &outs[i]
		if err := cmds[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	tokens := map[string]bool{}
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v: %s", err, outs[i].String())
		}
		line, _, _ := strings.Cut(outs[i].String(), "\n")
		tokens[line] = true
	}
	if len(tokens) != 1 {
		t.Errorf("the processes made %d keys", len(tokens))
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
	info, err := os.Stat(filepath.Join(dir, FileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	first, err := Load(dir)
	if err != nil || !first.Fresh() {
		t.Fatal(err)
	}
	second, err := Load(dir)
	if err != nil || second.Fresh() {
		t.Fatal("read again as new", err)
	}
	if first.Token(Thread, 1, 1) != second.Token(Thread, 1, 1) {
		t.Error("the key changed")
	}
	other, err := Load(t.TempDir())
	if err != nil || other.Token(Thread, 1, 1) == first.Token(Thread, 1, 1) {
		t.Error("two folders share a key", err)
	}
}

// A damaged key is reported and left alone, never replaced.
func TestLoadKeepsADamagedKey(t *testing.T) {
	for _, damaged := range []string{"", "short", strings.Repeat("A", 60), strings.Repeat("!", 44)} {
		dir := t.TempDir()
		path := filepath.Join(dir, FileName)
		if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(dir); err == nil || strings.Contains(err.Error(), "AAAA") {
			t.Errorf("%q: %v", damaged, err)
		}
		if now, _ := os.ReadFile(path); string(now) != damaged {
			t.Errorf("%q was replaced", damaged)
		}
	}
	if _, err := FromBytes(make([]byte, 31)); err == nil {
		t.Error("31 bytes are accepted")
	}
}
