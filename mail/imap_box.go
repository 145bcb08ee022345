package mail

import (
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

func (f *imapFolder) Validity() uint32 { return f.validity }

func (f *imapFolder) Top(ctx context.Context) (uint32, error) {
	if f.next > 0 {
		return f.next - 1, nil
	}
	// An old server that does not say. The highest number in use is the next best thing.
	all, err := f.list(ctx, imap.UIDSet{{Start: 1, Stop: 0}}, false)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[len(all)-1].UID, nil
}

func (f *imapFolder) After(ctx context.Context, uid uint32, dated bool) ([]IMAPMail, error) {
	// A server tells of new mail when something is asked of it.
	if err := f.say(ctx, func() error { return f.client.Noop().Wait() }); err != nil {
		return nil, err
	}
	select {
	case <-f.news: // of what the list will hold
	default:
	}
	all, err := f.list(ctx, imap.UIDSet{{Start: imap.UID(uid) + 1, Stop: 0}}, dated)
	if err != nil {
		return nil, err
	}
	// "5:*" means "*:5" where nothing is above 5: the last mail always comes along.
	kept := all[:0]
	for _, m := range all {
		if m.UID > uid {
			kept = append(kept, m)
		}
	}
	return kept, nil
}

func (f *imapFolder) list(ctx context.Context, set imap.UIDSet, dated bool) ([]IMAPMail, error) {
	options := &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true}
	if dated {
		options.BodySection = []*imap.FetchItemBodySection{{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Date"}, Peek: true}}
	}
	var all []IMAPMail
	// A folder may be long; silence is what ends this, not length.
	err := f.within(ctx, 30*time.Minute, func() error {
		return f.each(set, options, func(item imapclient.FetchItemData) (err error) {
			switch item := item.(type) {
			case nil:
				all = append(all, IMAPMail{})
			case imapclient.FetchItemDataUID:
				all[len(all)-1].UID = uint32(item.UID)
			case imapclient.FetchItemDataRFC822Size:
				all[len(all)-1].Size = item.Size
			case imapclient.FetchItemDataInternalDate:
				all[len(all)-1].Received = item.Time
			case imapclient.FetchItemDataBodySection:
				var text string
				if text, err = headerField(item); err == nil {
					all[len(all)-1].Dated, _ = netmail.ParseDate(text)
				}
			}
			return err
		})
	})
	if err != nil {
		return nil, f.o.fault(wordOf(err, IMAPRefused), err)
	}
	all = slices.DeleteFunc(all, func(m IMAPMail) bool { return m.UID == 0 })
	slices.SortFunc(all, func(a, b IMAPMail) int { return cmp.Compare(a.UID, b.UID) })
	return all, nil
}

// each goes through the items of a FETCH; nil begins a mail. An error of see ends the connection: the
// library goes on reading beside whoever has stopped in the middle of a literal.
func (f *imapFolder) each(set imap.UIDSet, options *imap.FetchOptions, see func(imapclient.FetchItemData) error) error {
	cmd := f.client.Fetch(set, options)
	for message := cmd.Next(); message != nil; message = cmd.Next() {
		if err := see(nil); err != nil {
			return err
		}
		for item := message.Next(); item != nil; item = message.Next() {
			if err := see(item); err != nil {
				f.conn.Close()
				return err
			}
		}
	}
	return cmd.Close()
}

func (f *imapFolder) Fetch(ctx context.Context, uid uint32, take func(io.Reader) error) (found bool, err error) {
	var taking error
	err = f.within(ctx, 2*time.Hour, func() error {
		options := &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}}
		return f.each(imap.UIDSetNum(imap.UID(uid)), options, func(item imapclient.FetchItemData) error {
			section, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || section.Literal == nil || found {
				return nil
			}
			found = true
			whole := &measured{r: section.Literal, want: section.Literal.Size()}
			if taking = take(whole); whole.broken != nil {
				taking = nil
			}
			return whole.broken
		})
	})
	if taking != nil {
		return found, taking
	}
	if err != nil {
		return found, f.o.fault(wordOf(err, IMAPRefused), err)
	}
	return found, nil
}

