package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"duolog/mailflow/inbox"
	"duolog/mailflow/oauth"
	"duolog/mailflow/outbox"
	"duolog/mailflow/sender"
)

// Config is config.yaml. The sample in the root of the project says what each setting means.
type Config struct {
	Mail struct {
		Address string
		Name    string
		Keep    string
	}
	IMAP struct {
		Server  `mapstructure:",squash"`
		Mailbox string
		Done    string
		Held    string

		ApproximateSize bool `mapstructure:"approximate_size"`
	}
	SMTP  Server
	OAuth struct {
		Provider         string
		Tenant           string
		Grant            string
		ClientID         string `mapstructure:"client_id"`
		ClientSecretFile string `mapstructure:"client_secret_file"`
		AuthURL          string `mapstructure:"auth_url"`
		TokenURL         string `mapstructure:"token_url"`
		Scopes           []string
		Mechanism        string
	}
	Sender struct {
		Method   string
		Server   string
		Sealers  []string
		Internal bool
	}
	People struct {
		Domains []string
	}
	Site struct {
		URL    string
		Public string
		Hugo   string
		Listen string

		Publish string
	}
	Content struct {
		Git      bool
		Holidays string
	}
	Demo struct {
		Mailboxes string // folder of the embedded mail servers of `duolog demo`; every verb starts them while it works
	}
}

// Server is how to reach one mail server.
type Server struct {
	Host         string
	Port         int
	TLS          string
	Username     string
	PasswordFile string `mapstructure:"password_file"`
	Password     string // from the environment alone
	CAFile       string `mapstructure:"ca_file"`
}

var defaults = map[string]any{
	"mail.name": "1:1 log", "mail.keep": "14d",
	"imap.port": 993, "imap.tls": "implicit", "imap.mailbox": "INBOX", "imap.done": "Done", "imap.held": "Held",
	"smtp.port": 465, "smtp.tls": "implicit",
	"oauth.grant": oauth.Code, "oauth.mechanism": "xoauth2", "oauth.scopes": []string{},
	"sender.method": string(sender.Results), "sender.sealers": []string{},
	"people.domains": []string{},
	"site.public":    "public", "site.listen": "127.0.0.1:8080",
	"content.git": true, "imap.approximate_size": false, "sender.internal": false,
}

// lists are the settings that hold several values.
var lists = []string{"sender.sealers", "people.domains", "oauth.scopes"}

// switches are the settings that are true or false.
var switches = []string{"imap.approximate_size", "sender.internal", "content.git"}

func configFile(dir string) string { return filepath.Join(dir, "config.yaml") }

// readConfig reads the configuration of an instance from its file and the environment, and reports everything that is
// wrong with it at once, each with its line.
func readConfig(dir string) (Config, error) {
	var c Config
	path := configFile(dir)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, hint(fmt.Errorf("there is no instance in %s", dir), "make one with `duolog init %s`, or name one with --dir", dir)
	}
	if err != nil {
		return c, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return c, hint(fmt.Errorf("%s: %w", path, err), "compare with the sample that `duolog init` writes")
	}
	v := viper.New()
	v.SetConfigType("yaml")
	v.SetEnvPrefix("DUOLOG")
	v.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
	known := settings(reflect.TypeFor[Config](), "")
	for _, key := range known {
		_ = v.BindEnv(key)
	}
	for key, value := range defaults {
		v.SetDefault(key, value)
	}
	if err := v.ReadConfig(strings.NewReader(string(raw))); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	p := configProblems{path: path, doc: &doc, known: known}
	p.unknownKeys(&doc, "")
	p.unknownVariables(os.Environ())
	p.decode(v, &c)
	p.values(&c)
	return c, p.err()
}

