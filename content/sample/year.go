package sample

import (
	"bytes"
	"embed"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"duolog/meeting"
)

//go:embed year
var yearFiles embed.FS

// Year is one year of the sample people. What they answer depends on the seed, the letter, and what they answered before; so
// the same letters in the same order get the same answers. It is not safe for concurrent use.
type Year struct {
	From   time.Time // the Monday on which it begins
	People []*meeting.Person
	Pairs  []Enrolment

	seed    uint64
	cast    map[string]*actor
	stories map[string][]scene
	words   map[string]*words            // by language
	told    map[string]int               // scenes that a pair has played
	scenes  map[string]map[string]*scene // by pair and meeting
	used    map[string]int               // words of a kind that somebody has used
	absent  map[string]bool              // absences that were announced, by person and week
}

// Enrolment is a pair that begins to use duolog. Those of the first day have agreed already.
type Enrolment struct {
	Pair meeting.Pair
	At   time.Time
}

// Weeks is how long the year is.
const Weeks = 52

// anchor is the Monday on which the year begins as it is written down.
var anchor = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// actor is one person of the cast.
type actor struct {
	ID        string   `yaml:"id"`
	Name      string   `yaml:"name"`
	Aliases   []string `yaml:"aliases"`
	Addresses []string `yaml:"addresses"`
	Zone      string   `yaml:"zone"`
	Language  string   `yaml:"language"`
	Client    string   `yaml:"client"` // how the mail program quotes
	Greeting  string   `yaml:"greeting"`
	Closing   string   `yaml:"closing"`
	Answers   int      `yaml:"answers"` // percent of the letters that need none
	Pauses    bool     `yaml:"pauses"`  // tells duolog before being away
	Accepts   bool     `yaml:"accepts"` // lets the calendar answer invitations
	Away      []stay   `yaml:"away"`
	Silent    []stay   `yaml:"silent"` // reads and does not answer
}

// stay is a span of whole weeks, counted from 1.
type stay struct {
	From int    `yaml:"from"`
	To   int    `yaml:"to"`
	Note string `yaml:"note"` // what the mail program answers meanwhile
}

// role is one pair of the cast.
type role struct {
	ID       string       `yaml:"id"`
	From     int          `yaml:"from"` // week
	Kind     meeting.Kind `yaml:"kind"`
	Manager  string       `yaml:"manager"`
	Report   string       `yaml:"report"`
	Rule     string       `yaml:"rule"`
	First    string       `yaml:"first"`
	Zone     string       `yaml:"zone"`
	Length   string       `yaml:"length"`
	Link     string       `yaml:"link"`
	Sessions bool         `yaml:"sessions"`
	NoSurvey bool         `yaml:"no_survey"`
}

// scene is what one meeting of a pair is about: what each types before it and after.
type scene struct {
	Week   int               `yaml:"week"` // not before
	Before map[string]string `yaml:"before"`
	Recap  map[string]string `yaml:"recap"`
}

