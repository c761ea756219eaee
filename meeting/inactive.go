package meeting

import "time"

// Why nothing further comes of a person's reply.
const (
	InactiveEnded      = "ended"       // the pair's 1:1s are over
	InactiveSaidNo     = "said-no"     // the person themselves said no
	InactiveOtherNo    = "other-no"    // the other side did
	InactiveYouAsked   = "you-asked"   // the person has not said yes yet
	InactiveOtherAsked = "other-asked" // the other side has not
	InactiveStopped    = "stopped"     // the person wants no mails
	InactivePaused     = "paused"      // until a day that is still to come
	InactiveOtherAway  = "other-away"  // the other side wants none, or cannot be reached
)

// Inactive says why nothing further comes of the person's reply at now, "" when all is as usual. The reply is kept all the same.
func (l *Log) Inactive(person string, now time.Time) string {
	p, other := l.Person(person), l.Other(person)
	if p == nil || other == nil {
		return ""
	}
	switch said, theirs := l.consented(p), l.consented(other); {
	case l.over(now.In(l.Pair.Rhythm.Location()).Format(time.DateOnly)):
		return InactiveEnded
	case said == no:
		return InactiveSaidNo
	case theirs == no:
		return InactiveOtherNo
	case said == unasked:
		return InactiveYouAsked
	case theirs == unasked:
		return InactiveOtherAsked
	case p.Paused == Stopped:
		return InactiveStopped
	case !l.writesTo(person, now) && p.Paused != "":
		return InactivePaused
	case !l.writesTo(other.ID, now):
		return InactiveOtherAway
	}
	return ""
}

// What a person said to the welcome mail.
const (
	unasked = iota
	agreed
	no
)

// consented tells whether the person takes part. In a pair that was never enrolled by mail everybody does, unless they say no.
func (l *Log) consented(p *Person) int {
	switch {
	case p == nil || p.Consent == nil && !l.Pair.Added.IsZero():
		return unasked
	case p.Consent != nil && p.Consent.State == "no":
		return no
	}
	return agreed
}
