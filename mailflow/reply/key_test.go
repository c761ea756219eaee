package reply

import (
	"bytes"
	"strings"
	"testing"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

var someKey = Key{Token: "abcdefghij234567", Recipient: "age1" + strings.Repeat("q", 58), Wrapped: bytes.Repeat([]byte("age-encryption.org/v1\n\x00\xff"), 11)}

// wrapAt breaks a line every n characters and puts something before each.
func wrapAt(s string, n int, before string) string {
	var lines []string
	for ; len(s) > n; s = s[n:] {
		lines = append(lines, before+s[:n])
	}
	return strings.Join(append(lines, before+s), "\n")
}

func TestAKeyIsFoundHoweverItTravelled(t *testing.T) {
	t.Parallel()
	key := someKey.String()
	for name, text := range map[string]string{
		"alone":              key,
		"wrapped":            wrapAt(key, 40, ""),
		"quoted":             "On Tuesday I wrote:\n" + wrapAt(key, 60, "> "),
		"quoted twice":       wrapAt(key, 30, "> > "),
		"in capitals":        strings.ToUpper(key),
		"with no-break":      wrapAt(key, 50, "\u00a0\u200b"),
		"with a signature":   "[Please send this.]\n\n" + wrapAt(key, 56, "") + "\n--\nPriya\nSent from my phone",
		"in HTML":            "<div><p>[Just send it]</p><div>" + strings.ReplaceAll(wrapAt(key, 56, ""), "\n", "<br>\n") + "</div>&nbsp;</div>",
		"in HTML, quoted":    "<blockquote>&gt; " + strings.ReplaceAll(wrapAt(key, 56, ""), "\n", "<br>&gt;&nbsp;") + "</blockquote>",
		"after a broken one": key[:100] + "\n\n" + key,
	} {
		got, err := FindKey("hello\n"+text, "")
		if err != nil || got == nil || got.Token != someKey.Token || got.Recipient != someKey.Recipient || !bytes.Equal(got.Wrapped, someKey.Wrapped) {
			t.Errorf("%s: FindKey = %+v, %v; want the key", name, got, err)
		}
	}
	withoutToken := Key{Recipient: someKey.Recipient, Wrapped: someKey.Wrapped}
	if got, err := FindKey(withoutToken.String()); err != nil || got.Token != "" {
		t.Errorf("FindKey = %+v, %v; want a key without a token", got, err)
	}
}

func TestAKeyThatIsNotWholeIsToldFromNone(t *testing.T) {
	t.Parallel()
	key := someKey.String()
	for name, text := range map[string]string{
		"cut":         key[:300],
		"the start":   keyMark,
		"a line less": key[:60] + key[120:],
		"one letter":  strings.Replace(key, key[200:204], "aaaa", 1),
		"too long":    keyMark + "77777777" + key,
	} {
		if got, err := FindKey(text); err != ErrKey || got != nil {
			t.Errorf("%s: FindKey = %+v, %v; want ErrKey", name, got, err)
		}
	}
	if got, err := FindKey("my key is duolog key 1", ""); got != nil || err != nil {
		t.Errorf("FindKey = %+v, %v; want none", got, err)
	}
}

func TestTheKeyFromTheWelcomePageIsNoWordOfTheReply(t *testing.T) {
	t.Parallel()
	block := "[Please send this mail as it is.]\n" + wrapAt(someKey.String(), 56, "")
	got := priyaReads(meeting.LetterWelcome, newtext.Result{Text: "Hi,\n\n" + block + "\n\nyes"})
	if len(got.Intents) != 2 || got.Intents[0].Kind != meeting.EnrolKey || got.Intents[0].Words != "" || got.Intents[1].State != "yes" || len(got.Unread) > 0 {
		t.Fatalf("got %+v, want the key and a yes", got)
	}
	if k, err := FindKey(got.Intents[0].Text); err != nil || k.Token != someKey.Token {
		t.Errorf("the intent has %+v, %v; want the key", k, err)
	}
	for name, text := range map[string]string{"alone": block, "cut": block[:300], "cut, then a topic": block[:300] + "\n\nthe release plan"} {
		got := priyaReads(meeting.LetterPreReport, newtext.Result{Text: text})
		want := 1 + strings.Count(text, "release")
		if len(got.Intents) != want || got.Intents[0].Kind != meeting.EnrolKey {
			t.Errorf("%s: got %+v, want %d intents, first the key", name, got.Intents, want)
		}
	}
}

func TestWhoWantsNoPageAsksForAPasswordByMail(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"send me a password": meeting.ByMail, "Schick mir bitte ein Passwort": meeting.ByMail, "new password": "", "please send me a new password!": meeting.ByMail} {
		got := priyaReads(meeting.LetterRecap, newtext.Result{Text: text})
		if len(got.Intents) != 1 || got.Intents[0].Kind != meeting.NewPassword || got.Intents[0].State != want {
			t.Errorf("%q: got %+v, want a new password %q", text, got.Intents, want)
		}
	}
}

// Whatever comes, a key that is found is one that String writes, and taking keys out of a text adds nothing to it.
func FuzzFindKey(f *testing.F) {
	f.Add(someKey.String())
	f.Add("[x]\n> " + wrapAt(someKey.String(), 20, "> ") + "\n\nhello")
	f.Add(keyMark + "aaaa")
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := FindKey(text); k != nil {
			again, _ := FindKey(k.String())
			if err != nil || again == nil || again.Token != k.Token || again.Recipient != k.Recipient || !bytes.Equal(again.Wrapped, k.Wrapped) {
				t.Errorf("FindKey(%q) = %+v, written and read %+v", text, k, again)
			}
		}
		rest, keys := withoutKeys(text)
		if len(rest)+len(strings.Join(keys, "")) > len(text) || keyStart(rest) >= 0 && len(keys) == 0 {
			t.Errorf("withoutKeys(%q) = %q, %q", text, rest, keys)
		}
	})
}
