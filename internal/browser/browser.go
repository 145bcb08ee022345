// Package browser drives a headless Chromium for tests: the stories of the product run in
// it with scripts on and off. One process serves all tests of a test binary, each Tab has
// cookies and storage of its own.
package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Require skips the test where no Chromium is installed, or fails it when
// LODGE_TEST_REQUIRE contains "browser".
func Require(t testing.TB) {
	t.Helper()
	if _, err := shared(); err != nil {
		if strings.Contains(os.Getenv("LODGE_TEST_REQUIRE"), "browser") {
			t.Fatalf("a browser is required: %v", err)
		}
		t.Skipf("no browser: %v", err)
	}
}

// process is the one Chromium of a test binary.
type process struct {
	ctx context.Context
	// leash clears the browser's folder: when this process ends, however it ends, its end
	// of the pipe closes and the script below goes on.
	leash io.Closer
}

// script makes a folder, says its name and waits for its input to end. The browser dies
// with us by itself; what it left behind may take a moment to let go of its files.
const script = `dir=$(mktemp -d "${TMPDIR:-/tmp}/lodge-browser.XXXXXX") || exit 1
echo "$dir"
trap '' INT TERM HUP
while read -r _; do :; done
for _ in 1 2 3 4 5; do rm -rf "$dir" 2>/dev/null && exit 0; sleep 1; done`

var shared = sync.OnceValues(start)

func start() (*process, error) {
	path, err := program()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("sh", "-c", script)
	leash, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	name := make([]byte, 4096)
	n, err := said.Read(name)
	if err != nil {
		return nil, fmt.Errorf("a folder for the browser: %w", err)
	}
	dir := strings.TrimSpace(string(name[:n]))
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(dir),
		chromedp.Env("TMPDIR="+dir),
		chromedp.WindowSize(1280, 900),
		// Containers run tests as root, where Chromium's own sandbox refuses to start.
		chromedp.NoSandbox,
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("lang", "en-GB"),
	)
	ctx, _ := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, _ = chromedp.NewContext(ctx)
	// The first call binds the process to its context, so it must have no deadline.
	started := make(chan error, 1)
	go func() { started <- chromedp.Do(ctx) }()
	select {
	case err = <-started:
	case <-time.After(90 * time.Second):
		err = errors.New("it does not answer")
	}
	if err != nil {
		leash.Close()
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return &process{ctx: ctx, leash: leash}, nil
}

// program finds Chromium; LODGE_TEST_BROWSER names another one.
func program() (string, error) {
	for _, name := range []string{os.Getenv("LODGE_TEST_BROWSER"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no chromium in the path")
}
