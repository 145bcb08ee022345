package secret

import (
	"strings"
	"testing"
)

// EM-1: a reply address opens for its delivery, kind and generation alone, in any case, and
// shows no number.
func TestMailKey(t *testing.T) {
	k, err := FromBytes(make([]byte, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	key := k.MailKey(Reply, 4711, 2)
	if len(key) != 29 || key != strings.ToLower(key) {
		t.Errorf("the key is %q", key)
	}
	for _, spelling := range []string{key, strings.ToUpper(key)} {
		if id, ok := k.MailKeyDelivery(Reply, spelling); !ok || id != 4711 || !k.CheckMailKey(Reply, id, 2, spelling) {
			t.Errorf("%q is not known: %d %v", spelling, id, ok)
		}
	}
	if k.CheckMailKey(Reply, 4711, 3, key) || k.CheckMailKey(Reply, 4712, 2, key) || k.CheckMailKey(Bounce, 4711, 2, key) {
		t.Error("the key opens for another row, kind or generation")
	}
	if id, ok := k.MailKeyDelivery(Bounce, key); ok && k.CheckMailKey(Bounce, id, 2, key) {
		t.Error("a reply key is a bounce key")
	}
	for i := range key {
		forged := key[:i] + string(rune('a'+(key[i]-'a'+1)%20)) + key[i+1:]
		if id, ok := k.MailKeyDelivery(Reply, forged); ok && forged != key && k.CheckMailKey(Reply, id, 2, forged) {
			t.Errorf("%q passes", forged)
		}
	}
	for _, no := range []string{"", "a", strings.Repeat("a", 28), strings.Repeat("1", 29), key + "a"} {
		if id, ok := k.MailKeyDelivery(Reply, no); ok && k.CheckMailKey(Reply, id, 2, no) {
			t.Errorf("%q passes", no)
		}
	}
	if next := k.MailKey(Reply, 4712, 2); strings.HasPrefix(next, key[:8]) {
		t.Error("keys of neighbours look alike")
	}
}
