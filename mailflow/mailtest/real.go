//go:build linux

package mailtest

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
	"time"
)

// ErrMissing tells that a server is not installed, or that we may not run it.
// Its text says what to do.
var ErrMissing = errors.New("real mail server missing")

// RealPassword is the password of every user of a real server.
const RealPassword = "secret"

// Dovecot is a private Dovecot on loopback. Every user name exists and has an
// empty mailbox until mail comes. It does not wait for the disk: whether Dovecot
// keeps mail through a power cut is not what is tested.
type Dovecot struct {
	// IMAP (plain, with STARTTLS), IMAPS and LMTP are its addresses.
	IMAP, IMAPS, LMTP string
	auth              string
	dir               string
	process           *exec.Cmd
	pool              *x509.CertPool
}

// DovecotOptions say what is otherwise than usual.
type DovecotOptions struct {
	// Introspection is where Dovecot asks about access tokens (RFC 7662), for
	// logins by XOAUTH2 and OAUTHBEARER beside those by password. Default: none.
	Introspection string
	// Capabilities are all that it announces after the login. Default: all that
	// it has.
	Capabilities string
}

// LesserMeans are the capabilities of a server with neither MOVE nor UIDPLUS.
const LesserMeans = "IMAP4rev1 SASL-IR LITERAL+ ENABLE IDLE NAMESPACE"

// StartDovecot runs a private Dovecot until Close. It needs the packages
// dovecot-imapd and dovecot-lmtpd, and root, since Dovecot changes users.
func StartDovecot() (*Dovecot, error) { return DovecotOptions{}.Start() }

// Start is StartDovecot with these options.
func (o DovecotOptions) Start() (*Dovecot, error) {
	if err := installed("dovecot", "dovecot-imapd dovecot-lmtpd"); err != nil {
		return nil, err
	}
	d := &Dovecot{}
	var err error
	if d.dir, err = realDir(); err != nil {
		return nil, err
	}
	if err := d.start(o); err != nil {
		log, _ := os.ReadFile(filepath.Join(d.dir, "dovecot.log"))
		_ = d.Close()
		return nil, fmt.Errorf("start dovecot: %w\n%s", err, log)
	}
	return d, nil
}

func (d *Dovecot) start(o DovecotOptions) error {
	for _, address := range []*string{&d.IMAP, &d.IMAPS, &d.LMTP, &d.auth} {
		var err error
		if *address, err = freeAddress(); err != nil {
			return err
		}
	}
	var err error
	if d.pool, err = writeCertificate(d.dir); err != nil {
		return err
	}
	mail := filepath.Join(d.dir, "mail")
	if err := errors.Join(os.Mkdir(mail, 0o755), os.Chown(mail, 5000, 5000)); err != nil {
		return err
	}
	conf := filepath.Join(d.dir, "dovecot.conf")
	values := map[string]string{
		"Dir": d.dir, "IMAP": port(d.IMAP), "IMAPS": port(d.IMAPS), "LMTP": port(d.LMTP), "Auth": port(d.auth),
		"Introspection": o.Introspection, "Capabilities": o.Capabilities,
	}
	err = errors.Join(writeConfig(conf, dovecotConf, values), writeConfig(filepath.Join(d.dir, "oauth2.conf.ext"), oauth2Conf, values))
	if err != nil {
		return err
	}
	d.process = exec.Command("dovecot", "-F", "-c", conf)
	d.process.SysProcAttr = leash()
	if err := d.process.Start(); err != nil {
		return err
	}
	return answers(d.IMAP, d.IMAPS, d.LMTP, d.auth)
}

// CertPool holds the certificate the server shows for 127.0.0.1.
func (d *Dovecot) CertPool() *x509.CertPool { return d.pool }

// CertFile is that certificate as a PEM file.
func (d *Dovecot) CertFile() string { return filepath.Join(d.dir, "cert.pem") }

// Maildir is the folder on disk with a user's INBOX, in Maildir form; other
// mail folders lie in it with a dot before their name.
func (d *Dovecot) Maildir(user string) string {
	return filepath.Join(d.dir, "mail", user, "mail")
}

