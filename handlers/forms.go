package handlers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// This is the only file that reads what people post. Everything it gives away is a copy:
// the server's own strings die with the request.

const (
	// maxParts bounds the fields and files of one form, maxFieldName a field's name.
	maxParts     = 300
	maxFieldName = 100
	// partRoom is what a part's head and the boundary around it may take.
	partRoom = 64 << 10
	// ordinaryText is the limit of text in forms without files.
	ordinaryText = 512 << 10
)

var (
	errBadForm = fiber.NewError(fiber.StatusBadRequest, "the form cannot be read")
	// errEnough is for onText: the text says that the files are not wanted.
	errEnough = errors.New("handlers: no files wanted")
)

// values are the posted text fields. Of a field that must be single the first value counts.
type values map[string][]string

func (v values) first(name string) string {
	if all := v[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

func (v values) has(name string) bool { return len(v[name]) > 0 }

// form is a posted form. Its uploads are drafts: hand them to a verb or discard them.
type form struct {
	values
	uploads []desk.Upload
	// tooLarge: something was over its limit. The text is here as far as it was read, and
	// so are the files before it and beside it. fault says which limit it was.
	tooLarge bool
	fault    models.Problem
}

// readForm reads a form as it arrives: text up to its limit first, then the files one by
// one, each straight to a draft. onText, which may be nil, sees the text before the first
// file is read, or at the end of a form without files, and may stop it by an error, as
// when the sender's allowance is used up. What is not wanted is read away up to a cap.
//
// The form is never nil. With an error it holds the text that was read and no uploads;
// that the form was too large is no error but is said in it, because then the answer is
// the form again with its text (PC-6).
func (h *Handlers) readForm(c *fiber.Ctx, limits desk.Limits, onText func(values) error) (*form, error) {
	f := &form{values: values{}}
	r := &formReader{form: f, limits: limits, body: newBodyReader(c), left: 2 * limits.Text, onText: onText, receive: h.portal.Receive}
	defer r.body.finish()
	err := r.read(c.UserContext(), c.Get(fiber.HeaderContentType))
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err != nil {
		h.portal.Discard(f.uploads)
		f.uploads = nil
	}
	return f, err
}

// readText reads a form without files; files that come all the same are left out.
func (h *Handlers) readText(c *fiber.Ctx) (values, error) {
	f, err := h.readForm(c, desk.Limits{Text: ordinaryText, Request: ordinaryBody}, nil)
	if err == nil && f.tooLarge {
		err = errBodyTooLarge
	}
	return f.values, err
}

type formReader struct {
	*form
	limits  desk.Limits
	body    *bodyReader
	left    int64 // bytes of text that may still come; twice the limit, so that one text over it leaves room for the others
	parts   int
	onText  func(values) error
	told    bool
	receive func(ctx context.Context, name string, r io.Reader, limit int64) (desk.Upload, error)
}

func (r *formReader) read(ctx context.Context, contentType string) error {
	if r.body.length == 0 || (r.body.length < 0 && contentType == "") {
		return r.tell()
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return errBadForm
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		err = r.readEncoded()
	case "multipart/form-data":
		err = r.readParts(ctx, params["boundary"])
	default:
		return fiber.ErrUnsupportedMediaType
	}
	if err != nil {
		return err
	}
	return r.tell()
}

// tell shows the text to onText, once.
func (r *formReader) tell() error {
	if r.told || r.onText == nil {
		return nil
	}
	r.told = true
	return r.onText(r.values)
}

// readEncoded reads a URL-encoded form.
func (r *formReader) readEncoded() error {
	r.body.allow(3*r.left + partRoom)
	raw, err := io.ReadAll(r.body)
	switch {
	case errors.Is(err, errCeiling):
		r.over("errors.text_too_large", "Kilobytes", r.limits.Text>>10)
		// The cut may have gone through an escape.
		if at := bytes.LastIndexByte(raw, '%'); at >= 0 && at > len(raw)-3 {
			raw = raw[:at]
		}
	case err != nil:
		return errBodyCut
	}
	for pair := range strings.SplitSeq(string(raw), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		value, valueErr := url.QueryUnescape(value)
		if nameErr != nil || valueErr != nil {
			return errBadForm
		}
		if err := r.add(name, value); err != nil {
			return err
		}
	}
	return nil
}

// readParts reads a multipart form, part after part.
func (r *formReader) readParts(ctx context.Context, boundary string) error {
	if boundary == "" {
		return errBadForm
	}
	// The announced length decides early, the counting reader decides in any case.
	most := r.limits.Request + partRoom
	if r.body.length > most {
		r.over("errors.request_too_large", "Megabytes", r.limits.Request>>20)
	}
	parts := multipart.NewReader(r.body, boundary)
	for {
		r.body.ceiling = min(r.body.read+partRoom, most)
		part, err := parts.NextPart()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, errCeiling):
			r.over("errors.request_too_large", "Megabytes", r.limits.Request>>20)
			return nil
		case err != nil && r.body.broken():
			return errBodyCut
		case err != nil:
			return errBadForm
		}
		if r.parts++; r.parts > maxParts {
			return errBadForm
		}
		file, named := fileName(part)
		if !file {
			if err = r.readField(part); err != nil {
				return err
			}
			continue
		}
		if err := r.tell(); err != nil {
			return err
		}
		if r.body.length > most {
			return nil // too much by its own word: no file is read at all
		}
		r.body.ceiling = most
		if !named || part.FormName() != views.FieldFiles || r.limits.Files == 0 {
			// An empty file field of a browser, or a file that nobody asked for.
			if _, err := io.Copy(io.Discard, part); err != nil {
				return r.partFault(err)
			}
			continue
		}
		if len(r.uploads) >= r.limits.Files {
			r.over("portal.create.error.files_many", "Count", r.limits.Files)
			return nil
		}
		upload, err := r.receive(ctx, part.FileName(), part, r.limits.File)
		if models.KindOf(err) == models.KindTooLarge && err != nil {
			r.over("portal.create.error.file_large", "Name", shortName(part.FileName()), "Megabytes", r.limits.File>>20)
			if _, err := io.Copy(io.Discard, part); err != nil {
				return r.partFault(err)
			}
			continue // the others are not at fault
		}
		if err != nil {
			return r.partFault(err)
		}
		r.uploads = append(r.uploads, upload)
	}
}

