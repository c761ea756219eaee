package sender

import "duolog/mailflow/message"

// Forgery returns the header field with which a stranger would try to pass for somebody at domain, with
// CRLF, "" where no field could help him. A mail that bears it and arrives from outside must not
// be Proved by Authenticate, or the server lets forged results through.
func (t Trust) Forgery(domain string) string {
	switch t.Method {
	case "", Results:
		return "Authentication-Results: " + t.Server + "; dkim=pass header.d=" + domain + "; dmarc=pass header.from=" + domain + "\r\n"
	case Microsoft:
		return "Authentication-Results: dkim=pass header.d=" + domain + ";dmarc=pass action=none header.from=" + domain + ";compauth=pass reason=100\r\n"
	}
	return ""
}

// Servers returns the authserv-ids of the Authentication-Results in a header, from the top. A field
// that has none, as Microsoft's, is "". The first of a mail from outside is what to set as
// Trust.Server.
func Servers(h message.Header) []string {
	var all []string
	for _, field := range h.Values("Authentication-Results") {
		server, named, err := authServer(field)
		if err != nil || !named {
			server = ""
		}
		all = append(all, server)
	}
	return all
}
