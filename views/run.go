package views

import (
	"bytes"
	"html/template"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
)

// machine runs programs for one page.
type machine struct {
	w        *bytes.Buffer
	dot      reflect.Value
	stack    []reflect.Value
	base     int // where the running program's variables begin
	programs map[string]*program
}

var machines = sync.Pool{New: func() any { return &machine{stack: make([]reflect.Value, 0, 32)} }}

// execute renders a template into b, by its program when there is one and it knows
// everything it meets, otherwise by html/template.
func (s *set) execute(b *bytes.Buffer, name string, data any) error {
	mark := b.Len()
	if s.try(b, name, data) == nil {
		return nil
	}
	b.Truncate(mark)
	return s.Templates.ExecuteTemplate(b, name, data)
}

// try runs the program alone. Any panic is a reason to leave the page to html/template,
// which turns those of a template's functions into errors.
func (s *set) try(b *bytes.Buffer, name string, data any) (reason any) {
	m := machines.Get().(*machine)
	m.w, m.programs = b, s.programs
	defer func() {
		reason = recover()
		// What was shown must not stay in memory with an idle machine.
		clear(m.stack[:cap(m.stack)])
		*m = machine{stack: m.stack[:0]}
		machines.Put(m)
	}()
	m.call(name, reflect.ValueOf(data))
	return nil
}

// vars are the variables of the running program.
func (m *machine) vars() []reflect.Value { return m.stack[m.base:] }

// call runs a template with a dot of its own.
func (m *machine) call(name string, dot reflect.Value) {
	p := m.programs[name]
	if p == nil {
		leave("template %s", name)
	}
	dot = plain(dot)
	base, old := m.base, m.dot
	m.base, m.dot = len(m.stack), dot
	for range p.slots {
		m.stack = append(m.stack, reflect.Value{})
	}
	m.stack[m.base] = dot
	run(m, p.steps)
	m.stack = m.stack[:m.base]
	m.base, m.dot = base, old
}

// plain takes a value out of the interface it comes in.
func plain(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Interface && !v.IsNil() {
		return v.Elem()
	}
	return v
}

// truth is that of text/template.
func truth(v reflect.Value) bool {
	v = plain(v)
	switch v.Kind() {
	case reflect.Invalid:
		return false
	case reflect.Bool:
		return v.Bool()
	case reflect.String, reflect.Slice, reflect.Map, reflect.Array:
		return v.Len() > 0
	case reflect.Pointer, reflect.Interface, reflect.Func:
		return !v.IsNil()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int() != 0
	case reflect.Struct:
		return true
	}
	leave("truth of %v", v.Kind())
	return false
}

// chain follows fields, as in .A.B.
func chain(from expr, names []string) expr {
	for _, name := range names {
		from = field(from, name)
	}
	return from
}

// place is where a name is found in a type.
type place struct {
	of     reflect.Type
	index  []int
	method int // -1: a field
}

// field finds a field or a method without arguments. The place is looked up for the first
// type that comes by, and again when another does, which is rare at one spot of a template.
func field(from expr, name string) expr {
	var known atomic.Pointer[place]
	return func(m *machine) reflect.Value {
		v := plain(from(m))
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				leave("nil before .%s", name)
			}
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			leave(".%s of %v", name, v.Kind())
		}
		p := known.Load()
		if p == nil || p.of != v.Type() {
			p = find(v.Type(), name)
			known.Store(p)
		}
		if p.method < 0 {
			if len(p.index) == 1 {
				return plain(v.Field(p.index[0]))
			}
			return plain(v.FieldByIndex(p.index))
		}
		if p.of == timeType && name == "IsZero" {
			return reflect.ValueOf(v.Interface().(time.Time).IsZero())
		}
		return plain(v.Method(p.method).Call(nil)[0])
	}
}

var timeType = reflect.TypeFor[time.Time]()

func find(t reflect.Type, name string) *place {
	if method, ok := t.MethodByName(name); ok {
		if method.Type.NumIn() != 1 || method.Type.NumOut() != 1 {
			leave("method .%s", name)
		}
		return &place{t, nil, method.Index}
	}
	if _, ok := reflect.PointerTo(t).MethodByName(name); ok {
		leave("method .%s of a pointer", name)
	}
	f, ok := t.FieldByName(name)
	if !ok || !f.IsExported() {
		leave("no field .%s", name)
	}
	return &place{t, f.Index, -1}
}

