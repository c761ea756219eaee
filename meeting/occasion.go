package meeting

import "time"

// Occasion is one mail that is owed to one person. Package letter writes it, package reply reads what answers it.
type Occasion struct {
	Key     string     `json:"key"` // names the activity: "priya-sam/2026-12-03/pre/priya"; one mail per key, ever
	Kind    LetterKind `json:"kind"`
	Pair    string     `json:"pair"`
	Person  string     `json:"person"`            // to whom
	Meeting string     `json:"meeting,omitempty"` // id of the meeting it is about
	At      time.Time  `json:"at"`                // when it is owed
	Until   time.Time  `json:"until"`             // after that it makes no sense any more
	Item    string     `json:"item,omitempty"`    // A8 of a reminder, T7 of a heads-up or a wish to meet, AboutRhythm, the id of a survey
	Stage   string     `json:"stage,omitempty"`   // of a reminder, move or survey: which of its kind, a code below
	Echo    []string   `json:"echo,omitempty"`    // of an acknowledgement: the items echoed, in order, so that "2 delete" means something
	Pairs   []string   `json:"pairs,omitempty"`   // of a manager's survey: the other pairs that it asks about as well
	Mail    string     `json:"mail,omitempty"`    // of an acknowledgement: the key of the mail it acknowledges
}

// What the item of an occasion may be beside the id of one.
const (
	AboutRhythm = "rhythm" // the pair's rhythm, or all its meetings
	AboutPause  = "pause"  // a time without meetings, because one of the two is away
)

// The stages.
const (
	StageHalf = "half" // of a reminder: half way to the date
	StageDay  = "day"  // on the day
	StageLate = "late" // two days late

	StageAsked    = "asked"      // of a move: the other side asks for this time, or this rhythm
	StageAgreed   = "agreed"     // the other side said yes
	StageRefused  = "refused"    // the other side said no
	StageBack     = "taken-back" // the other side asks no more
	StageMoved    = "moved"      // the other side moved the meeting
	StageSkipped  = "skipped"    // the other side skips the meeting
	StageOnAgain  = "on-again"   // the meeting takes place after all
	StageDeclined = "declined"   // the other side's calendar said no
	StagePaused   = "paused"     // the other side is away for a while
	StageBegins   = "begins"     // the other side agreed to take part, and so it begins
	StageEnded    = "ended"      // the pair has ended

	StageMade = "made" // of a password: duolog made it

	StageAgain = "again" // of a survey: asked a second and last time
)

// LetterKind names a mail that duolog sends; PRODUCT.md §2 is their table.
type LetterKind string

// The mails.
const (
	LetterPreReport    LetterKind = "pre-report"
	LetterPreManager   LetterKind = "pre-manager"
	LetterRecap        LetterKind = "recap"
	LetterConfirmation LetterKind = "confirmation"
	LetterAck          LetterKind = "ack"
	LetterNotRead      LetterKind = "not-read"
	LetterNudge        LetterKind = "nudge"
	LetterReminder     LetterKind = "reminder"
	LetterHeadsUp      LetterKind = "heads-up"
	LetterMove         LetterKind = "move" // asks for, or tells of, another time to meet; Occasion.Stage says which
	LetterSurveyMgr    LetterKind = "survey-manager"
	LetterSurveyRep    LetterKind = "survey-report"
	LetterSurveyResult LetterKind = "survey-result"
	LetterFeedback     LetterKind = "feedback-session"
	LetterWelcome      LetterKind = "welcome"
	LetterPassword     LetterKind = "password" // the way to a password, or with StageMade a password itself
)
