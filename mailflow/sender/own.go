package sender

import "duolog/mailflow/message"

// own finds our own mail that came back.
func (p Policy) own(m *message.Message) (Verdict, bool) {
	for _, f := range []struct {
		name   string
		reason Reason
	}{{"From", OwnAddress}, {"X-Loop", OwnLoop}} {
		for _, a := range addresses(m.Header, f.name) {
			if _, _, ours := p.Register.extension(a); ours {
				return because(f.reason, ""), true
			}
		}
	}
	for _, id := range append(messageIDs(m.Header.Values("Message-ID")), m.ID) {
		if p.ours(id) {
			return because(OwnMessageID, ""), true
		}
	}
	return Verdict{}, false
}

// ours reports whether id names a mail that we sent.
func (p Policy) ours(id string) bool {
	return id != "" && (p.Register.ours(id) || p.Sent != nil && p.Sent(id))
}
