package views

import (
	"errors"
	"fmt"
	"html/template"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"

	engine "github.com/gofiber/template/html/v2"
)

// Most of the time of a page goes into html/template's walk: it finds every field by its
// name and calls every escaper through reflection. So once a template is loaded, the tree
// that html/template has already made safe is compiled to a chain of closures which do the
// same with what is known beforehand. The tree stays the only source: what stands in it,
// and which escaper stands where, is html/template's own decision.
//
// Whatever the closures meet that they do not know for certain (another type, another
// escaper, a nil on the way, a failing function) they give up, and html/template renders
// the whole page instead, errors included. The tests hold both to the same bytes.

// expr computes a value, step writes something.
type (
	expr func(m *machine) reflect.Value
	step func(m *machine)
)

// program is one compiled template.
type program struct {
	slots int // variables; the first is $
	steps []step
}

// giveUp is the panic of whatever must be left to html/template.
type giveUp struct{ why string }

func leave(format string, args ...any) { panic(giveUp{fmt.Sprintf(format, args...)}) }

// set is the templates of one language in both forms.
type set struct {
	*engine.Engine
	programs map[string]*program
}

// compile prepares all templates of an engine. Those that cannot be compiled are left out;
// problems says why, for the test that wants none of them.
func compile(e *engine.Engine, funcs map[string]any) (s *set, problems []error) {
	s = &set{e, map[string]*program{}}
	all := e.Templates.Templates()
	c := &compiler{funcs: funcs, written: map[string]*parse.Tree{}, programs: s.programs}
	for _, t := range all {
		if t.Tree != nil {
			c.written[t.Name()] = t.Tree.Copy()
		}
	}
	for _, t := range all {
		// Templates are made safe at their first use; that it then fails for want of data
		// does not matter.
		_ = e.Templates.ExecuteTemplate(discard{}, t.Name(), nil)
	}
	for _, t := range all {
		if t.Tree == nil || t.Tree.Root == nil {
			continue
		}
		if err := c.template(t.Name(), t.Tree.Root.Nodes); err != nil {
			problems = append(problems, fmt.Errorf("views: %s: %w", t.Name(), err))
		}
	}
	return s, problems
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// compiler turns trees into programs.
type compiler struct {
	funcs    map[string]any
	written  map[string]*parse.Tree // as they were before html/template made them safe
	programs map[string]*program

	// Of the template at hand.
	scope []string // names of the variables in sight; the place is the slot
	slots int
}

// template compiles one template under a name.
func (c *compiler) template(name string, nodes []parse.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			g, ok := r.(giveUp)
			if !ok {
				panic(r)
			}
			err = fmt.Errorf("not compiled: %s", g.why)
		}
	}()
	// A compiler of its own: another template may be half done.
	one := &compiler{funcs: c.funcs, written: c.written, programs: c.programs, scope: []string{"$"}, slots: 1}
	steps := one.list(&parse.ListNode{NodeType: parse.NodeList, Nodes: nodes})
	c.programs[name] = &program{slots: one.slots, steps: steps}
	return nil
}

func (c *compiler) declare(name string) int {
	c.scope = append(c.scope, name)
	c.slots = max(c.slots, len(c.scope))
	return len(c.scope) - 1
}

func (c *compiler) slot(name string) int {
	for i := len(c.scope) - 1; i >= 0; i-- {
		if c.scope[i] == name {
			return i
		}
	}
	leave("variable %s", name)
	return 0
}

func (c *compiler) list(l *parse.ListNode) []step {
	if l == nil {
		return nil
	}
	var steps []step
	for _, n := range l.Nodes {
		if s := c.node(n); s != nil {
			steps = append(steps, s)
		}
	}
	return steps
}

func (c *compiler) node(n parse.Node) step {
	switch n := n.(type) {
	case *parse.TextNode:
		text := n.Text
		return func(m *machine) { m.w.Write(text) }
	case *parse.ActionNode:
		return c.action(n.Pipe)
	case *parse.IfNode:
		return c.branch(&n.BranchNode, false)
	case *parse.WithNode:
		return c.branch(&n.BranchNode, true)
	case *parse.RangeNode:
		return c.each(&n.BranchNode)
	case *parse.TemplateNode:
		return c.call(n)
	case *parse.CommentNode:
		return nil
	}
	leave("%T", n)
	return nil
}

