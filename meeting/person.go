package meeting

import (
	"cmp"
	"strings"
	"sync"
	"time"
)

// Person takes part in one or more pairs. Only the public half of a person's key is ever known here: the private half
// is wrapped by a passphrase that duolog forgets.
type Person struct {
	ID        string   `yaml:"id" json:"id"`     // lower-case letters, digits and hyphens; never changes
	Name      string   `yaml:"name" json:"name"` // "Priya Nair"
	Aliases   []string `yaml:"aliases,omitempty" json:"aliases,omitempty"`
	Addresses []string `yaml:"addresses" json:"addresses"`                           // the first is written to, all are believed
	Zone      string   `yaml:"zone" json:"zone"`                                     // IANA name, "Europe/Berlin"
	Language  string   `yaml:"language" json:"language"`                             // BCP 47, "en", "de"
	Recipient string   `yaml:"recipient,omitempty" json:"recipient,omitempty"`       // age X25519 recipient, "" until a password is set
	Identity  string   `yaml:"identity,omitempty" json:"-"`                          // the age identity, wrapped by the passphrase, armored
	Consent   *Consent `yaml:"consent,omitempty" json:"consent,omitempty"`           // nil until asked and answered
	Paused    string   `yaml:"paused_until,omitempty" json:"paused_until,omitempty"` // ISO date, or "stopped"
	NoNudge   bool     `yaml:"no_nudge,omitempty" json:"no_nudge,omitempty"`
	Gone      bool     `yaml:"gone,omitempty" json:"gone,omitempty"` // was forgotten: only a name that tells nothing is left
	History   []Change `yaml:"history,omitempty" json:"-"`
	Prose     string   `yaml:"-" json:"-"`
}

// Consent is a person's answer to the welcome mail.
type Consent struct {
	State   string `yaml:"state" json:"state"`     // "yes", "no", "mail-only"
	Version string `yaml:"version" json:"version"` // of the text that was agreed to
	Origin  `yaml:",inline"`
}

// Location is the person's time zone; UTC when the name is unknown, which content.Store reports as an error on load.
func (p *Person) Location() *time.Location { return location(p.Zone) }

// FirstName is how the mails call the person.
func (p *Person) FirstName() string {
	first, _, _ := strings.Cut(strings.TrimSpace(p.Name), " ")
	return first
}

// CompareNames orders people by their names, and equal names by their ids.
func CompareNames(a, b *Person) int {
	return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
}

// called tells whether name means this person: the id, the whole name, any one word of it, or an alias, in any case.
func (p *Person) called(name string) bool {
	name = strings.TrimSpace(name)
	if name == "" {
		return false
	}
	known := append([]string{p.ID, p.Name}, p.Aliases...)
	known = append(known, strings.Fields(p.Name)...)
	for _, k := range known {
		if strings.EqualFold(k, name) {
			return true
		}
	}
	return false
}

// zones remembers the time zones by name: the library reads a file each time.
var zones sync.Map

// Zone returns the time zone of an IANA name. What was found once stays found: nothing that was checked turns into another time because
// a file of the system cannot be read for a moment.
func Zone(name string) (*time.Location, error) {
	if l, ok := zones.Load(name); ok {
		return l.(*time.Location), nil
	}
	l, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, l)
	}
	return l, err
}

// location is the zone of a person or rhythm that was checked.
func location(zone string) *time.Location {
	l, err := Zone(zone)
	if err != nil {
		return time.UTC
	}
	return l
}
