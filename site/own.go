package site

import "duolog/meeting"

// ownNote is what only its author sees: sealed to them already, a line of theirs that nothing could be made of, or what they
// answered in a survey that the other side has not answered yet.
type ownNote struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"` // "private", "unsorted" or "survey"
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
	return append(notes, v.ownAnswers(person)...)
}