func run(m *machine, steps []step) {
	for _, s := range steps {
		s(m)
	}
}

// branch is if and with; the latter moves the dot.
func (c *compiler) branch(n *parse.BranchNode, with bool) step {
	mark := len(c.scope)
	cond := c.pipe(n.Pipe)
	yes := c.list(n.List)
	no := c.list(n.ElseList)
	c.scope = c.scope[:mark]
	return func(m *machine) {
		v := cond(m)
		if !truth(v) {
			run(m, no)
			return
		}
		if !with {
			run(m, yes)
			return
		}
		dot := m.dot
		m.dot = v
		run(m, yes)
		m.dot = dot
	}
}

func (c *compiler) each(n *parse.BranchNode) step {
	mark := len(c.scope)
	decl := n.Pipe.Decl
	pipe := *n.Pipe
	pipe.Decl = nil // here they name the elements
	over := c.pipe(&pipe)
	index, element := -1, -1
	if n.Pipe.IsAssign {
		leave("range with =")
	}
	switch len(decl) {
	case 1:
		element = c.declare(decl[0].Ident[0])
	case 2:
		index, element = c.declare(decl[0].Ident[0]), c.declare(decl[1].Ident[0])
	}
	body := c.list(n.List)
	none := c.list(n.ElseList)
	c.scope = c.scope[:mark]
	return func(m *machine) {
		v := over(m)
		if k := v.Kind(); k != reflect.Slice && k != reflect.Array {
			leave("range over %v", k)
		}
		if v.Len() == 0 {
			run(m, none)
			return
		}
		dot := m.dot
		for i := range v.Len() {
			m.dot = v.Index(i)
			if index >= 0 {
				m.vars()[index] = reflect.ValueOf(i)
			}
			if element >= 0 {
				m.vars()[element] = m.dot
			}
			run(m, body)
		}
		m.dot = dot
	}
}

// call is {{template}}.
func (c *compiler) call(n *parse.TemplateNode) step {
	if base, context, derived := strings.Cut(n.Name, "$htmltemplate_"); derived && c.programs[n.Name] == nil {
		if err := c.attributes(n.Name, base, context); err != nil {
			leave("template %s: %v", n.Name, err)
		}
	}
	data := expr(func(*machine) reflect.Value { return reflect.Value{} })
	if n.Pipe != nil {
		data = c.pipe(n.Pipe)
	}
	name := n.Name
	return func(m *machine) { m.call(name, data(m)) }
}

// attributes compiles html/template's copy of a template that is used inside a tag. The
// copy cannot be looked up, so html/template makes one more, in a tag of ours.
func (c *compiler) attributes(name, base, context string) error {
	tree := c.written[base]
	// After an attribute's value or its bare name, in a text area or anything else.
	state, element, _ := strings.Cut(context, "_")
	tag := map[string]string{"": "p", "elementTextarea": "textarea"}[element]
	before := map[string]string{"stateTag": "<" + tag + ` x="y"`, "stateAttrName": "<" + tag + " x"}[state]
	if tree == nil || tag == "" || before == "" {
		return fmt.Errorf("used in %s", context)
	}
	tree = tree.Copy()
	text := func(s string) parse.Node { return &parse.TextNode{NodeType: parse.NodeText, Text: []byte(s)} }
	tree.Root.Nodes = slices.Concat([]parse.Node{text(before)}, tree.Root.Nodes, []parse.Node{text("></" + tag + ">")})
	t, err := template.New(base).Funcs(c.funcs).AddParseTree(base, tree)
	if err != nil {
		return err
	}
	var unsafe *template.Error
	if err := t.Execute(discard{}, nil); errors.As(err, &unsafe) {
		return err
	}
	nodes := t.Tree.Root.Nodes
	return c.template(name, nodes[1:len(nodes)-1])
}

