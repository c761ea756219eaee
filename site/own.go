package site

import "duolog/meeting"

// ownNote is what only one person sees: what they wrote, sealed to them already; a line of theirs that nothing could be made of; a
// survey that waits for their answer; or what they answered while the other side has not.
type ownNote struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"` // "private", "unsorted", "asked" or "survey"
	Meeting string `json:"meeting"`
	Date    string `json:"date,omitempty"`
	Sealed  string `json:"sealed,omitempty"` // armored age file
	Text    string `json:"text,omitempty"`

	From    string      `json:"from,omitempty"` // of a survey: the period that it looks back on
	To      string      `json:"to,omitempty"`
	Until   string      `json:"until,omitempty"` // when both see it at the latest
	Answers []ownAnswer `json:"answers,omitempty"`
}

type ownAnswer struct {
	Question string `json:"question"` // as in answersTo
	Text     string `json:"text,omitempty"`
	Value    int    `json:"value,omitempty"`
	Said     string `json:"said,omitempty"`
}

func (v viewer) own(person string, next *meetingView) []ownNote {
	notes := []ownNote{}
	place := func(id string) string {
		if v.log.Meeting(id) != nil || next != nil && next.ID == id {
			return id
		}
		return ""
	}
	for _, p := range v.log.Private[person] {
		if p.State != meeting.Withdrawn && p.Sealed != "" {
			notes = append(notes, ownNote{ID: p.ID, Kind: "private", Meeting: place(p.Meeting), Date: v.day(p.At), Sealed: p.Sealed})
		}
	}
	for _, m := range v.log.Meetings {
		for _, n := range m.Notes {
			if n.Only == person && n.State != meeting.NoteWithdrawn {
				notes = append(notes, ownNote{ID: n.ID, Kind: "unsorted", Meeting: m.ID, Date: v.day(n.At), Text: n.Text})
			}
		}
	}
	for _, a := range v.log.SurveysAsked(v.now) {
		if a.Person == person && !a.At.After(v.now) {
			notes = append(notes, ownNote{ID: a.Survey.ID, Kind: "asked"})
		}
	}
	return append(notes, v.ownAnswers(person)...)
}
