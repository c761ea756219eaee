package meeting

import "testing"

func TestANameMeansAPersonByAnyWordOfItAndByAliases(t *testing.T) {
	l := acme(t)
	l.Report.Aliases = []string{"Pri"}
	for name, want := range map[string]string{
		"Priya": "priya", "priya": "priya", "PRIYA NAIR": "priya", "nair": "priya", "pri": "priya", " Sam ": "sam", "Ortega": "sam", "Tom": "", "": "", "Sam Nair": "", "Pr": "",
	} {
		got := ""
		for _, p := range []*Person{l.Manager, l.Report} {
			if p.called(name) {
				got += p.ID
			}
		}
		if got != want {
			t.Errorf("%q: want %q, came %q", name, want, got)
		}
	}
	if o := l.Other("sam"); o != l.Report || l.Other("priya") != l.Manager {
		t.Errorf("whom Sam meets: want Priya, came %v", o)
	}
	if got := l.Report.FirstName(); got != "Priya" {
		t.Errorf("want Priya, came %q", got)
	}
}

func TestIDsAreReadInAnyCaseAndNothingElseIs(t *testing.T) {
	for id, want := range map[string]int{"T3": 3, "a12": 12, "n1": 1, "G7": 7, "P2": 2, "": 0, "T": 0, "T0": 0, "T-1": 0, "T+1": 0, "X3": 0, "T3a": 0, "3": 0} {
		letter, n, ok := SplitID(id)
		if ok != (want > 0) || n != want || ok && (letter < 'A' || letter > 'Z') {
			t.Errorf("%q: want %d, came %c %d %v", id, want, letter, n, ok)
		}
	}
}

func TestPendingActionsOfBothComeManagerFirst(t *testing.T) {
	l := acme(t)
	l.Actions = append(l.Actions, &Action{ID: "A11", What: "outside", Who: "Tom", State: ActionOpen}, &Action{ID: "A12", What: "done", Who: "sam", State: ActionDone})
	got := ""
	for _, a := range l.Pending("") {
		got += a.ID + " "
	}
	if want := "A7 A8 A9 A10 A11 "; got != want {
		t.Errorf("want %s, came %s", want, got)
	}
	if n := len(l.Pending("sam")); n != 1 {
		t.Errorf("want one of Sam's own, came %d", n)
	}
}

func TestAnAgreementIsUpForReviewForSomeWeeks(t *testing.T) {
	l := acme(t)
	l.Agreement("g1").Review = "2027-01-12"
	for now, want := range map[string]int{"2027-01-11T12:00": 0, "2027-01-12T12:00": 1, "2027-02-20T12:00": 1, "2027-03-20T12:00": 0} {
		if got := len(l.Reviews(at(t, now))); got != want {
			t.Errorf("%s: want %d, came %d", now, want, got)
		}
	}
	l.Agreement("G1").State = Withdrawn
	if got := l.Reviews(at(t, "2027-01-12T12:00")); len(got) > 0 {
		t.Errorf("a withdrawn one is not reviewed, came %v", got)
	}
}
