package message

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strings"
)

// ContentHash identifies what the mail says: the decoded text, HTML, calendar and attachments, with
// white space folded. It does not change with the delivery path, transfer encoding or header.
func (m *Message) ContentHash() [32]byte {
	h := sha256.New()
	add(h, fold(m.Text))
	add(h, fold(m.HTML))
	add(h, fold(string(m.Calendar)))
	for _, a := range m.Attachments {
		add(h, a.Type)
		add(h, a.Name)
	}
	h.Write(m.attached[:])
	return [32]byte(h.Sum(nil))
}

// add writes s with its length, so that no two lists of strings look alike.
func add(h hash.Hash, s string) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(s)))
	h.Write(n[:])
	h.Write([]byte(s))
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }
