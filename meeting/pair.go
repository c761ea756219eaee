package meeting

import (
	"errors"
	"time"
)

// Pair is two people who meet one on one.
type Pair struct {
	ID       string    `yaml:"id" json:"id"` // "priya-sam"; also the folder name
	Kind     Kind      `yaml:"kind" json:"kind"`
	Manager  string    `yaml:"manager" json:"manager"` // person id; between peers the one who set the pair up, with a mentor the mentor
	Report   string    `yaml:"report" json:"report"`   // person id
	Rhythm   Rhythm    `yaml:"rhythm" json:"rhythm"`
	Follows  Follows   `yaml:"calendar,omitempty" json:"calendar,omitzero"` // the calendar that says when they meet, instead of the rhythm
	JoinLink string    `yaml:"join_link,omitempty" json:"join_link,omitempty"`
	Settings Settings  `yaml:"settings,omitempty" json:"settings,omitzero"`
	Epoch    int       `yaml:"epoch,omitempty" json:"epoch,omitempty"` // raise it by hand to revoke every reply address that was given out so far
	Added    time.Time `yaml:"added,omitempty" json:"added,omitzero"`  // when the pair was enrolled, which sends the welcome mails; zero for a pair written by hand
	Ended    string    `yaml:"ended,omitempty" json:"ended,omitempty"` // ISO date after which nothing is sent

	Proposal *RhythmProposal `yaml:"proposal,omitempty" json:"proposal,omitempty"` // another rhythm that one side asked for
	Handoff  *HandoffRequest `yaml:"handoff,omitempty" json:"handoff,omitempty"`   // to a new manager, as one side asked for it
	Answers  []Answer        `yaml:"answers,omitempty" json:"-"`                   // what each side's calendar said about the whole series; the last of each counts
	Along    string          `yaml:"along,omitempty" json:"along,omitempty"`       // ids of the topics and actions that go along with the hand-over, as each side chose of its own
	Leaving  string          `yaml:"leaving,omitempty" json:"-"`                   // person ids: who asked to be forgotten
	History  []Change        `yaml:"history,omitempty" json:"-"`
}

// Follows names an event in a calendar that the team keeps elsewhere. The zero value means none.
type Follows struct {
	// Source is a file of the instance folder: the .ics itself, or one with its secret address (https or webcal) on a line of its own. A
	// public address may stand here itself.
	Source  string `yaml:"source" json:"source"`
	UID     string `yaml:"uid,omitempty" json:"uid,omitempty"`         // of the event
	Summary string `yaml:"summary,omitempty" json:"summary,omitempty"` // or its title, in any case; several events may bear it
}

// CheckTimes reports what is wrong with how the pair says when it meets: by its rhythm or, where it follows a calendar, by an event
// there, for which the rhythm gives only the zone of the days and the usual length.
func (p *Pair) CheckTimes() error {
	if p.Follows.Source == "" {
		return p.Rhythm.Check()
	}
	r := p.Rhythm
	r.Rule, r.First = "FREQ=WEEKLY", "2000-01-01 00:00"
	switch {
	case p.Follows.UID == "" && p.Follows.Summary == "":
		return errors.New("calendar: say which event it is, by its uid or its summary")
	case p.Rhythm.Rule != "" || p.Rhythm.First != "":
		return errors.New("rhythm: a pair that follows a calendar has no rule and no first time of its own")
	}
	return r.Check()
}

// RhythmProposal is another rhythm that one side asked for and the other has not agreed to yet.
type RhythmProposal struct {
	Rhythm Rhythm `yaml:"rhythm" json:"rhythm"`
	Words  string `yaml:"words,omitempty" json:"words,omitempty"` // as it was asked for
	Origin `yaml:",inline"`
}

// Kind of a pair.
type Kind string

// The kinds of a pair.
const (
	KindReport    Kind = "report"
	KindSkipLevel Kind = "skip-level"
	KindPeer      Kind = "peer"
	KindMentor    Kind = "mentor"
)

// Managed tells whether one of the two leads the other, who is then asked other questions about the 1:1s.
func (k Kind) Managed() bool { return k != KindPeer && k != KindMentor }

// Settings are the choices of one pair; the zero value is what most pairs want.
type Settings struct {
	MailContent string `yaml:"mail_content,omitempty" json:"mail_content,omitempty"` // "full" (also when empty) or "titles": how much of the log a mail may show
	MoveAlone   bool   `yaml:"move_alone,omitempty" json:"move_alone,omitempty"`     // either side may move a meeting without the other's yes

	FocusDays []string `yaml:"focus_days,omitempty" json:"focus_days,omitempty"`               // weekdays without meetings, and without mails that can wait: "WE", as in RFC 5545
	Holidays  []string `yaml:"holidays,omitempty" json:"holidays,omitempty"`                   // the same for ISO dates and spans of them: "2026-12-24/2027-01-01"
	NoInvites bool     `yaml:"no_invites,omitempty" json:"no_invites,omitempty"`               // the mails bring no calendar entry: the pair has one already
	NoSurvey  bool     `yaml:"no_survey,omitempty" json:"no_survey,omitempty"`                 // no "check in on your check-ins" each quarter
	Sessions  bool     `yaml:"feedback_sessions,omitempty" json:"feedback_sessions,omitempty"` // once a quarter a feedback session in place of a usual meeting
}

// Other is the id of the person whom the given one meets.
func (p *Pair) Other(person string) string {
	if person == p.Manager {
		return p.Report
	}
	return p.Manager
}

// Has tells whether the person is one of the two.
func (p *Pair) Has(person string) bool { return person == p.Manager || person == p.Report }
