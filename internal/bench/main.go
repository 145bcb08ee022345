// Command bench measures Lodge against the goals it was built to (docs/bench.md).
//
// Speed is given as a ratio to a floor that is measured in the same run, turn by turn with
// the program: a bare Fiber server in a process of its own that answers with constants.
// So the figures mean something on any machine, and a busy one spoils both sides alike.
// Memory, start, bytes and the wait for suggestions are plain figures.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

// options are what the command line says.
type options struct {
	tickets, articles int
	seconds           time.Duration
	rounds            int
	clients           int
	idle              time.Duration
	fresh, strict     bool
	only              string
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == floorCommand {
		exit(serveFloor(os.Args[2:]))
	}
	var o options
	var seconds, idle float64
	flag.IntVar(&o.tickets, "tickets", 100_000, "tickets in the database")
	flag.IntVar(&o.articles, "articles", 10_000, "articles in the search index")
	flag.Float64Var(&seconds, "seconds", 3, "how long one turn of one figure takes")
	flag.IntVar(&o.rounds, "rounds", 5, "how many turns each figure gets")
	flag.IntVar(&o.clients, "clients", 16, "connections under load")
	flag.Float64Var(&idle, "idle", 30, "seconds of rest before memory is read again")
	flag.BoolVar(&o.fresh, "fresh", false, "fill the data folder anew instead of keeping the last run's")
	flag.BoolVar(&o.strict, "strict", false, "exit with 1 when a goal is missed")
	flag.StringVar(&o.only, "only", "", "measure only this: start, memory, first-load, pages, suggestions, queue or creates")
	flag.Parse()
	o.seconds, o.idle = time.Duration(seconds*float64(time.Second)), time.Duration(idle*float64(time.Second))
	if flag.NArg() > 0 || o.tickets < 1 || o.articles < 1 || o.rounds < 1 || o.clients < 1 || seconds <= 0 {
		flag.Usage()
		os.Exit(2)
	}
	missed, err := run(o)
	if err == nil && missed > 0 && o.strict {
		err = fmt.Errorf("%d goals missed", missed)
	}
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run measures everything and prints the table. missed counts the goals not reached.
func run(o options) (missed int, err error) {
	work, err := os.MkdirTemp("", "lodge-bench-run-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	say("building the program")
	program, err := build(work)
	if err != nil {
		return 0, err
	}
	data, err := fill(program, o)
	if err != nil {
		return 0, err
	}
	b := &bench{options: o, work: work, program: program, data: data}
	defer func() { err = errors.Join(err, b.end()) }()
	if err := b.measure(); err != nil {
		return 0, err
	}
	return b.table.print(os.Stdout), nil
}

// bench is one run.
type bench struct {
	options
	work, program string
	data          *sampled
	lodge, floor  *process
	links         []link
	table         table
}

// measure goes from quiet to loud: what load would spoil comes first.
func (b *bench) measure() error {
	for _, step := range []struct {
		name, what string
		do         func() error
	}{
		{"", "letting the index settle", b.prime},
		{"start", "starting", b.start},
		{"memory", "resting", b.memory},
		{"first-load", "first load of the create page", b.firstLoad},
		{"pages", "reading every link once", b.readLinks},
		{"pages", "pages and polls, turn by turn with the floor", b.pages},
		{"suggestions", "suggestions", b.suggestions},
		{"queue", "the agents' queue", b.queue},
		{"creates", "creating tickets, in a copy", b.creates},
	} {
		if b.only != "" && b.only != step.name && step.name != "" && step.name != "start" {
			continue // without a start there is nothing to measure
		}
		say("%s", step.what)
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

func (b *bench) end() error {
	return errors.Join(b.lodge.stop(), b.floor.stop())
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
