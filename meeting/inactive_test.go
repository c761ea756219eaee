package meeting

import "testing"

func TestWhyNothingComesOfAReplyIsTold(t *testing.T) {
	for want, change := range map[string]func(*Log){
		"":                 func(*Log) {},
		InactiveEnded:      func(l *Log) { l.Pair.Ended = "2026-11-30" },
		InactiveSaidNo:     func(l *Log) { l.Report.Consent = &Consent{State: "no"} },
		InactiveOtherNo:    func(l *Log) { l.Manager.Consent = &Consent{State: "no"} },
		InactiveYouAsked:   func(l *Log) { l.Pair.Added = at(t, "2026-11-30T10:00") },
		InactiveOtherAsked: func(l *Log) { l.Pair.Added, l.Report.Consent = at(t, "2026-11-30T10:00"), &Consent{State: "yes"} },
		InactiveStopped:    func(l *Log) { l.Report.Paused = Stopped },
		InactivePaused:     func(l *Log) { l.Report.Paused = "2026-12-24" },
		InactiveOtherAway:  func(l *Log) { l.Manager.Paused = "2026-12-24" },
	} {
		l := acme(t)
		change(l)
		if got := l.Inactive("priya", at(t, "2026-12-01T18:40")); got != want {
			t.Errorf("want %q, came %q", want, got)
		}
	}
	l := acme(t)
	l.Report.Paused = "2026-12-01"
	if got := l.Inactive("priya", at(t, "2026-12-01T18:40")); got != "" {
		t.Errorf("a pause that is over: want nothing, came %q", got)
	}
}
