package config

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

// File names the TOML file. Its keys are the names of the flags; those that
// begin alike may stand in a table: "smtp-host" or "host" under [smtp].
type File string

// BeforeResolve makes kong ask the file for every flag not given.
func (f File) BeforeResolve(ctx *kong.Context, trace *kong.Path) error {
	name, ok := ctx.FlagValue(trace.Flag).(File)
	if !ok || name == "" {
		return nil
	}
	raw, err := os.ReadFile(string(name))
	if err != nil {
		return fmt.Errorf("the settings file cannot be read: %w", err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(raw, &tree); err != nil {
		return fmt.Errorf("the settings file is not valid TOML: %w", err)
	}
	values := map[string]string{}
	if err := flatten("", tree, values); err != nil {
		return err
	}
	ctx.AddResolver(fileResolver{values})
	return nil
}

func flatten(prefix string, tree map[string]any, into map[string]string) error {
	for key, value := range tree {
		name := prefix + strings.ReplaceAll(key, "_", "-")
		switch v := value.(type) {
		case map[string]any:
			if err := flatten(name+"-", v, into); err != nil {
				return err
			}
		case []any:
			parts := make([]string, len(v))
			for i := range v {
				parts[i] = fmt.Sprint(v[i])
			}
			into[name] = strings.Join(parts, ",")
		case string, bool, int64:
			into[name] = fmt.Sprint(v)
		default:
			return fmt.Errorf("the settings file gives %q a value of a kind no setting has", name)
		}
	}
	return nil
}

type fileResolver struct{ values map[string]string }

// Validate refuses keys that no flag has: a misspelt setting must not be
// ignored in silence.
func (r fileResolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, flag := range n.Flags {
			known[flag.Name] = true
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(app.Node)
	var unknown []string
	for name := range r.values {
		if !known[name] || name == "config" {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return fmt.Errorf("the settings file has unknown keys: %s", strings.Join(unknown, ", "))
	}
	return nil
}

// Resolve gives the file's value, unless the environment has one: kong would
// let the file win.
func (r fileResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if envSet(flag) {
		return nil, nil
	}
	value, ok := r.values[flag.Name]
	if !ok {
		return nil, nil
	}
	return value, nil
}

func envSet(flag *kong.Flag) bool {
	for _, name := range flag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return true
		}
	}
	return false
}

// AfterApply notes where each value came from and reads the secrets that are
// kept in files. kong calls it.
func (c *Config) AfterApply(ctx *kong.Context) error {
	c.sources = map[string]string{}
	for _, path := range ctx.Path {
		for _, flag := range path.Flags {
			if envSet(flag) {
				c.sources[flag.Name] = "environment"
			}
		}
	}
	for _, path := range ctx.Path {
		switch {
		case path.Flag == nil:
		case path.Resolved:
			c.sources[path.Flag.Name] = "file"
		default:
			c.sources[path.Flag.Name] = "flag"
		}
	}
	// An empty variable, as container files like to pass, is an empty list.
	empty := func(s string) bool { return strings.TrimSpace(s) == "" }
	c.TrustedProxies = slices.DeleteFunc(c.TrustedProxies, empty)
	c.SMTPIn.Listen = slices.DeleteFunc(c.SMTPIn.Listen, empty)
	return errors.Join(
		c.readSecret("database-url", &c.DatabaseURL, c.DatabaseURLFile),
		c.readSecret("smtp-password", &c.SMTP.Password, c.SMTP.PasswordFile),
	)
}

// readSecret fills a setting from its file variant. Given both ways with equal
// right is an error: nobody could say which one holds.
func (c *Config) readSecret(name string, into *string, file string) error {
	if file == "" {
		return nil
	}
	direct, variant := c.sources[name], c.sources[name+"-file"]
	if *into != "" {
		switch {
		case rank(direct) > rank(variant):
			return nil
		case rank(direct) == rank(variant):
			return fmt.Errorf("set either %s or %s-file, not both", name, name)
		}
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("the file named by %s-file cannot be read: %w", name, err)
	}
	*into = strings.TrimRight(string(raw), "\r\n")
	c.sources[name] = variant + ", " + name + "-file"
	return nil
}

func rank(source string) int {
	return slices.Index([]string{"file", "environment", "flag"}, source)
}