// Mails gives the mails in a user's INBOX, in no order. Dovecot keeps them with
// bare LF line ends; here they are CRLF again.
func (d *Dovecot) Mails(user string) ([][]byte, error) {
	var mails [][]byte
	for _, part := range []string{"new", "cur"} {
		paths, err := filepath.Glob(filepath.Join(d.Maildir(user), part, "*"))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			raw, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			mails = append(mails, bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")))
		}
	}
	return mails, nil
}

// Close ends the server by its process id and removes its folder.
func (d *Dovecot) Close() error {
	return errors.Join(terminate(d.process), os.RemoveAll(d.dir))
}

var dovecotConf = `base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/run
log_path = {{.Dir}}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{{.Dir}}/cert.pem
ssl_key = <{{.Dir}}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login{{if .Introspection}} xoauth2 oauthbearer{{end}}
auth_username_format = %Ln
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
first_valid_uid = 5000
mail_location = maildir:~/mail
mailbox_list_index = yes
mail_fsync = never
mail_max_userip_connections = 200
recipient_delimiter = +
{{if .Capabilities}}protocol imap {
  imap_capability = {{.Capabilities}}
}
{{end}}{{if .Introspection}}passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {{.Dir}}/oauth2.conf.ext
}
{{end}}passdb {
  driver = static
  args = password=` + RealPassword + `
}
userdb {
  driver = static
  args = uid=5000 gid=5000 home={{.Dir}}/mail/%Ln
}
namespace inbox {
  inbox = yes
  separator = /
}
service imap-login {
  chroot =
  inet_listener imap {
    port = {{.IMAP}}
  }
  inet_listener imaps {
    port = {{.IMAPS}}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = {{.LMTP}}
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = {{.Auth}}
  }
}
service anvil {
  chroot =
}
`

var oauth2Conf = `introspection_mode = post
introspection_url = {{.Introspection}}
username_attribute = username
active_attribute = active
active_value = true
`

// Postfix is a private Postfix on loopback that takes mail for one domain, from
// anybody, and hands it to a Dovecot; it refuses everything else.
type Postfix struct {
	// SMTP (plain, with STARTTLS) and SMTPS are its addresses.
	SMTP, SMTPS string
	dir         string
	process     *exec.Cmd
	dovecot     *Dovecot
}

// StartPostfix runs a private Postfix until Close. It needs the package postfix,
// and root. Mail for domain goes to the Dovecot user before the + or @; logins
// are Dovecot's. results, if not empty, is put into an Authentication-Results
// header on top of every mail, since Postfix itself writes none.
func StartPostfix(d *Dovecot, domain, results string) (*Postfix, error) {
	if err := installed("postfix", "postfix"); err != nil {
		return nil, err
	}
	p := &Postfix{dovecot: d}
	var err error
	if p.dir, err = realDir(); err != nil {
		return nil, err
	}
	if err := p.start(domain, results); err != nil {
		log, _ := os.ReadFile(filepath.Join(p.dir, "mail.log"))
		_ = p.Close()
		return nil, fmt.Errorf("start postfix: %w\n%s", err, log)
	}
	return p, nil
}

func (p *Postfix) start(domain, results string) error {
	for _, address := range []*string{&p.SMTP, &p.SMTPS} {
		var err error
		if *address, err = freeAddress(); err != nil {
			return err
		}
	}
	etc := filepath.Join(p.dir, "etc")
	for _, dir := range []string{etc, filepath.Join(p.dir, "queue"), filepath.Join(p.dir, "data")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	values := map[string]string{
		"Dir": p.dir, "Dovecot": p.dovecot.dir, "Domain": domain, "Results": results,
		"SMTP": p.SMTP, "SMTPS": p.SMTPS,
		"LMTP": p.dovecot.LMTP, "Auth": p.dovecot.auth,
	}
	err := errors.Join(
		writeConfig(filepath.Join(etc, "main.cf"), mainCf, values),
		writeConfig(filepath.Join(etc, "master.cf"), masterCf, values),
		writeConfig(filepath.Join(etc, "results"), "/./ PREPEND Authentication-Results: {{.Results}}\n", values),
	)
	if err != nil {
		return err
	}
	if out, err := exec.Command("chown", "postfix", filepath.Join(p.dir, "data")).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if out, err := exec.Command("postfix", "-c", etc, "check").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out) // it also makes the queue's folders
	}
	libexec, err := exec.Command("postconf", "-c", etc, "-h", "daemon_directory").Output()
	if err != nil {
		return fmt.Errorf("ask postfix for its programs: %w", err)
	}
	p.process = exec.Command(filepath.Join(strings.TrimSpace(string(libexec)), "master"), "-c", etc, "-d")
	p.process.SysProcAttr = leash()
	if err := p.process.Start(); err != nil {
		return err
	}
	return answers(p.SMTP, p.SMTPS)
}

