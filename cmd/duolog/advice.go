package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"

	"duolog/mailflow/inbox"
	"duolog/mailflow/outbox"
	"duolog/stumble"
)

// advise adds to trouble with a mail server what to do about it. section is imap or smtp.
func (in *instance) advise(section string, s Server, err error) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var record tls.RecordHeaderError
	switch said := errText(err); {
	case err == nil, hintOf(err) != "":
		return err
	case errors.As(err, &unknown):
		return hint(err, "if the server's certificate comes from an authority of your own, name its file in %s.ca_file", section)
	case errors.As(err, &name):
		return hint(err, "set %s.host to a name that the server's certificate bears", section)
	case errors.As(err, &record), strings.Contains(said, "first record does not look like a TLS handshake"):
		return hint(err, "this port speaks no TLS from the beginning: set %s.tls: starttls, or the port for implicit TLS (IMAP 993, SMTP 465)", section)
	case strings.Contains(said, "503"), strings.Contains(said, "does not support smtp auth"), strings.Contains(said, "auth not supported"):
		return hint(err, "the server offers no login here: use its submission port (587 with starttls, 465 with implicit), or remove %s.username if it takes mail without login", section)
	case errors.Is(err, inbox.ErrLogin), strings.Contains(said, "login refused"):
		return hint(err, "check %s.username and the password in %s", section, s.PasswordFile)
	case s.TLS == "implicit" && (strings.Contains(said, "timeout") || strings.Contains(said, "eof")):
		return hint(err, "does %s:%d speak TLS from the beginning? if not, set %s.tls: starttls", s.Host, s.Port, section)
	case s.TLS == "starttls" && (strings.Contains(said, "timeout") || strings.Contains(said, "eof") || strings.Contains(said, "greeting")):
		return hint(err, "does %s:%d wait for TLS from the beginning? then set %s.tls: implicit", s.Host, s.Port, section)
	}
	return hint(err, "are %[1]s.host, %[1]s.port and %[1]s.tls right, and does this machine reach that server?", section)
}

// workError is trouble of the work that was done with a mail server, not of reaching it.
type workError struct{ error }

func (w workError) Unwrap() error { return w.error }

func ofWork(err error) error {
	if err == nil {
		return nil
	}
	return workError{err}
}

// adviseMailbox adds what to do to trouble that the service has with the mailbox.
func (in *instance) adviseMailbox(err error) error {
	if errors.As(err, new(workError)) || stumble.In(err) {
		return err
	}
	return in.advise("imap", in.config.IMAP.Server, err)
}

// adviseOutbox adds what to do to trouble that the service has with sending.
func (in *instance) adviseOutbox(err error) error {
	said := errText(err)
	switch {
	case errors.Is(err, outbox.ErrStopped):
		return adviseStopped(err)
	case strings.HasPrefix(said, "smtp "), strings.HasPrefix(said, "connect to "):
		return in.advise("smtp", in.config.SMTP, err)
	}
	return err
}

func adviseStopped(err error) error {
	return hint(err, "`duolog outbox` says why; mend it, then `duolog outbox resume`")
}

// tellTrouble logs trouble with what to do about it.
func (in *instance) tellTrouble(err error) {
	said := []any{"error", err}
	if h := hintOf(err); h != "" {
		said = append(said, "hint", h)
	}
	in.log.Error("trouble", said...)
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return strings.ToLower(err.Error())
}

// unit is a service of systemd for one instance.
const unit = `[Unit]
Description=duolog, the shared log of one-on-one meetings
Wants=network-online.target
After=network-online.target

[Service]
User=duolog
ExecStart=%s --dir %s run
Restart=on-failure
RestartSec=30
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
# add the folder of site.publish here, if it is a folder elsewhere on this machine
ReadWritePaths=%s
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`
