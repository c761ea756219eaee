package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duolog/mailflow/sender"
)

// configured is a small configuration with these further lines.
func configured(t *testing.T, further ...string) Config {
	t.Helper()
	dir := t.TempDir()
	text := "mail: {address: 1on1@example.org}\nimap: {host: imap.example.org, username: a, password_file: p}\n" +
		"smtp: {host: smtp.example.org, username: a, password_file: p}\n"
	for _, line := range further {
		text += line + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "p"), []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSizesAreTakenAsExactButOfExchange(t *testing.T) {
	const strict = "sender: {method: results, server: mx.example.org}"
	for _, test := range []struct {
		lines []string
		want  bool
	}{
		{[]string{strict}, false},
		{[]string{"sender: {method: microsoft365}",
			"oauth: {provider: microsoft365, tenant: t, client_id: c, client_secret_file: p, grant: client_credentials}"}, true},
	} {
		c := configured(t, test.lines...)
		got, err := c.inbox(t.TempDir())
		if got.ApproximateSize != test.want {
			t.Errorf("%q: approximate sizes %t, want %t (%v)", test.lines, got.ApproximateSize, test.want, err)
		}
	}
	c := configured(t, strict)
	c.IMAP.ApproximateSize = true
	if got, _ := c.inbox(t.TempDir()); !got.ApproximateSize {
		t.Error("imap.approximate_size: true has no effect")
	}
}

func TestMailInsideAnOrganizationIsBelievedOnlyWhereConfigured(t *testing.T) {
	for line, want := range map[string]bool{
		"sender: {method: microsoft365}":                 false,
		"sender: {method: microsoft365, internal: true}": true,
	} {
		if got := configured(t, line).trust(); got.Internal != want || got.Method != sender.Microsoft {
			t.Errorf("%q: %s, internal mail believed %t, want %t", line, got.Method, got.Internal, want)
		}
	}
}

func TestAWrongValueIsToldWithItsLine(t *testing.T) {
	dir := t.TempDir()
	text := "mail: {address: 1on1@example.org}\nimap: {host: imap.example.org, username: a, password_file: p}\n" +
		"smtp: {host: smtp.example.org, username: a, password_file: p}\nsender:\n  method: microsoft365\n"
	for _, test := range []struct{ lines, want string }{
		{"  internal: maybe\n", `config.yaml:6: sender.internal: "maybe" is neither true nor false`},
		{"content:\n  git: perhaps\n", `config.yaml:7: content.git: "perhaps" is neither true nor false`},
		{"people:\n  domains: [example.org, \"@example.org\"]\n", `config.yaml:7: people.domains: "@example.org" is not a domain like example.org`},
		{"people:\n  domains: [priya@example.org]\n", `config.yaml:7: people.domains: "priya@example.org" is not a domain like example.org`},
	} {
		if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(text+test.lines), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := readConfig(dir)
		if err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("with %q: want %q, got %v", test.lines, test.want, err)
		}
	}
}
