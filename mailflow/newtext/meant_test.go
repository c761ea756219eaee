package newtext

import (
	"strings"
	"testing"

	"duolog/mailflow/message"
)

// newIn is the new text of a plain mail by Priya Nair.
func newIn(t *testing.T, body string) string {
	t.Helper()
	m, err := message.Parse([]byte("From: Priya Nair <priya@acme.example>\nTo: Sam <one@acme.example>\nSubject: Re: 1:1\n" +
		"Content-Type: text/plain; charset=utf-8\n\n" + body + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return Extract(m, nil).Text
}

func TestAPrivateMarkBelowTheNameIsKept(t *testing.T) {
	t.Parallel()
	for _, closing := range []string{"Best regards\nPriya", "Viele Grüße\nPriya Nair", "Priya", "Sent from my iPhone"} {
		for _, mark := range []string{
			"private: I have another offer", "Vertraulich: ich will kündigen", "topic: conference", "Confidential", "(private)", "vertraulich",
			"Please keep this between us", "Bitte für dich behalten", "Private\nI have another offer", "garde ça pour toi", "Tema: vacaciones",
		} {
			for _, gap := range []string{"\n", "\n\n"} {
				want := "I am thinking of leaving.\n\n" + mark // a bare name above it may stay, too
				if got := newIn(t, "I am thinking of leaving.\n\n"+closing+gap+mark); !strings.HasSuffix(got, mark) || closing != "Priya" && got != want {
					t.Errorf("below %q: new text is %q, want %q", closing, got, want)
				}
			}
		}
	}
	if got, want := newIn(t, "Budget.\n--\nprivate: I have another offer"), "private: I have another offer"; !strings.Contains(got, want) {
		t.Errorf("below a delimiter: new text is %q, want %q in it", got, want)
	}
}

func TestWhatLooksLikeAPrivateMarkInASignatureIsCut(t *testing.T) {
	t.Parallel()
	for _, closing := range []string{
		"Best regards\nPriya Nair\nPrivate: +49 171 1234567", "Best regards\nPriya Nair\nAcme Private Limited", "Viele Grüße\nPriya Nair\nPrivat: priya@home.example",
		"Best regards\nPriya Nair\n\nConfidential: this message is intended only for the addressee. If you are not the intended recipient, delete it.",
		"-- \nPriya Nair\nAcme\nConfidential",
	} {
		if got := newIn(t, "Budget first.\n\n"+closing); got != "Budget first." {
			t.Errorf("new text above %q is %q, want the first line", closing, got)
		}
	}
}

func TestSomebodyElsesNameAndRoleAreNoSignature(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Who should mentor me? I thought of\n\nMaria Gomez\nSenior Engineer", "Met two vendors.\n\nAna Lovelace | Vendor One\nTom Sample | Vendor Two",
		"Status\n\nRoadmap | on track\nAlerts | late", "A8 | done\nA9 | Friday",
	} {
		if got := newIn(t, text); got != text {
			t.Errorf("new text is %q, want %q", got, text)
		}
	}
	for _, card := range []string{"Priya Nair\nSenior Engineer", "Priya Nair | Engineer | Acme", "Maria Gomez\nSenior Engineer\n+49 30 1234567"} {
		if got := newIn(t, "Budget first.\n\n"+card); got != "Budget first." {
			t.Errorf("new text above %q is %q, want the first line", card, got)
		}
	}
}