// action is {{…}}: it declares or writes.
func (c *compiler) action(p *parse.PipeNode) step {
	if len(p.Decl) > 0 {
		value := c.pipe(p)
		return func(m *machine) { value(m) }
	}
	// html/template has put the escapers at the end.
	cmds := p.Cmds
	var chain []string
	for len(cmds) > 1 {
		last := cmds[len(cmds)-1]
		name, ok := last.Args[0].(*parse.IdentifierNode)
		if !ok || !strings.HasPrefix(name.Ident, "_html_template_") {
			break
		}
		chain = append([]string{strings.TrimPrefix(name.Ident, "_html_template_")}, chain...)
		cmds = cmds[:len(cmds)-1]
	}
	write, ok := writers[strings.Join(chain, " ")]
	if !ok {
		leave("escapers %v", chain)
	}
	if len(cmds) == 1 && strings.Join(chain, "") == "htmlescaper" {
		if name, ok := cmds[0].Args[0].(*parse.IdentifierNode); ok && name.Ident == "yield" && len(cmds[0].Args) == 2 {
			// The page's body goes straight to where the layout's text goes.
			page := c.arg(cmds[0].Args[1])
			return func(m *machine) {
				p, ok := page(m).Interface().(Page)
				if !ok {
					leave("yield of something else than a page")
				}
				m.call(p.Body, reflect.ValueOf(p.Data))
			}
		}
	}
	value := c.commands(cmds)
	return func(m *machine) { write(m, value(m)) }
}

// pipe is a pipeline with its declarations.
func (c *compiler) pipe(p *parse.PipeNode) expr {
	value := c.commands(p.Cmds)
	if len(p.Decl) == 0 {
		return value
	}
	if len(p.Decl) > 1 {
		leave("two variables")
	}
	name := p.Decl[0].Ident[0]
	var slot int
	if p.IsAssign {
		slot = c.slot(name)
	} else {
		slot = c.declare(name)
	}
	return func(m *machine) reflect.Value {
		v := value(m)
		m.vars()[slot] = v
		return v
	}
}

func (c *compiler) commands(cmds []*parse.CommandNode) expr {
	var value expr
	for _, cmd := range cmds {
		value = c.command(cmd, value)
	}
	return value
}

// command is one part of a pipeline; piped, when not nil, is the value of the part before.
func (c *compiler) command(cmd *parse.CommandNode, piped expr) expr {
	name, ok := cmd.Args[0].(*parse.IdentifierNode)
	if !ok {
		if len(cmd.Args) > 1 || piped != nil {
			leave("arguments to %s", cmd.Args[0])
		}
		return c.arg(cmd.Args[0])
	}
	var args []expr
	for _, a := range cmd.Args[1:] {
		args = append(args, c.arg(a))
	}
	if piped != nil {
		args = append(args, piped)
	}
	return c.function(name.Ident, args)
}

// arg is an operand.
func (c *compiler) arg(n parse.Node) expr {
	switch n := n.(type) {
	case *parse.DotNode:
		return func(m *machine) reflect.Value { return m.dot }
	case *parse.FieldNode:
		return chain(func(m *machine) reflect.Value { return m.dot }, n.Ident)
	case *parse.VariableNode:
		slot := c.slot(n.Ident[0])
		return chain(func(m *machine) reflect.Value { return m.vars()[slot] }, n.Ident[1:])
	case *parse.ChainNode:
		return chain(c.arg(n.Node), n.Field)
	case *parse.PipeNode:
		return c.pipe(n)
	case *parse.IdentifierNode:
		return c.function(n.Ident, nil)
	case *parse.StringNode:
		return constant(n.Text)
	case *parse.BoolNode:
		return constant(n.True)
	case *parse.NumberNode:
		if n.IsInt {
			return constant(int(n.Int64))
		}
	}
	leave("operand %s", n)
	return nil
}

func constant(value any) expr {
	v := reflect.ValueOf(value)
	return func(*machine) reflect.Value { return v }
}