// settings lists the paths of all settings of a struct type: "imap.host".
func settings(t reflect.Type, prefix string) []string {
	var all []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("mapstructure"), ",")
		switch {
		case strings.Contains(options, "squash"):
			all = append(all, settings(f.Type, prefix)...)
			continue
		case name == "":
			name = strings.ToLower(f.Name)
		}
		if f.Type.Kind() == reflect.Struct {
			all = append(all, settings(f.Type, prefix+name+".")...)
			continue
		}
		all = append(all, prefix+name)
	}
	return all
}

// configProblems collects what is wrong with a configuration.
type configProblems struct {
	path  string
	doc   *yaml.Node
	known []string
	found []error
}

func (p *configProblems) err() error {
	if len(p.found) == 0 {
		return nil
	}
	return hint(errors.Join(p.found...), "every setting is described in the sample that `duolog init` writes")
}

func (p *configProblems) add(key, format string, args ...any) {
	where := p.path
	if line := lineOf(p.doc, key); line > 0 {
		where += ":" + strconv.Itoa(line)
	}
	p.found = append(p.found, fmt.Errorf("%s: %s: %s", where, key, fmt.Sprintf(format, args...)))
}

func (p *configProblems) unknownKeys(n *yaml.Node, prefix string) {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := prefix + n.Content[i].Value
		section := slices.ContainsFunc(p.known, func(k string) bool { return strings.HasPrefix(k, key+".") })
		switch {
		case section:
			p.unknownKeys(n.Content[i+1], key+".")
		case strings.HasSuffix(key, ".password"):
			p.add(key, "a password does not belong into this file; name its file as %s_file", key)
		case !slices.Contains(p.known, key):
			p.add(key, "there is no such setting%s", p.meant(key))
		}
	}
}

// notSettings are variables of ours that are no settings.
var notSettings = []string{"DUOLOG_DIR", "DUOLOG_REAL"}

// unknownVariables finds variables that look like settings and are none: a slip of the pen must not go unheard.
func (p *configProblems) unknownVariables(environ []string) {
	variable := func(key string) string { return "DUOLOG_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_")) }
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "DUOLOG_") || slices.Contains(notSettings, name) || slices.ContainsFunc(p.known, func(k string) bool { return variable(k) == name }) {
			continue
		}
		best, distance := "", 4
		for _, k := range p.known {
			if d := levenshtein.ComputeDistance(variable(k), name); d < distance {
				best, distance = "; did you mean "+variable(k)+"?", d
			}
		}
		p.found = append(p.found, fmt.Errorf("environment: %s: there is no such setting%s", name, best))
	}
}

