package site

import "duolog/meeting"

// ownNote is what only its author sees: sealed to them already, or a line of theirs that nothing could be made of.
type ownNote struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"` // "private" or "unsorted"
	Meeting string `json:"meeting"`
	Date    string `json:"date,omitempty"`
	Sealed  string `json:"sealed,omitempty"` // armored age file
	Text    string `json:"text,omitempty"`
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
	return notes
}