// partFault sorts what went wrong inside a part: too much, the other side's fault, or ours.
func (r *formReader) partFault(err error) error {
	switch {
	case errors.Is(err, errCeiling):
		r.over("errors.request_too_large", "Megabytes", r.limits.Request>>20)
		return nil
	case r.body.broken():
		return errBodyCut
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errBadForm
	}
	return err
}

// readField reads one text field; what is over the limit of all text is cut off and said.
func (r *formReader) readField(part *multipart.Part) error {
	room := min(r.left, r.limits.Text)
	r.body.allow(room + partRoom)
	raw, err := io.ReadAll(io.LimitReader(part, room+1))
	if err != nil {
		return r.partFault(err)
	}
	if err := r.add(part.FormName(), string(raw)); err != nil {
		return err
	}
	// The rest of this field; the parser would count it as part of the next one's head.
	r.body.allow(discardBody)
	if _, err := io.Copy(io.Discard, part); err != nil {
		return r.partFault(err)
	}
	return nil
}

// add keeps a text field, within the limits.
func (r *formReader) add(name, value string) error {
	if name == "" || len(name) > maxFieldName || len(r.values) >= maxParts || len(r.values[name]) >= maxParts {
		return errBadForm
	}
	if room := min(r.left, r.limits.Text); int64(len(value)) > room {
		value = unhalved(value[:room])
		r.over("errors.text_too_large", "Kilobytes", r.limits.Text>>10)
	}
	r.left -= int64(len(value))
	r.values[strings.Clone(name)] = append(r.values[name], strings.ToValidUTF8(value, "\uFFFD"))
	return nil
}

// unhalved leaves out a character that a cut has halved.
func unhalved(text string) string {
	for range utf8.UTFMax - 1 {
		if r, size := utf8.DecodeLastRuneInString(text); r != utf8.RuneError || size != 1 {
			break
		}
		text = text[:len(text)-1]
	}
	return text
}

// over notes that a limit was passed; the first one is what the person is told.
func (r *formReader) over(key string, args ...any) {
	if !r.tooLarge {
		r.tooLarge, r.fault = true, models.Problem{Key: key, Args: args}
	}
}

// fileName says whether a part is a file field, and whether a file was chosen in it.
func fileName(part *multipart.Part) (file, named bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return part.FileName() != "", part.FileName() != ""
	}
	_, file = params["filename"]
	return file, part.FileName() != ""
}

// shortName keeps a file's name readable in a sentence.
func shortName(name string) string {
	runes := []rune(strings.ToValidUTF8(name, "\uFFFD"))
	if len(runes) > 80 {
		return string(runes[:77]) + "…"
	}
	return string(runes)
}

// recipients are the names of fields that would add people to a ticket. No public form
// has them, so whoever posts them wants what is not on offer (PC-9).
var recipients = []string{"bcc", "cc", "collaborators", "followers", "forward_to", "notify", "participants", "recipient",
	"recipients", "reply_to", "subscribers", "to", "watchers"}

// foreign names the posted fields that a public form must not carry.
func foreign(posted values) []string {
	var found []string
	for name := range posted {
		base := strings.ToLower(strings.TrimSpace(name))
		if end := strings.IndexAny(base, "[."); end > 0 {
			base = base[:end]
		}
		if slices.Contains(recipients, strings.ReplaceAll(base, "-", "_")) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// answers are the posted answers to a template's questions, by their posted names.
func answers(posted values) map[string][]string {
	found := map[string][]string{}
	for name, all := range posted {
		if strings.HasPrefix(name, views.FieldPrefix) {
			found[name] = all
		}
	}
	return found
}

// hidden carries posted text on unseen, in a fixed order. What belongs to one showing of
// a form only is left out.
func hidden(posted values, except ...string) []views.Hidden {
	names := make([]string, 0, len(posted))
	for name := range posted {
		if name != views.FieldDo && name != views.FieldConfirm && !slices.Contains(except, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var all []views.Hidden
	for _, name := range names {
		for _, value := range posted[name] {
			all = append(all, views.Hidden{Name: name, Value: value})
		}
	}
	return all
}