// NewYear is the year that begins on the Monday of the week of from.
func NewYear(from time.Time, seed uint64) *Year {
	from = from.UTC()
	monday := time.Date(from.Year(), from.Month(), from.Day()-(int(from.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
	y := &Year{
		From: monday, seed: seed, cast: map[string]*actor{}, stories: map[string][]scene{}, words: map[string]*words{},
		told: map[string]int{}, scenes: map[string]map[string]*scene{}, used: map[string]int{}, absent: map[string]bool{},
	}
	var cast struct {
		People []*actor
		Pairs  []role
	}
	read("cast.yaml", &cast)
	read("words.yaml", &y.words)
	for _, a := range cast.People {
		y.cast[a.ID] = a
		y.People = append(y.People, y.person(a, cast.Pairs))
	}
	for _, r := range cast.Pairs {
		y.Pairs = append(y.Pairs, y.enrolment(r))
	}
	names, err := fs.Glob(yearFiles, "year/*-*.yaml")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		name = strings.TrimPrefix(name, "year/")
		var story []scene
		read(name, &story)
		y.stories[strings.TrimSuffix(name, ".yaml")] = story
	}
	return y
}

// read reads one of our own files; that it can be read is tested.
func read(name string, to any) {
	raw, err := yearFiles.ReadFile("year/" + name)
	if err == nil {
		d := yaml.NewDecoder(bytes.NewReader(raw))
		d.KnownFields(true)
		err = d.Decode(to)
	}
	if err != nil {
		panic(fmt.Errorf("sample: year/%s: %w", name, err))
	}
}

// person has agreed already, unless they begin later.
func (y *Year) person(a *actor, roles []role) *meeting.Person {
	p := &meeting.Person{ID: a.ID, Name: a.Name, Aliases: a.Aliases, Addresses: a.Addresses, Zone: a.Zone, Language: a.Language}
	for _, r := range roles {
		if r.From == 1 && (r.Manager == a.ID || r.Report == a.ID) {
			p.Consent = &meeting.Consent{State: "yes", Version: meeting.ConsentVersion, Origin: meeting.Origin{By: a.ID, At: y.From.Add(-60 * time.Hour)}}
		}
	}
	return p
}

func (y *Year) enrolment(r role) Enrolment {
	p := meeting.Pair{
		ID: r.ID, Kind: r.Kind, Manager: r.Manager, Report: r.Report, JoinLink: r.Link,
		Rhythm:   meeting.Rhythm{Rule: r.Rule, First: y.moved(r.First), Zone: r.Zone},
		Settings: meeting.Settings{Sessions: r.Sessions, NoSurvey: r.NoSurvey},
	}
	if err := p.Rhythm.Length.UnmarshalText([]byte(r.Length)); err != nil {
		panic(fmt.Errorf("sample: %s: %w", r.ID, err))
	}
	at := y.From.AddDate(0, 0, 7*(r.From-1)).Add(6 * time.Hour)
	if r.From > 1 {
		at = at.AddDate(0, 0, -4) // the Thursday before
		p.Added = at
	}
	return Enrolment{p, at}
}

// moved is a local time of the written year in this one.
func (y *Year) moved(local string) string {
	at, err := time.Parse(meeting.FirstLayout, local)
	if err != nil {
		panic(fmt.Errorf("sample: %w", err))
	}
	return at.Add(y.From.Sub(anchor)).Format(meeting.FirstLayout)
}

// week is the week of the year in which a time lies, counted from 1.
func (y *Year) week(at time.Time) int { return int(at.Sub(y.From).Hours()/(7*24)) + 1 }

// away is the absence in which the person is at that time, nil when they are there.
func (y *Year) away(person string, at time.Time) *stay {
	a := y.cast[person]
	if a == nil {
		return nil
	}
	for i := range a.Away {
		if w := y.week(at); a.Away[i].From <= w && w <= a.Away[i].To {
			return &a.Away[i]
		}
	}
	return nil
}

func (y *Year) silent(a *actor, at time.Time) bool {
	for _, s := range a.Silent {
		if w := y.week(at); s.From <= w && w <= s.To {
			return true
		}
	}
	return false
}

// chance is the dice of one letter: the same for the same seed and key.
func (y *Year) chance(key string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key))
	return rand.New(rand.NewPCG(h.Sum64(), y.seed))
}

// scene is what the meeting is about: the next scene of the pair's story whose week has come, nil when there is none.
func (y *Year) scene(pair string, m *meeting.Meeting) *scene {
	if s, ok := y.scenes[pair][m.ID]; ok {
		return s
	}
	if y.scenes[pair] == nil {
		y.scenes[pair] = map[string]*scene{}
	}
	var s *scene
	if story, n := y.stories[pair], y.told[pair]; n < len(story) && story[n].Week <= y.week(m.Start) {
		s = &story[n]
		y.told[pair]++
	}
	y.scenes[pair][m.ID] = s
	return s
}
