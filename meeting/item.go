package meeting

import (
	"strconv"
	"strings"
	"time"
)

// Origin tells where something in the log comes from.
type Origin struct {
	By   string    `yaml:"by" json:"by"`                         // person id
	At   time.Time `yaml:"at" json:"at"`                         // when our server received it
	Mail string    `yaml:"mail,omitempty" json:"mail,omitempty"` // key of the mail, "" when written by hand or by the operator
	Pos  int       `yaml:"pos,omitempty" json:"-"`               // position of the intent in that mail; with Mail it identifies the item
}

// Change is one entry of an item's history. Field values are kept as the words the log would show, so that undo can set them back.
type Change struct {
	By    string    `yaml:"by"`
	At    time.Time `yaml:"at"`
	Mail  string    `yaml:"mail,omitempty"`
	Pos   int       `yaml:"pos,omitempty"`
	Field string    `yaml:"field"` // "state", "due", "text", …
	From  string    `yaml:"from,omitempty"`
	To    string    `yaml:"to,omitempty"`
	Why   string    `yaml:"why,omitempty"`
	Back  bool      `yaml:"back,omitempty"` // an undo set it back
	Pair  string    `yaml:"pair,omitempty"` // of a person's settings: in answer to which pair's mail
}

func (c Change) origin() Origin { return Origin{By: c.By, At: c.At, Mail: c.Mail, Pos: c.Pos} }

// Topic is something that one side wants to talk about. It hangs on the pair until it is discussed or dropped.
type Topic struct {
	ID       string     `yaml:"id" json:"id"`
	Text     string     `yaml:"text,omitempty" json:"text"`
	Context  []string   `yaml:"context,omitempty" json:"context,omitempty"` // lines that explain it
	Kind     string     `yaml:"kind,omitempty" json:"kind,omitempty"`       // status, work, growth, feedback, wellbeing, team, … or ""
	State    TopicState `yaml:"state" json:"state"`
	FollowUp string     `yaml:"follow_up,omitempty" json:"follow_up,omitempty"` // ISO date, or date and time "2026-12-07T15:00+01:00"
	HeadsUp  bool       `yaml:"heads_up,omitempty" json:"heads_up,omitempty"`   // the other side was told at once
	Delicate bool       `yaml:"delicate,omitempty" json:"delicate,omitempty"`   // mails name it without its text
	Every    string     `yaml:"every,omitempty" json:"every,omitempty"`         // "quarter" or "year": comes back after it was discussed
	Question *Question  `yaml:"question,omitempty" json:"question,omitempty"`
	Comments []Comment  `yaml:"comments,omitempty" json:"comments,omitempty"`
	Origin   `yaml:",inline"`
	History  []Change `yaml:"history,omitempty" json:"-"`
}

// Question marks a topic that asks the other side something, with the asker's own answer first.
type Question struct {
	MyAnswer string `yaml:"my_answer,omitempty" json:"my_answer,omitempty"`
	Why      string `yaml:"why,omitempty" json:"why,omitempty"`
}

// Comment is a line that somebody added to an item later.
type Comment struct {
	Text   string `yaml:"text" json:"text"`
	Origin `yaml:",inline"`
}

// TopicState says where a topic stands. Withdrawn ones keep their id and lose their text.
type TopicState string

// The states of a topic.
const (
	TopicOpen      TopicState = "open"
	TopicDiscussed TopicState = "discussed"
	TopicNextTime  TopicState = "next-time"
	TopicFollowUp  TopicState = "follow-up"
	TopicParked    TopicState = "parked"
	TopicDropped   TopicState = "dropped"
	TopicWithdrawn TopicState = "withdrawn"
)

// OnAgenda tells whether the topic belongs on the next agenda.
func (t *Topic) OnAgenda() bool {
	return t.State == TopicOpen || t.State == TopicNextTime || t.State == TopicFollowUp
}

// Action is a promise: what, who, when, and how success is measured.
type Action struct {
	ID       string      `yaml:"id" json:"id"`
	What     string      `yaml:"what,omitempty" json:"what"`
	Who      string      `yaml:"who,omitempty" json:"who"`           // person id, or the name of somebody outside the pair, or "" when nobody is named yet
	Follower string      `yaml:"follower,omitempty" json:"follower"` // person id who asks after it when Who is somebody outside
	Due      string      `yaml:"due,omitempty" json:"when"`          // ISO date; NextMeeting floats with the meeting; "" unknown
	Measure  string      `yaml:"measure,omitempty" json:"measure"`   // how both will see that it is done
	State    ActionState `yaml:"state" json:"state"`                 //
	Progress int         `yaml:"progress,omitempty" json:"progress"` // percent
	Kind     string      `yaml:"kind,omitempty" json:"kind,omitempty"`
	Topic    string      `yaml:"topic,omitempty" json:"topic,omitempty"`     // T3 it came from
	Meeting  string      `yaml:"meeting,omitempty" json:"meeting,omitempty"` // id of the meeting it came from
	DoneOn   string      `yaml:"done_on,omitempty" json:"done_on,omitempty"` // ISO date
	Comments []Comment   `yaml:"comments,omitempty" json:"comments,omitempty"`
	Origin   `yaml:",inline"`
	History  []Change `yaml:"history,omitempty" json:"-"`
}

