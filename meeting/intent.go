package meeting

import "time"

// Intent is one thing that a reply asks for, as package reply read it. Log.Apply carries it out.
//
// Which fields matter depends on Kind; the table at the constants says so. Pos counts the intents of one mail from 1
// and, with the mail's key, identifies whatever the intent creates.
type Intent struct {
	Kind     IntentKind `json:"kind"`
	Pos      int        `json:"pos"`
	Item     string     `json:"item,omitempty"`     // T3, A8, N2, G1, P1: what it is about
	Text     string     `json:"text,omitempty"`     // the topic, promise, note or comment, without its label
	Context  []string   `json:"context,omitempty"`  // further lines that belong to it
	Topic    string     `json:"topic,omitempty"`    // T3 that an action or note answers
	TopicIs  string     `json:"topic_is,omitempty"` // kind of topic: status, feedback, …
	Who      string     `json:"who,omitempty"`      // person id, or a name outside the pair; "" unknown
	Due      string     `json:"due,omitempty"`      // ISO date or NextMeeting
	DueWords string     `json:"due_words,omitempty"`
	Measure  string     `json:"measure,omitempty"`
	State    string     `json:"state,omitempty"`    // new state of Item
	Progress int        `json:"progress,omitempty"` // percent
	Minutes  int        `json:"minutes,omitempty"`
	Start    time.Time  `json:"start,omitzero"` // of a move, follow-up or ad-hoc meeting; zero when no exact time was said
	Reason   string     `json:"reason,omitempty"`
	Answer   string     `json:"answer,omitempty"` // AddQuestion: the asker's own answer
	Sealed   string     `json:"-"`                // Private: the text sealed to its author; Text is emptied before Apply
	Words    string     `json:"words,omitempty"`  // the words it came from; empty for private text
	Asks     []Ask      `json:"asks,omitempty"`   // what the acknowledgement must ask or warn of
}

// Ask is a question or warning for the acknowledgement; Code chooses the sentence in the reader's language.
type Ask struct {
	Code string   `json:"code"`
	Args []string `json:"args,omitempty"`
}

// The asks. Args in brackets.
const (
	AskWho         = "who"          // nobody is named
	AskWhen        = "when"         // no date
	AskMeasure     = "measure"      // how will both see that it is done
	AskDate        = "date"         // [taken, other] the day could also be meant as other
	AskNightHour   = "night-hour"   // [time for them, name] the hour is at night for the other side
	AskSameTopic   = "same-topic"   // [T4, its text] looks like a topic that is there already
	AskSameAction  = "same-action"  // [A7, its text]
	AskSensitive   = "sensitive"    // may be a sensitive matter: offer to mark it
	AskExactTime   = "exact-time"   // a time was asked for, but no hour
	AskOwnAnswer   = "own-answer"   // a question without the asker's own answer
	AskPast        = "past"         // [date] the date lies in the past
	AskVague       = "vague"        // a worry without a word of context
	AskUnknownItem = "unknown-item" // [A99] there is no such item
	AskDone        = "measure-met"  // [measure] does the result meet the measure?
	AskWhich       = "which"        // [A7, A9 …] which of these is meant
	AskRhythm      = "rhythm"       // [RRULE, words] was another rhythm meant to be proposed
)

// IntentKind names what a reply can ask for; PRODUCT.md calls them the forms of a reply.
type IntentKind string

// The kinds of an intent, with the fields that matter.
const (
	AddTopic      IntentKind = "topic"         // Text, Context, TopicIs, State ("" or parked), DueWords ("quarter", "year" for recurring ones)
	AddQuestion   IntentKind = "question"      // Text, Context, Answer (the asker's own), Reason (why it is asked)
	AddAction     IntentKind = "action"        // Text, Who, Due, Measure, Topic
	AddReportBack IntentKind = "report-back"   // Text, Who, Due, Topic
	AddNote       IntentKind = "note"          // Text, Topic, TopicIs ("feedback", "win", "feeling")
	AddAgreement  IntentKind = "agreement"     // Text, Due (its end)
	AddPrivate    IntentKind = "private"       // Text, then Sealed
	AddUnsorted   IntentKind = "unsorted"      // Text: fits nothing; only its author sees it
	HeadsUp       IntentKind = "heads-up"      // Text, Context
	UpdateAction  IntentKind = "action-update" // Item; any of State, Progress, Due, Who, Reason, Text (a comment), TopicIs ReportBack
	UpdateTopic   IntentKind = "topic-state"   // Item ("" with State discussed: all of them); State, Due or Start of a follow-up
	CommentOn     IntentKind = "comment"       // Item, Text, Context
	CorrectNote   IntentKind = "correct"       // Item, Text; State disputed when Text is empty
	Confirm       IntentKind = "confirm"       // Item, or "" for all that waits for this person; Start where one of several offered hours is chosen
	Reject        IntentKind = "reject"        // Item, Reason
	MeetingHeld   IntentKind = "held"          // Minutes
	MeetingMissed IntentKind = "missed"        // Reason
	SkipMeeting   IntentKind = "skip"          // Reason; Item the id of another meeting than the next
	MoveMeeting   IntentKind = "move"          // Start, Reason, Words; zero Start when no hour was said
	AskMeeting    IntentKind = "ad-hoc"        // Due: before when
	AnswerInvite  IntentKind = "calendar"      // State: accepted, declined, tentative
	Nothing       IntentKind = "nothing"       // nothing to talk about
	AnswerSurvey  IntentKind = "survey"        // Item "1"…, "change" or "" (free words): Text, Context (parts of it), Progress the value 1–5; State "skip", "in-person", "postpone" (Due); Who: the report whom a manager's answer is about, "" for all that the mail asks about
	Undo          IntentKind = "undo"          //
	Help          IntentKind = "help"          //
	Stop          IntentKind = "stop"          // Due: until when, "" for good; State "nudge" for reminders alone
	Start         IntentKind = "start"         //
	NewPassword   IntentKind = "new-password"  // State ByMail: duolog is to make one and mail it
	SendLog       IntentKind = "send-log"      //
	Consented     IntentKind = "consent"       // State: yes, no, mail-only
	SetOwn        IntentKind = "setting"       // Item "language" or "zone", State the value
	Cadence       IntentKind = "cadence"       // State an RRULE, Start a first time, Words
	MarkItem      IntentKind = "mark"          // Item; State: sensitive, private, shared, delete, new-topic, yes, no
	EnrolKey      IntentKind = "enrol-key"     // Text: recipient and wrapped identity from the welcome page; Reason: why they are not taken
	Handoff       IntentKind = "handoff"       // Who, Text the address, Due
	Forget        IntentKind = "forget"        //
)
