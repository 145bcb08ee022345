// Package testpg lends tests a PostgreSQL of their own: a private cluster in a temporary
// folder on a loopback port, made once a test binary and gone when the binary ends.
package testpg

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun/driver/pgdriver"
)

// Start gives the address of a fresh, empty database. Without an installed PostgreSQL the
// test is skipped, or fails when LODGE_TEST_REQUIRE contains "postgres". The database is
// dropped at the test's end.
func Start(t testing.TB) (address string) {
	t.Helper()
	server, err := shared()
	if err != nil {
		if strings.Contains(os.Getenv("LODGE_TEST_REQUIRE"), "postgres") {
			t.Fatalf("PostgreSQL is required: %v", err)
		}
		t.Skipf("PostgreSQL is not available: %v", err)
	}
	name, err := server.create(t.Context())
	if err != nil {
		t.Fatalf("make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := server.admin(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return server.address(name)
}

var shared = sync.OnceValues(start)

type cluster struct {
	port     int
	password string
	mu       sync.Mutex
	made     int
	// leash keeps the cluster alive: when this process ends, however it ends, its end of
	// the pipe closes and the script below stops the server and clears its folder.
	leash io.Closer
}

// script runs as the server's user. It reads the password, then waits for its input to end.
const script = `set -eu
read -r password
dir=$(mktemp -d /tmp/testpg.XXXXXX)
trap 'rm -rf "$dir"' EXIT
printf '%s' "$password" > "$dir/password"
"$1/initdb" -D "$dir/data" -U lodge -A scram-sha-256 --pwfile="$dir/password" -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
"$1/postgres" -D "$dir/data" -c listen_addresses=127.0.0.1 -c port="$2" -c unix_socket_directories= \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=32MB >"$dir/log" 2>&1 </dev/null &
server=$!
trap '' INT TERM
while read -r _; do :; done
kill -INT "$server" 2>/dev/null || cat "$dir/log"
wait "$server" || true
`

func start() (*cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()

	command := []string{"sh", "-c", script, "sh", bin, strconv.Itoa(port)}
	if os.Getuid() == 0 {
		// The server refuses to run as root.
		command = append([]string{"runuser", "-u", "postgres", "--"}, command...)
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = os.TempDir()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	leash, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	c := &cluster{port: port, password: rand.Text(), leash: leash}
	if _, err := io.WriteString(leash, c.password+"\n"); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	for deadline := time.Now().Add(90 * time.Second); ; {
		err := c.admin(context.Background(), "SELECT 1")
		if err == nil {
			return c, nil
		}
		select {
		case end := <-ended:
			return nil, fmt.Errorf("start PostgreSQL: %w: %s", errors.Join(end, err), said.String())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			leash.Close()
			return nil, fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
	}
}

// programs finds the folder with initdb and postgres, the newest first.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errors.New("no initdb found")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

func (c *cluster) address(database string) string {
	return fmt.Sprintf("postgres://lodge:%s@127.0.0.1:%d/%s?sslmode=disable", c.password, c.port, database)
}

func (c *cluster) admin(ctx context.Context, statement string) error {
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(c.address("postgres"))))
	defer db.Close()
	_, err := db.ExecContext(ctx, statement)
	return err
}

func (c *cluster) create(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made++
	name := fmt.Sprintf("test_%d", c.made)
	return name, c.admin(ctx, "CREATE DATABASE "+name)
}