// measured makes half a mail an error: a connection that breaks must not look like the end.
type measured struct {
	r         io.Reader
	got, want int64
	broken    error
}

func (m *measured) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	m.got += int64(n)
	if err == io.EOF && m.got < m.want {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		m.broken = err
	}
	return n, err
}

func (f *imapFolder) Subject(ctx context.Context, uid uint32) (subject string, err error) {
	err = f.say(ctx, func() error {
		options := &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Subject"}, Peek: true}}}
		return f.each(imap.UIDSetNum(imap.UID(uid)), options, func(item imapclient.FetchItemData) (err error) {
			if section, ok := item.(imapclient.FetchItemDataBodySection); ok {
				subject, err = headerField(section)
			}
			return err
		})
	})
	subject = clean(decodeWords(subject), 80)
	return subject, err
}

func (f *imapFolder) Seen(ctx context.Context, uid uint32) error {
	return f.mark(ctx, uid, imap.FlagSeen)
}

func (f *imapFolder) Delete(ctx context.Context, uid uint32) error {
	if err := f.mark(ctx, uid, imap.FlagSeen, imap.FlagDeleted); err != nil {
		return err
	}
	caps := f.client.Caps()
	if !caps.Has(imap.CapUIDPlus) && !caps.Has(imap.CapIMAP4rev2) {
		// A plain EXPUNGE would take what others have marked along. Marked as deleted is as far as it goes.
		return nil
	}
	return f.say(ctx, func() error { return f.client.UIDExpunge(imap.UIDSetNum(imap.UID(uid))).Close() })
}

func (f *imapFolder) mark(ctx context.Context, uid uint32, flags ...imap.Flag) error {
	return f.say(ctx, func() error {
		return f.client.Store(imap.UIDSetNum(imap.UID(uid)), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: flags}, nil).Close()
	})
}

func (f *imapFolder) Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	var idle *imapclient.IdleCommand
	if f.idle {
		err := f.within(ctx, 2*f.o.Patience, func() (err error) {
			idle, err = f.client.Idle()
			return err
		})
		if err != nil {
			if wordOf(err, IMAPRefused) == IMAPLost {
				return f.o.fault(IMAPLost, err)
			}
			f.idle = false // it said it could; polling goes on
		}
	}
	var gone error
	select {
	case <-ctx.Done():
		gone = ctx.Err()
	case <-f.client.Closed():
		f.conn.Close() // so that ending IDLE waits for nobody
		gone = io.ErrUnexpectedEOF
	case <-f.news:
	case <-timer.C:
	}
	if idle != nil {
		// Ended in good order even when nobody wants to wait any more, so that signing out is still possible.
		patience := 2 * f.o.Patience
		if gone != nil {
			patience = min(patience, 3*time.Second)
		}
		err := f.within(context.WithoutCancel(ctx), patience, func() error { return errors.Join(idle.Close(), idle.Wait()) })
		if gone == nil {
			gone = err
		}
	}
	if gone != nil {
		return f.o.fault(IMAPLost, gone)
	}
	return nil
}

func (f *imapFolder) Close() {
	done := time.AfterFunc(5*time.Second, func() { f.conn.Close() })
	defer done.Stop()
	_ = f.client.Logout().Wait()
	_ = f.client.Close()
}

// headerField reads the value of the one field that was asked for.
func headerField(section imapclient.FetchItemDataBodySection) (string, error) {
	if section.Literal == nil {
		return "", nil
	}
	whole := &measured{r: section.Literal, want: section.Literal.Size()}
	raw, _ := io.ReadAll(io.LimitReader(whole, 8<<10))
	_, value, _ := strings.Cut(string(raw), ":")
	return strings.Join(strings.Fields(value), " "), whole.broken
}

// decodeWords reads encoded words (RFC 2047) where it can.
func decodeWords(text string) string {
	if decoded, err := new(mime.WordDecoder).DecodeHeader(text); err == nil {
		return decoded
	}
	return text
}
