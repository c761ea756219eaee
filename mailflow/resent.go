package mailflow

import "time"

// resentWithin is for how long the same words to the same letter are the mail before, sent once more: by a program that lost the
// server's answer, or by a second press of the button. Later they may be meant.
const resentWithin = 10 * time.Minute

// resendName is the name that a mail and its copy share when they have no more in common than person, pair, letter and words. The subject is
// of the words: a private mark may be all that is new.
func (x *examined) resendName() string {
	hash := x.m.ContentHash()
	return digest([]byte("resent"), []byte(x.sender.Person()), []byte(x.sender.Pair()), []byte(x.sender.Mark()), []byte(x.m.Header.Text("Subject")), hash[:])
}

// resent returns the key of the mail that this one repeats, "" when it repeats none. What one of the two wrote since then gives the same
// words another sense: done, undone, done again.
func (k *desk) resent(d *decision) string {
	key := k.knownAs([]string{d.resend})
	first, known := k.entry(key)
	if key == "" || !known || d.entry.Received.Sub(first.Received).Abs() > resentWithin {
		return ""
	}
	log, err := k.log(d.entry.Pair)
	if err != nil { // then it is held until that can be told
		return ""
	}
	since := 0
	for _, person := range peopleOf(log) {
		for _, t := range k.takenFrom(person) {
			if !t.Before(first.Received) {
				since++
			}
		}
	}
	if since > 1 { // the first is one of them
		return ""
	}
	return key
}