// function is a call; the built-in ones are those of text/template.
func (c *compiler) function(name string, args []expr) expr {
	switch name {
	case "and", "or":
		if len(args) == 0 {
			leave("%s of nothing", name)
		}
		stop := name == "or"
		return func(m *machine) (v reflect.Value) {
			for _, a := range args {
				if v = a(m); truth(v) == stop {
					return v
				}
			}
			return v
		}
	case "not":
		one := only(args, 1)[0]
		return func(m *machine) reflect.Value { return yes(!truth(one(m))) }
	case "eq", "ne":
		two := only(args, 2)
		want := name == "eq"
		return func(m *machine) reflect.Value { return yes(equal(two[0](m), two[1](m)) == want) }
	case "gt", "lt", "ge", "le":
		two := only(args, 2)
		return func(m *machine) reflect.Value {
			a, b := integer(two[0](m)), integer(two[1](m))
			return yes(a == b && (name == "ge" || name == "le") || a > b && name[0] == 'g' || a < b && name[0] == 'l')
		}
	case "len":
		one := only(args, 1)[0]
		return func(m *machine) reflect.Value { return reflect.ValueOf(plain(one(m)).Len()) }
	case "index":
		two := only(args, 2)
		return func(m *machine) reflect.Value { return index(plain(two[0](m)), plain(two[1](m))) }
	}
	f, ok := c.funcs[name]
	if !ok {
		leave("function %s", name)
	}
	switch f := f.(type) {
	case func(string) string:
		one := only(args, 1)[0]
		return func(m *machine) reflect.Value { return reflect.ValueOf(f(plainText(one(m)))) }
	case func(string) template.HTML:
		one := only(args, 1)[0]
		return func(m *machine) reflect.Value { return reflect.ValueOf(f(plainText(one(m)))) }
	case func(time.Time, ...string) template.HTML:
		return func(m *machine) reflect.Value {
			at, ok := plain(args[0](m)).Interface().(time.Time)
			if !ok || len(args) > 2 {
				leave("time of something else")
			}
			if len(args) == 1 {
				return reflect.ValueOf(f(at))
			}
			return reflect.ValueOf(f(at, plainText(args[1](m))))
		}
	}
	return called(reflect.ValueOf(f), args)
}

// called is any other function, with arguments that fit as they are.
func called(f reflect.Value, args []expr) expr {
	t := f.Type()
	return func(m *machine) reflect.Value {
		values := make([]reflect.Value, len(args))
		for i, a := range args {
			v := plain(a(m))
			want := t.In(min(i, t.NumIn()-1))
			if t.IsVariadic() && i >= t.NumIn()-1 {
				want = want.Elem()
			}
			if !v.IsValid() || !v.Type().AssignableTo(want) {
				leave("argument %d", i)
			}
			values[i] = v
		}
		out := f.Call(values)
		if len(out) > 1 && !out[1].IsNil() {
			leave("a function failed")
		}
		return plain(out[0])
	}
}

func only(args []expr, n int) []expr {
	if len(args) != n {
		leave("%d arguments", len(args))
	}
	return args
}

var yesValue, noValue = reflect.ValueOf(true), reflect.ValueOf(false)

func yes(b bool) reflect.Value {
	if b {
		return yesValue
	}
	return noValue
}

// plainText is a string and nothing that only looks like one.
func plainText(v reflect.Value) string {
	v = plain(v)
	if v.Type() != stringType {
		leave("%v instead of a string", v.Type())
	}
	return v.String()
}

func integer(v reflect.Value) int64 {
	v = plain(v)
	if !v.CanInt() {
		leave("comparing %v", v.Kind())
	}
	return v.Int()
}

func equal(a, b reflect.Value) bool {
	a, b = plain(a), plain(b)
	switch {
	case a.Kind() == reflect.String && b.Kind() == reflect.String:
		return a.String() == b.String()
	case a.CanInt() && b.CanInt():
		return a.Int() == b.Int()
	case a.Kind() == reflect.Bool && b.Kind() == reflect.Bool:
		return a.Bool() == b.Bool()
	}
	leave("comparing %v with %v", a.Kind(), b.Kind())
	return false
}

func index(of, at reflect.Value) reflect.Value {
	switch {
	case of.Kind() == reflect.Map && at.Type() == of.Type().Key():
		if v := of.MapIndex(at); v.IsValid() {
			return plain(v)
		}
		return reflect.Zero(of.Type().Elem())
	case of.Kind() == reflect.Slice && at.CanInt():
		return plain(of.Index(int(at.Int())))
	}
	leave("index of %v", of.Kind())
	return reflect.Value{}
}
