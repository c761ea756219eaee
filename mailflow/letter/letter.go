// Package letter writes the mails that duolog sends.
//
// A mail is first a page: a lead, sections, items with their ids, a footer. Both the text and its HTML twin are made from
// that one page, so they cannot say different things. All wording is data: one file per language under lang, whose
// phrases are templates; a further language is a further file. The rule that a newcomer would break: what people wrote
// goes in as a value, made inert first, and never through a second template; and it goes in only when the reader of
// this mail may see it. Private notes are never looked at here.
//
// Ids stand at the start of the lines of their items ("T3  Career"), because package reply finds by them what
// text typed between quoted lines belongs to. RFC 5322 and RFC 2046 are the business of package outbox.
package letter

import (
	"fmt"
	"slices"
	"time"

	"duolog/meeting"
	"duolog/stumble"
)

// Letter is a mail without its envelope.
type Letter struct {
	Subject  string
	Text     string // lines are not wrapped; a paragraph is a line
	HTML     string
	Invite   *Invite // for the reader's calendar, nil when that needs nothing
	Language string  // BCP 47, of the words in it
	Thread   string  // what all mails of the same meeting share, for References: the pair and the meeting, "priya-sam.2026-12-03"
}

// Request is all that a mail is written from.
type Request struct {
	Occasion  meeting.Occasion
	Log       *meeting.Log   // after the reply was applied, where the mail answers one
	Round     []*meeting.Log // of a manager's survey or its acknowledgement: the other pairs that it is about
	Now       time.Time
	Answered  meeting.Occasion // of an acknowledgement or "not read": the mail of ours that the reply answers, the zero value when unknown
	Effects   []meeting.Effect // of an acknowledgement or "not read": what became of each intent
	Cuts      []string         // reasons why parts of the reply were left out: "signature", "quote", … (phrases cut.*)
	Unread    []string         // of an acknowledgement: lines of the reply that meant nothing; must hold no private text
	NotRead   string           // of "not read": the new text as it was read; must hold no private text
	Held      string           // of "not read": the reason code for which the whole reply was held, such as "token-expired"; "" when it was read
	PageURL   string           // the reader's link to the log, "" for none
	EnrolURL  string           // where the reader chooses a password, with the one-time token; "" when it comes in another way
	KeyWords  string           // the reader's key in four words, to be compared with those on the page; "" for none
	Password  string           // of a password by mail: the password, in the copy that goes out and in no other
	Subject   string           // of the reply that is answered, so that the answer stays in its thread; "" when unknown
	Questions []Question       // from the bank, for a mail before a meeting
	Calendars Calendars        // how the reader's calendar is kept up to date; the zero value sends none
}

// Compose writes the mail. It fails when the occasion's reader is not one of the pair, when an item or meeting that the
// mail is about is missing, and for kinds of mail that it has no form for.
func Compose(r Request) (l Letter, err error) {
	defer stumble.Catch(&err) // one letter that makes us stumble keeps no other from being written
	form, ok := forms[r.Occasion.Kind]
	if !ok {
		return Letter{}, fmt.Errorf("compose %s: there is no form for this kind of mail", r.Occasion.Kind)
	}
	w, err := newWriter(r)
	if err != nil {
		return Letter{}, fmt.Errorf("compose %s: %w", r.Occasion.Kind, err)
	}
	form(w)
	if bring := invites[r.Occasion.Kind]; bring != nil {
		bring(w)
	}
	if l, err = w.finish(); err != nil {
		return Letter{}, fmt.Errorf("compose %s: %w", r.Occasion.Kind, err)
	}
	return l, nil
}

// forms has one function per kind of mail; it fills the writer's page.
var forms = map[meeting.LetterKind]func(*writer){
	meeting.LetterPreReport:    (*writer).preReport,
	meeting.LetterPreManager:   (*writer).preManager,
	meeting.LetterRecap:        (*writer).recap,
	meeting.LetterConfirmation: (*writer).confirmation,
	meeting.LetterAck:          (*writer).ack,
	meeting.LetterNotRead:      (*writer).notRead,
	meeting.LetterNudge:        (*writer).nudge,
	meeting.LetterReminder:     (*writer).reminder,
	meeting.LetterHeadsUp:      (*writer).headsUp,
	meeting.LetterWelcome:      (*writer).welcome,
	meeting.LetterSurveyMgr:    (*writer).surveyManager,
	meeting.LetterSurveyRep:    (*writer).surveyReport,
	meeting.LetterSurveyResult: (*writer).surveyResult,
	meeting.LetterMove:         (*writer).move,
	meeting.LetterFeedback:     (*writer).feedback,
	meeting.LetterPassword:     (*writer).password,
}

// invites are the mails that may bring the reader's calendar up to date. Those about when they meet are shown as the invitation itself;
// those about other things, which nobody wants to lose by accepting, have it attached.
var invites = map[meeting.LetterKind]func(*writer){
	meeting.LetterMove:         func(w *writer) { w.invite(true) },
	meeting.LetterConfirmation: func(w *writer) { w.invite(true) },
	meeting.LetterAck: func(w *writer) {
		if slices.ContainsFunc(w.Effects, aboutWhen) {
			w.invite(true)
		}
	},
	meeting.LetterPreReport:  func(w *writer) { w.invite(false) },
	meeting.LetterPreManager: func(w *writer) { w.invite(false) },
	meeting.LetterFeedback:   func(w *writer) { w.invite(false) },
}

// aboutWhen tells whether an effect changed when the pair meets, or may have.
func aboutWhen(e meeting.Effect) bool {
	switch e.Intent.Kind {
	case meeting.SkipMeeting, meeting.MoveMeeting, meeting.Confirm, meeting.Cadence, meeting.Consented, meeting.Stop, meeting.Start, meeting.Undo, meeting.AskMeeting:
		return e.Result == meeting.Changed || e.Result == meeting.Added
	}
	return false
}

// thread names the conversation that a mail belongs to: one per pair and meeting, "priya-sam.2026-12-03". It has only
// characters that a Message-ID may have left of its @.
func thread(o meeting.Occasion) string {
	if o.Meeting == "" {
		return o.Pair
	}
	return o.Pair + "." + o.Meeting
}