// meant names the setting that the key is most like, if any is like it.
func (p *configProblems) meant(key string) string {
	best, distance := "", 4
	for _, k := range p.known {
		if d := levenshtein.ComputeDistance(k, key); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

func (p *configProblems) decode(v *viper.Viper, c *Config) {
	for _, key := range p.known { // one by one, so that each bad value is told with its line
		if err := v.UnmarshalKey(key, new(string)); err != nil && !slices.Contains(lists, key) {
			p.add(key, "must be a single value")
		}
	}
	for _, key := range []string{"imap.port", "smtp.port"} {
		if n, err := strconv.Atoi(v.GetString(key)); err != nil || n < 1 || n > 65535 {
			p.add(key, "%q is not a port number", v.GetString(key))
			v.Set(key, 1)
		}
	}
	for _, key := range switches {
		if _, err := strconv.ParseBool(v.GetString(key)); err != nil {
			p.add(key, "%q is neither true nor false", v.GetString(key))
			v.Set(key, false)
		}
	}
	if err := v.Unmarshal(c); err != nil {
		p.found = append(p.found, fmt.Errorf("%s: %w", p.path, err))
	}
}

func (p *configProblems) values(c *Config) {
	if _, err := mail.ParseAddress(c.Mail.Address); err != nil {
		p.add("mail.address", "%q is not a mail address", c.Mail.Address)
	}
	if _, err := keepDays(c.Mail.Keep); err != nil {
		p.add("mail.keep", "%v", err)
	}
	p.server("imap", c.IMAP.Server)
	p.server("smtp", c.SMTP)
	p.oauth(c)
	methods := []string{string(sender.Results), string(sender.Microsoft), string(sender.DKIM), string(sender.Insecure)}
	if !slices.Contains(methods, c.Sender.Method) {
		p.add("sender.method", "%q is none of %s", c.Sender.Method, strings.Join(methods, ", "))
	}
	if c.Sender.Method == string(sender.Results) && c.Sender.Server == "" {
		p.add("sender.server", "the name of your receiving server is missing")
	}
	if c.Sender.Internal && c.Sender.Method != string(sender.Microsoft) {
		p.add("sender.internal", "only Exchange Online says which mail is internal; set sender.method to %s", sender.Microsoft)
	}
	for _, domain := range c.People.Domains {
		if _, err := mail.ParseAddress("someone@" + domain); err != nil {
			p.add("people.domains", "%q is not a domain like example.org", domain)
		}
	}
	if u, err := url.Parse(c.Site.URL); c.Site.URL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		p.add("site.url", "%q is not an address like https://log.example.org", c.Site.URL)
	}
	if _, _, err := net.SplitHostPort(c.Site.Listen); err != nil {
		p.add("site.listen", "%q is not like 127.0.0.1:8080", c.Site.Listen)
	}
}

func (p *configProblems) oauth(c *Config) {
	if c.OAuth.Provider == "" {
		return
	}
	_, known := oauth.Provider(c.OAuth.Provider, "", "")
	if !known && c.OAuth.Provider != "other" {
		p.add("oauth.provider", "%q is none of google, microsoft365, other", c.OAuth.Provider)
	}
	if c.OAuth.Provider == "microsoft365" && c.OAuth.Tenant == "" {
		p.add("oauth.tenant", "the id or domain of your organization is missing")
	}
	if c.OAuth.ClientID == "" {
		p.add("oauth.client_id", "is missing; the provider gave it when duolog was registered there")
	}
	if !slices.Contains([]string{oauth.Code, oauth.ClientCredentials}, c.OAuth.Grant) {
		p.add("oauth.grant", "%q is neither %s nor %s", c.OAuth.Grant, oauth.Code, oauth.ClientCredentials)
	}
	if !slices.Contains([]string{"xoauth2", "oauthbearer"}, c.OAuth.Mechanism) {
		p.add("oauth.mechanism", "%q is neither xoauth2 nor oauthbearer", c.OAuth.Mechanism)
	}
	if c.OAuth.Provider == "other" && c.OAuth.TokenURL == "" {
		p.add("oauth.token_url", "is missing")
	}
}

func (p *configProblems) server(section string, s Server) {
	if s.Host == "" {
		p.add(section+".host", "is missing")
	}
	if !slices.Contains([]string{"implicit", "starttls", "none"}, s.TLS) {
		p.add(section+".tls", "%q is none of implicit, starttls, none", s.TLS)
	}
	if ip := net.ParseIP(s.Host); s.TLS == "none" && s.Host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		p.add(section+".tls", "none would send the password readably; it is for this machine only")
	}
}

// lineOf is the line of a setting in the file, or of the section that it is missing from; 0 when neither is there.
func lineOf(n *yaml.Node, key string) int {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	line := 0
	for _, name := range strings.Split(key, ".") {
		found := false
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				line, n, found = n.Content[i].Line, n.Content[i+1], true
				break
			}
		}
		if !found {
			return line
		}
	}
	return line
}

// keepDays reads "14d" or "0".
func keepDays(s string) (time.Duration, error) {
	days, err := strconv.Atoi(strings.TrimSuffix(s, "d"))
	if err != nil || days < 0 {
		return 0, fmt.Errorf("%q is not a number of days like 14d", s)
	}
	return time.Duration(days) * 24 * time.Hour, nil
}

