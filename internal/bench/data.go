package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// sampled is a filled data folder and, of what `lodge sample` printed about it, what is
// asked for here.
type sampled struct {
	dir      string
	Tickets  int
	Messages int
	Articles int
	Projects []string
	SignIns  []struct{ Email, Password, Role string } `json:"sign_ins"`
	Threads  []struct{ Path string }
	Queries  []string
}

// build makes the program once.
func build(work string) (string, error) {
	program := filepath.Join(work, "lodge")
	cmd := exec.Command("go", "build", "-o", program, "lodge")
	cmd.Stderr = os.Stderr
	return program, cmd.Run()
}

// fill gives the data folder for these sizes. It is kept under the system's temporary
// folder, by sizes and by the sources that decide what is in it, so that the next run need
// not fill it again.
func fill(program string, o options) (*sampled, error) {
	mark, err := digest("models/migrations", "sample")
	if err != nil {
		return nil, err
	}
	root := filepath.Join(os.TempDir(), fmt.Sprintf("lodge-bench-%d-%d-%s", o.tickets, o.articles, mark))
	printed := filepath.Join(root, "sample.json")
	if o.fresh {
		if err := os.RemoveAll(root); err != nil {
			return nil, err
		}
	}
	raw, err := os.ReadFile(printed)
	if errors.Is(err, os.ErrNotExist) {
		say("filling a data folder with %d tickets and %d articles", o.tickets, o.articles)
		// Half of a folder is none.
		if err := os.RemoveAll(root); err != nil {
			return nil, err
		}
		cmd := exec.Command(program, "sample", "--data", filepath.Join(root, "data"), "--tickets", strconv.Itoa(o.tickets), "--articles", strconv.Itoa(o.articles))
		cmd.Env, cmd.Stderr = environment(), os.Stderr
		if raw, err = cmd.Output(); err != nil {
			return nil, fmt.Errorf("lodge sample: %w", err)
		}
		if err := owe(filepath.Join(root, "data", "lodge.db")); err != nil {
			return nil, fmt.Errorf("promises: %w", err)
		}
		if err := os.WriteFile(printed, raw, 0o600); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	s := &sampled{dir: filepath.Join(root, "data")}
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, fmt.Errorf("what lodge sample printed: %w", err)
	}
	if len(s.Projects) == 0 || len(s.Threads) == 0 || len(s.Queries) == 0 || len(s.SignIns) == 0 {
		return nil, errors.New("lodge sample printed no links, queries or sign-ins")
	}
	return s, nil
}

// digest names the present state of some source folders.
func digest(folders ...string) (string, error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), filepath.FromSlash(folder), "*"))
		if err != nil {
			return "", err
		}
		for _, name := range files {
			if ext := filepath.Ext(name); strings.HasSuffix(name, "_test.go") || (ext != ".go" && ext != ".sql") {
				continue
			}
			raw, err := os.ReadFile(name)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s %d\n", filepath.Base(name), len(raw))
			sum.Write(raw)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:4]), nil
}
