package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// readyWithin is how long a process may take until it answers.
const readyWithin = time.Minute

// process is a running server.
type process struct {
	cmd  *exec.Cmd
	addr string
	log  *os.File
	done chan error
	// took is from starting it to its first good answer.
	took time.Duration
}

// launch starts a server on a free port of this machine and waits until it is ready. Its
// log goes to a file in the working folder, as it would in service.
func launch(work, name, program string, args ...string) (*process, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(work, name+".log"))
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(program, append(args, "--addr", addr)...), addr: addr, log: log, done: make(chan error, 1)}
	p.cmd.Stderr = log
	p.cmd.Env = environment()
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		log.Close()
		return nil, err
	}
	go func() { p.done <- p.cmd.Wait() }()
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		answer, err := client.Get("http://" + addr + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				p.took = time.Since(began)
				return p, nil
			}
		}
		select {
		case err := <-p.done:
			p.done <- err
			return nil, errors.Join(fmt.Errorf("%s ended: %v; it said: %s", name, err, p.lastWords()), p.stop())
		case <-time.After(2 * time.Millisecond):
		}
		if time.Since(began) > readyWithin {
			return nil, errors.Join(fmt.Errorf("%s is not ready; it said: %s", name, p.lastWords()), p.stop())
		}
	}
}

// environment leaves out the settings of whoever runs the bench.
func environment() []string {
	var kept []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "LODGE_") {
			kept = append(kept, v)
		}
	}
	return kept
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// lastWords is the end of a process's log.
func (p *process) lastWords() string {
	said, _ := os.ReadFile(p.log.Name())
	if len(said) > 2000 {
		said = said[len(said)-2000:]
	}
	return strings.TrimSpace(string(said))
}

// stop ends a process the gentle way and waits for it.
func (p *process) stop() error {
	if p == nil {
		return nil
	}
	defer p.log.Close()
	select {
	case err := <-p.done:
		p.done <- err
		return nil
	default:
	}
	if p.cmd.Process.Signal(os.Interrupt) != nil {
		_ = p.cmd.Process.Kill()
	}
	select {
	case err := <-p.done:
		p.done <- err
		return nil
	case <-time.After(20 * time.Second):
		_ = p.cmd.Process.Kill()
		p.done <- <-p.done
		return errors.New("a server did not stop when asked")
	}
}

// settle waits until a process does next to nothing, such as after its first start, when
// it makes its index.
func (p *process) settle(within time.Duration) error {
	quiet := 0
	for began := time.Now(); time.Since(began) < within; {
		before, ok := cpuTime(p.cmd.Process.Pid)
		time.Sleep(time.Second)
		after, _ := cpuTime(p.cmd.Process.Pid)
		if !ok {
			// Nobody can tell here; give it the time of a small index.
			time.Sleep(min(within, 30*time.Second))
			return nil
		}
		if after-before > 50*time.Millisecond {
			quiet = 0
			continue
		}
		if quiet++; quiet == 3 {
			return nil
		}
	}
	return fmt.Errorf("still busy after %v", within)
}