// secret is the password of a server: from the environment or from its file.
func (s Server) secret(dir string) (string, error) {
	if s.Password != "" || s.PasswordFile == "" {
		return s.Password, nil
	}
	raw, err := os.ReadFile(inDir(dir, s.PasswordFile))
	if err != nil {
		return "", hint(fmt.Errorf("read password: %w", err), "write the password into that file, readable for you alone (chmod 600)")
	}
	return strings.TrimRight(string(raw), "\r\n"), nil
}

// authorities are the certificate authorities to trust, nil for the system's.
func (s Server) authorities(dir string) (*x509.CertPool, error) {
	if s.CAFile == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(inDir(dir, s.CAFile))
	if err != nil {
		return nil, fmt.Errorf("read ca_file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", s.CAFile)
	}
	return pool, nil
}

// token gives access tokens, nil where passwords are used.
func (c Config) token(dir string) (func(context.Context) (string, error), error) {
	if c.OAuth.Provider == "" {
		return nil, nil
	}
	config, err := c.oauthConfig(dir)
	if err != nil {
		return nil, err
	}
	source := config.Source()
	return func(ctx context.Context) (string, error) {
		token, err := source(ctx)
		if errors.Is(err, oauth.ErrNoConsent) {
			err = hint(err, "run `duolog login` and say yes in the browser")
		}
		return token, err
	}, nil
}

func (c Config) oauthConfig(dir string) (oauth.Config, error) {
	config, _ := oauth.Provider(c.OAuth.Provider, c.OAuth.Tenant, c.OAuth.Grant)
	config.Grant, config.ClientID = c.OAuth.Grant, c.OAuth.ClientID
	config.File = filepath.Join(dir, "secrets", "oauth-token.json")
	if c.OAuth.AuthURL != "" {
		config.AuthURL = c.OAuth.AuthURL
	}
	if c.OAuth.TokenURL != "" {
		config.TokenURL = c.OAuth.TokenURL
	}
	if len(c.OAuth.Scopes) > 0 {
		config.Scopes = c.OAuth.Scopes
	}
	var err error
	if c.OAuth.ClientSecretFile != "" {
		config.ClientSecret, err = Server{PasswordFile: c.OAuth.ClientSecretFile}.secret(dir)
	}
	return config, err
}

func (c Config) inbox(dir string) (inbox.Config, error) {
	s := c.IMAP.Server
	cfg := inbox.Config{
		Host: s.Host, Port: s.Port, TLS: s.TLS, Username: s.Username,
		Mailbox: c.IMAP.Mailbox, Done: c.IMAP.Done, Held: c.IMAP.Held,
		ApproximateSize: c.IMAP.ApproximateSize || c.OAuth.Provider == "microsoft365",
	}
	var err error
	if cfg.RootCAs, err = s.authorities(dir); err != nil {
		return cfg, err
	}
	if cfg.Token, err = c.token(dir); err != nil || cfg.Token != nil {
		cfg.Mechanism = c.OAuth.Mechanism
		return cfg, err
	}
	cfg.Password, err = s.secret(dir)
	cfg.Secret = func() (string, error) { return s.secret(dir) }
	return cfg, err
}

// trust is how the sender of a mail is told.
func (c Config) trust() sender.Trust {
	return sender.Trust{
		Method: sender.Method(c.Sender.Method), Server: c.Sender.Server, Sealers: c.Sender.Sealers, Internal: c.Sender.Internal,
		LookupTXT: lookupTXT,
	}
}

func (c Config) outbox(dir string) (outbox.Config, error) {
	s := c.SMTP
	cfg := outbox.Config{Host: s.Host, Port: s.Port, TLS: s.TLS, Username: s.Username}
	var err error
	if cfg.RootCAs, err = s.authorities(dir); err != nil {
		return cfg, err
	}
	if cfg.Token, err = c.token(dir); err != nil || cfg.Token != nil {
		return cfg, err
	}
	cfg.Password, err = s.secret(dir)
	cfg.Secret = func() (string, error) { return s.secret(dir) }
	return cfg, err
}

func inDir(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