// NextMeeting as a due date floats with the pair's next meeting.
const NextMeeting = "next 1:1"

// ReportBack as an action's kind means "I'll find out and tell you".
const ReportBack = "report-back"

// ActionState says where an action stands. Proposed ones wait for the yes of the person they were put on.
type ActionState string

// The states of an action.
const (
	ActionProposed  ActionState = "proposed"
	ActionOpen      ActionState = "open"
	ActionDone      ActionState = "done"
	ActionDropped   ActionState = "dropped"
	ActionMissed    ActionState = "missed"
	ActionRejected  ActionState = "rejected"
	ActionWithdrawn ActionState = "withdrawn"
)

// Pending tells whether the action still has to be done, or waits for a yes.
func (a *Action) Pending() bool { return a.State == ActionOpen || a.State == ActionProposed }

// Note is something said in a meeting, shared by both.
type Note struct {
	ID      string    `yaml:"id" json:"id"`
	Text    string    `yaml:"text,omitempty" json:"text"`
	Kind    string    `yaml:"kind,omitempty" json:"kind,omitempty"` // "", "feedback", "win", "feeling"
	Topic   string    `yaml:"topic,omitempty" json:"topic,omitempty"`
	Only    string    `yaml:"only,omitempty" json:"only,omitempty"` // person id: an unsorted line that only its author sees
	State   NoteState `yaml:"state" json:"state"`
	Origin  `yaml:",inline"`
	History []Change `yaml:"history,omitempty" json:"-"`
}

// NoteFeeling is the kind of a note that says how its author feels: nobody else is asked whether it is right.
const NoteFeeling = "feeling"

// NoteState says whether both stand by a note.
type NoteState string

// The states of a note.
const (
	NoteUnconfirmed NoteState = "unconfirmed"
	NoteConfirmed   NoteState = "confirmed"
	NoteCorrected   NoteState = "corrected"
	NoteDisputed    NoteState = "disputed"
	NoteWithdrawn   NoteState = "withdrawn"
)

// Agreement is what both agreed, listed on its own page.
type Agreement struct {
	ID      string `yaml:"id" json:"id"`
	Text    string `yaml:"text,omitempty" json:"text"`
	Date    string `yaml:"date" json:"date"`                         // ISO date on which it was made
	Until   string `yaml:"until,omitempty" json:"until,omitempty"`   // ISO date on which it ends
	Review  string `yaml:"review,omitempty" json:"review,omitempty"` // ISO date on which both look at it again
	State   string `yaml:"state,omitempty" json:"state,omitempty"`   // "" in force, AgreementProposed, AgreementRejected, AgreementEnded, Withdrawn
	Survey  string `yaml:"survey,omitempty" json:"survey,omitempty"` // id of the survey whose one change it is
	Meeting string `yaml:"meeting,omitempty" json:"meeting,omitempty"`
	Origin  `yaml:",inline"`
	History []Change `yaml:"history,omitempty" json:"-"`
}

// Withdrawn as an agreement's or private note's state keeps the id and nothing else.
const Withdrawn = "withdrawn"

// PrivateNote is for its author alone. The text exists only sealed to the author's key.
type PrivateNote struct {
	ID      string `yaml:"id"`                // P1, counted per author
	Sealed  string `yaml:"sealed,omitempty"`  // armored age file
	Meeting string `yaml:"meeting,omitempty"` // id of the meeting it belongs to
	State   string `yaml:"state,omitempty"`   // "" or "withdrawn"
	Origin  `yaml:",inline"`
}

// SplitID cuts an item id into its upper-case letter and number: "a8" is 'A', 8. ok is false for anything else.
func SplitID(id string) (letter byte, number int, ok bool) {
	if len(id) < 2 || id[1] < '0' || id[1] > '9' {
		return 0, 0, false
	}
	letter = strings.ToUpper(id)[0]
	n, err := strconv.Atoi(id[1:])
	if err != nil || n < 1 || !strings.ContainsRune("TANGP", rune(letter)) {
		return 0, 0, false
	}
	return letter, n, true
}
