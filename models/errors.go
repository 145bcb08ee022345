package models

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind sorts errors by what the outside should do about them. Handlers turn a kind into
// a status in one place; everything that is not an *Error is Internal.
type Kind string

// The kinds of errors. Missing and forbidden things are both NotFound on public pages.
const (
	KindInvalid     Kind = "invalid"
	KindNotFound    Kind = "not_found"
	KindForbidden   Kind = "forbidden"
	KindConflict    Kind = "conflict"
	KindGone        Kind = "gone"
	KindTooLarge    Kind = "too_large"
	KindTooMany     Kind = "too_many"
	KindUnavailable Kind = "unavailable"
	KindInternal    Kind = "internal"
)

// Error is a refusal somebody outside can act on. Message and the values of Fields are
// keys of the catalogue of strings, never finished sentences: the page picks the language.
type Error struct {
	Kind    Kind
	Message string
	// Fields maps a form field's name to what is wrong with it, in the order of Order.
	Fields map[string]Problem
	Order  []string
	// RetryAfter says when a TooMany may be tried again.
	RetryAfter time.Duration
	cause      error
}

// Problem is one field's fault: a key of the catalogue and its arguments as name, value pairs.
type Problem struct {
	Key  string
	Args []any
}

func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Kind, e.Message, e.cause)
	}
	if len(e.Order) > 0 {
		return fmt.Sprintf("%s: %s (%s)", e.Kind, e.Message, strings.Join(e.Order, ", "))
	}
	return fmt.Sprintf("%s: %s", e.Kind, e.Message)
}

func (e *Error) Unwrap() error { return e.cause }

// NotFound is the one answer for what is missing, foreign, expired or forbidden.
func NotFound() *Error { return &Error{Kind: KindNotFound, Message: "errors.not_found"} }

// Forbidden refuses a signed-in agent something their role does not allow.
func Forbidden() *Error { return &Error{Kind: KindForbidden, Message: "errors.forbidden"} }

// Conflict refuses a change made on a page that others have changed since.
func Conflict(message string) *Error { return &Error{Kind: KindConflict, Message: message} }

// TooLarge refuses a body or file over its limit.
func TooLarge(message string) *Error { return &Error{Kind: KindTooLarge, Message: message} }

// TooMany refuses what comes too often; retry says when it may be tried again.
func TooMany(message string, retry time.Duration) *Error {
	return &Error{Kind: KindTooMany, Message: message, RetryAfter: retry}
}

// Unavailable says that a part is away for now and a later try may work.
func Unavailable(cause error) *Error {
	return &Error{Kind: KindUnavailable, Message: "errors.unavailable", cause: cause}
}

// Invalid collects the faults of a form. Use Add, then Err: nil while nothing was added.
type Invalid struct{ err Error }

// Add notes a fault of one field; the first fault of a field wins.
func (v *Invalid) Add(field, key string, args ...any) {
	if v.err.Fields == nil {
		v.err.Fields = map[string]Problem{}
	}
	if _, taken := v.err.Fields[field]; taken {
		return
	}
	v.err.Fields[field] = Problem{Key: key, Args: args}
	v.err.Order = append(v.err.Order, field)
}

// Err gives the collected faults as one error, or nil when there are none.
func (v *Invalid) Err() error {
	if len(v.err.Order) == 0 {
		return nil
	}
	v.err.Kind, v.err.Message = KindInvalid, "errors.invalid"
	return &v.err
}

// KindOf sorts any error; what is not ours is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// AsError finds our error inside err.
func AsError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// orNotFound turns "no such row" into NotFound, so that no caller reads driver errors.
func orNotFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return NotFound()
	}
	return err
}
