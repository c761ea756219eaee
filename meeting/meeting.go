// Package meeting is the domain of one-on-one meetings: two people, their rhythm, what hangs between them.
//
// It is pure. Nothing here reads a clock, a file or a network: whoever needs the time passes it as now, and whoever
// wants to keep a change asks package content to. The rule that a newcomer would break: topics and actions hang on the
// pair, never on a date. An agenda is a question asked of their states, so a meeting that is skipped or moved loses
// nothing, and nothing is ever copied from one meeting to the next.
//
// Ids (T3, A8, N2, G1) count up per pair and never change, so that people can write "A8 done" in any mail.
package meeting

import (
	"slices"
	"time"
)

// Meeting is one occurrence of a pair's rhythm, or one arranged out of turn.
type Meeting struct {
	ID       string        `yaml:"id" json:"id"`                                 // the date first planned, "2026-12-03"; a second one that day is "2026-12-03-2"; never changes
	Start    time.Time     `yaml:"start" json:"start"`                           // when it is, or was, after any move
	Length   Duration      `yaml:"length,omitempty" json:"length,omitempty"`     // as planned
	State    MeetingState  `yaml:"state" json:"state"`                           //
	Minutes  int           `yaml:"minutes,omitempty" json:"minutes,omitempty"`   // as it really was, 0 when nobody said
	Reason   string        `yaml:"reason,omitempty" json:"reason,omitempty"`     // why it was skipped, missed or moved
	Outcomes []Outcome     `yaml:"outcomes,omitempty" json:"outcomes,omitempty"` // what became of each topic in this meeting
	Notes    []*Note       `yaml:"notes,omitempty" json:"notes,omitempty"`
	Answers  []Answer      `yaml:"answers,omitempty" json:"answers,omitempty"` // what each side said about the meeting itself
	Proposal *MoveProposal `yaml:"proposal,omitempty" json:"proposal,omitempty"`
	History  []Change      `yaml:"history,omitempty" json:"-"`
	Prose    string        `yaml:"-" json:"-"` // the Markdown below the front matter, written by hand
}

// MeetingState says whether a meeting took place.
type MeetingState string

// The states of a meeting. A moved one is Planned again, with its new start; Moved marks a slot given up for another date.
const (
	Planned MeetingState = "planned"
	Held    MeetingState = "held"
	Skipped MeetingState = "skipped"
	Missed  MeetingState = "missed"
	Moved   MeetingState = "moved"
)

// Outcome is what became of one topic in one meeting.
type Outcome struct {
	Topic  string     `yaml:"topic" json:"topic"` // T3
	State  TopicState `yaml:"state" json:"state"`
	Origin `yaml:",inline"`
}

// Answer is what one side, or its calendar, said about a coming meeting or about the series of all of them, without raising anything.
type Answer struct {
	Said   string `yaml:"said" json:"said"`
	Reason string `yaml:"reason,omitempty" json:"reason,omitempty"` // in the person's words
	Origin `yaml:",inline"`
}

// The things one can answer to a pre-meeting mail without raising a topic.
const (
	SaidNothing   = "nothing"
	SaidAccepted  = "accepted"
	SaidDeclined  = "declined"
	SaidTentative = "tentative"
)

// MoveProposal is a new time that one side asked for and the other has not agreed to yet.
type MoveProposal struct {
	Start  time.Time `yaml:"start" json:"start"`
	Words  string    `yaml:"words,omitempty" json:"words,omitempty"` // as it was asked for
	Origin `yaml:",inline"`
}

// Duration is a length in whole minutes, written "30m" or "1h15m" in YAML and JSON.
type Duration time.Duration

// End is the scheduled end.
func (m *Meeting) End() time.Time { return m.Start.Add(time.Duration(m.Length)) }

// answered tells whether the person already said that there is nothing to talk about, or that they cannot come. That their calendar
// accepted the invitation is no answer to what to talk about.
func (m *Meeting) answered(person string) bool {
	return slices.ContainsFunc(m.Answers, func(a Answer) bool { return a.By == person && (a.Said == SaidNothing || a.Said == SaidDeclined) })
}

// Outcome returns the last outcome recorded for the topic, or "" when the meeting left none.
func (m *Meeting) Outcome(topic string) TopicState {
	for _, o := range slices.Backward(m.Outcomes) {
		if o.Topic == topic {
			return o.State
		}
	}
	return ""
}