// Drain waits until Postfix has nothing left to deliver.
func (p *Postfix) Drain() error {
	for range 400 {
		waiting := 0
		for _, queue := range []string{"maildrop", "incoming", "active", "deferred"} {
			err := filepath.WalkDir(filepath.Join(p.dir, "queue", queue), func(_ string, entry fs.DirEntry, err error) error {
				if err == nil && entry.Type().IsRegular() {
					waiting++
				}
				return nil // files come and go meanwhile
			})
			if err != nil {
				return err
			}
		}
		if waiting == 0 {
			return nil
		}
		time.Sleep(25 * time.Millisecond)
	}
	return errors.New("postfix still has mail after 10 s")
}

// CertPool holds the certificate the server shows for 127.0.0.1.
func (p *Postfix) CertPool() *x509.CertPool { return p.dovecot.pool }

// Close ends the server by its process id and removes its folder.
func (p *Postfix) Close() error {
	return errors.Join(terminate(p.process), os.RemoveAll(p.dir))
}

var mainCf = `compatibility_level = 3.6
queue_directory = {{.Dir}}/queue
data_directory = {{.Dir}}/data
maillog_file = {{.Dir}}/mail.log
maillog_file_prefixes = {{.Dir}}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{{.Domain}}
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = {{.Domain}}
virtual_transport = lmtp:inet:{{.LMTP}}
default_transport = error:no outside
relay_transport = error:no outside
recipient_delimiter = +
disable_dns_lookups = yes
alias_maps =
smtpd_client_connection_rate_limit = 0
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:{{.Auth}}
smtpd_tls_security_level = may
smtpd_tls_cert_file = {{.Dovecot}}/cert.pem
smtpd_tls_key_file = {{.Dovecot}}/key.pem
smtpd_relay_restrictions = reject_unauth_destination
{{if .Results}}smtpd_data_restrictions = check_client_access regexp:{{.Dir}}/etc/results
{{end}}`

var masterCf = `{{.SMTP}} inet n - n - - smtpd
{{.SMTPS}} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`

// installed tells by ErrMissing that we cannot run a program.
func installed(program, packages string) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: %s must be started as root; run the tests as root or with -short", ErrMissing, program)
	}
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("%w: install it with: apt-get install --no-install-recommends %s", ErrMissing, packages)
	}
	return nil
}

// realDir makes a folder that the servers' own users may pass through.
func realDir() (string, error) {
	dir, err := os.MkdirTemp("", "mail")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

func writeConfig(path, text string, values map[string]string) error {
	var out bytes.Buffer
	if err := template.Must(template.New(path).Parse(text)).Execute(&out, values); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// writeCertificate puts a self-signed certificate and its key into dir.
func writeCertificate(dir string) (*x509.CertPool, error) {
	var s Server
	if err := s.certify(); err != nil {
		return nil, err
	}
	pair := s.tls.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		return nil, err
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	return s.pool, errors.Join(
		os.WriteFile(filepath.Join(dir, "cert.pem"), cert, 0o644),
		os.WriteFile(filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600),
	)
}

// answers waits until every address takes connections.
func answers(addresses ...string) error {
	var err error
	for range 100 {
		waiting := 0
		for _, address := range addresses {
			var conn net.Conn
			if conn, err = net.Dial("tcp", address); err != nil {
				waiting++
				break
			}
			_ = conn.Close()
		}
		if waiting == 0 {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// leash gives a process a group of its own, and ends it when we are killed.
// (Postfix drops the latter with its privileges; its folder tells where it runs.)
func leash() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// terminate asks a master process to end, waits until it has, and then ends
// what is left of its process group. Nil is no process.
func terminate(master *exec.Cmd) error {
	if master == nil || master.Process == nil {
		return nil
	}
	pid := master.Process.Pid
	ended := make(chan struct{})
	go func() {
		_ = master.Wait() // by our signal, so always an error
		close(ended)
	}()
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end process %d: %w", pid, err)
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
	}
	if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end process group %d: %w", pid, err)
	}
	return nil
}
