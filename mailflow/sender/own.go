package sender

import "duolog/mailflow/message"

// maxHops is how many servers may have passed a mail on before it must be going round in a circle. RFC 5321, 6.3.
const maxHops = 100

// own finds our own mail that came back, and mail that goes round in a circle.
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
	if len(m.Header.Values("Received")) > maxHops {
		return because(Circling, ""), true
	}
	return Verdict{}, false
}

// ours reports whether id names a mail that we sent.
func (p Policy) ours(id string) bool {
	return id != "" && (p.Register.ours(id) || p.Sent != nil && p.Sent(id))
}
