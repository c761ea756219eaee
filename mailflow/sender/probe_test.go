package sender

import (
	"slices"
	"strings"
	"testing"

	"duolog/mailflow/message"
)

func TestAForgeryPassesUnlessTheServerActs(t *testing.T) {
	for _, trust := range []Trust{{Server: testServer}, {Method: Microsoft}} {
		forged := strings.ReplaceAll(trust.Forgery("nobody.example"), "\r\n", "\n")
		if got, _ := trust.Authenticate(&message.Message{Header: header(t, forged)}, nil, "nobody.example"); got != Proved {
			t.Errorf("%q, kept: got %s, want it to tell that the server lets it through", forged, got)
		}
		if got, _ := trust.Authenticate(&message.Message{Header: header(t, "Subject: taken away")}, nil, "nobody.example"); got == Proved {
			t.Errorf("%q, taken away: got %s", forged, got)
		}
	}
	if got := (Trust{Method: DKIM}).Forgery("nobody.example"); got != "" {
		t.Errorf("with DKIM: got %q, want none", got)
	}
}

func TestServersAreListedFromTheTop(t *testing.T) {
	got := Servers(header(t, "Authentication-Results: mx.example.net (x) 1; none\nAuthentication-Results: dmarc=pass\nAuthentication-Results: inner.example.net\n"))
	if want := []string{"mx.example.net", "", "inner.example.net"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
