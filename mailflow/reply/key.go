package reply

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"html"
	"regexp"
)

// Key is what the welcome page hands back by mail.
type Key struct {
	Token     string // of the link that led to the page; "" when an unlocked log only gets another passphrase
	Recipient string // "age1…"
	Wrapped   []byte // the identity, wrapped by passphrase: an age file
}

// ErrKey means that a key begins in a text but is not whole, or was altered on its way.
var ErrKey = errors.New("the key is not whole")

// A key travels as "duologkey1" and letters and digits of base 32 (RFC 4648, 6) that no mail program changes: it may be
// wrapped, indented, quoted, in capitals or in HTML, for everything else is skipped. Inside are
//
//	length 2 | token 10 | recipient 62 | wrapped identity | the first 4 bytes of the SHA-256 of all but the length
const (
	keyMark       = "duologkey1"
	keyTokenSize  = 10
	recipientSize = 62
	keySumSize    = 4
	keyHead       = 8    // characters that hold the length, and more
	mostKey       = 1600 // characters; a key has about 550
)

var keyAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// String is the key as it travels.
func (k Key) String() string {
	token, _ := keyAlphabet.DecodeString(k.Token)
	body := append([]byte{}, token...)
	body = append(body, make([]byte, keyTokenSize-len(token))...)
	body = append(append(body, k.Recipient...), k.Wrapped...)
	sum := sha256.Sum256(body)
	whole := binary.BigEndian.AppendUint16(nil, uint16(len(body)))
	return keyMark + keyAlphabet.EncodeToString(append(append(whole, body...), sum[:keySumSize]...))
}

// FindKey finds the first whole key in the texts of a mail, plain or HTML. The error is ErrKey when one begins but none is
// whole; a nil Key without error means that there is none.
func FindKey(texts ...string) (*Key, error) {
	begun := false
	for _, text := range texts {
		for rest := text; ; {
			at := keyStart(rest)
			if at < 0 {
				break
			}
			begun = true
			rest = rest[at+len(keyMark):]
			if k, _ := readKey(rest); k != nil {
				return k, nil
			}
			if k, _ := readKey(html.UnescapeString(tag.ReplaceAllString(rest, ""))); k != nil {
				return k, nil
			}
		}
	}
	if begun {
		return nil, ErrKey
	}
	return nil, nil
}

var tag = regexp.MustCompile(`<[^<>]*>`)

var keyBegins = regexp.MustCompile(`(?i)\b` + keyMark)

func keyStart(text string) int {
	if at := keyBegins.FindStringIndex(text); at != nil {
		return at[0]
	}
	return -1
}

// readKey reads what follows the mark, and returns how many bytes of text that took; nil when it is not whole.
func readKey(text string) (*Key, int) {
	var chars []byte
	need := keyHead
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case 'A' <= c && c <= 'Z':
			chars = append(chars, c+'a'-'A')
		case 'a' <= c && c <= 'z', '2' <= c && c <= '7':
			chars = append(chars, c)
		default:
			continue
		}
		if len(chars) == keyHead && need == keyHead {
			head, _ := keyAlphabet.DecodeString(string(chars))
			need = keyAlphabet.EncodedLen(2 + int(binary.BigEndian.Uint16(head)) + keySumSize)
			if need <= keyHead || need > mostKey {
				return nil, i + 1
			}
		}
		if len(chars) == need && need > keyHead {
			return decodeKey(chars), i + 1
		}
	}
	return nil, len(text)
}

func decodeKey(chars []byte) *Key {
	b, err := keyAlphabet.DecodeString(string(chars))
	if err != nil || len(b) < 2+keyTokenSize+recipientSize+keySumSize {
		return nil
	}
	body, sum := b[2:len(b)-keySumSize], b[len(b)-keySumSize:]
	if want := sha256.Sum256(body); !bytes.Equal(sum, want[:keySumSize]) {
		return nil
	}
	k := &Key{Recipient: string(body[keyTokenSize:][:recipientSize]), Wrapped: body[keyTokenSize+recipientSize:]}
	if token := body[:keyTokenSize]; !bytes.Equal(token, make([]byte, keyTokenSize)) {
		k.Token = keyAlphabet.EncodeToString(token)
	}
	return k
}

// withoutKeys takes keys out of new text, each with the sentence in square brackets that the page puts above it, and
// returns them as they stood. Of a key that is not whole everything to the next blank line goes.
func withoutKeys(text string) (rest string, keys []string) {
	for {
		at := keyStart(text)
		if at < 0 {
			return rest + text, keys
		}
		k, n := readKey(text[at+len(keyMark):])
		end := at + len(keyMark) + n
		if k == nil {
			end = len(text)
			if blank := blankLine.FindStringIndex(text[at:]); blank != nil {
				end = at + blank[0]
			}
		}
		keys = append(keys, text[at:end])
		rest += bracketed.ReplaceAllString(text[:at], "")
		text = text[end:]
	}
}

var (
	blankLine = regexp.MustCompile(`\n[ \t>]*\n`)
	bracketed = regexp.MustCompile(`\[[^\[\]]{1,300}\][\s>]*$`)
)
