package mailflow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
	"duolog/meeting"
)

// Difference is something that the mailbox, the ledger and the log do not agree about.
type Difference struct {
	Pair string // "" when it is not known
	Mail string // key of the mail, or its place in the mailbox
	What string // one line for the operator, without a word of the mail
}

// Reconcile compares the mailbox, the ledger and the log. After a pass there is no difference but what people changed by hand.
// It reads the whole Done and Held folders and leaves the session with another folder open; a nil box is left out.
func (f *Flow) Reconcile(ctx context.Context, box *inbox.Session) ([]Difference, error) {
	r := reconciling{Flow: f, keys: map[string]Entry{}}
	err := f.Ledger.Entries(func(e Entry) bool {
		r.keys[e.Key] = e
		return true
	})
	if err != nil {
		return nil, err
	}
	f.Content.Reload()
	err = r.logs()
	r.ledger()
	if box != nil {
		err = errors.Join(err, r.mailbox(ctx, box))
	}
	slices.SortStableFunc(r.found, func(a, b Difference) int { return strings.Compare(a.Pair+a.Mail, b.Pair+b.Mail) })
	return r.found, err
}

type reconciling struct {
	*Flow
	keys  map[string]Entry
	found []Difference
}

func (r *reconciling) differ(pair, mail, format string, args ...any) {
	r.found = append(r.found, Difference{pair, mail, fmt.Sprintf(format, args...)})
}

// logs compares every log with what the ledger says was done to it.
func (r *reconciling) logs() error {
	pairs, err := r.Content.Pairs()
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		l, err := r.Content.Log(pair)
		if err != nil {
			r.differ(pair, "", "its files cannot be read: %v", err)
			continue
		}
		traces := map[string]bool{}
		collect(reflect.ValueOf(l), traces)
		for key := range traces {
			if e, ok := r.keys[key]; !ok || e.Outcome != Accepted {
				r.differ(pair, key, "the log has something of this mail, but the ledger did not accept it")
			}
		}
		for _, e := range r.keys {
			if e.Pair == pair && e.Applied {
				r.applied(l, e, traces)
			}
		}
	}
	return nil
}

// applied looks for what one mail did.
func (r *reconciling) applied(l *meeting.Log, e Entry, traces map[string]bool) {
	for _, x := range e.Effects {
		if x.Result != meeting.Added && x.Result != meeting.Changed && x.Result != meeting.Commented || x.Intent.Kind == meeting.AddPrivate || ofAnother(l, x) {
			continue
		}
		if x.Result == meeting.Added && x.Item != "" && !has(l, x.Item) {
			r.differ(e.Pair, e.Key, "%s, which this mail added, is not in the log", x.Item)
		}
		if leavesTrace(x.Intent.Kind) && !traces[e.Key] {
			r.differ(e.Pair, e.Key, "the log has nothing of this mail")
			return
		}
	}
}

// ofAnother tells whether the effect is an answer that is kept in the pair of another report.
func ofAnother(l *meeting.Log, x meeting.Effect) bool {
	return x.Intent.Kind == meeting.AnswerSurvey && x.Intent.Who != "" && !l.Pair.Has(x.Intent.Who)
}

// has tells whether the log has the item or meeting.
func has(l *meeting.Log, id string) bool {
	n, _ := l.Note(id)
	return n != nil || l.Topic(id) != nil || l.Action(id) != nil || l.Agreement(id) != nil || l.Meeting(id) != nil || l.Survey(id) != nil || l.Pair.ID == id || id[0] == 'P'
}

// leavesTrace tells whether what such an intent does always names its mail: a key, a consent and a proposed time are replaced
// by the next.
func leavesTrace(k meeting.IntentKind) bool {
	return k != meeting.EnrolKey && k != meeting.Consented && k != meeting.MoveMeeting
}

// collect finds the keys of mails in a log: every Origin, Change and Undone has one.
func collect(v reflect.Value, keys map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			collect(v.Elem(), keys)
		}
	case reflect.Slice:
		for i := range v.Len() {
			collect(v.Index(i), keys)
		}
	case reflect.Map:
		for m := v.MapRange(); m.Next(); {
			collect(m.Value(), keys)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch f := v.Type().Field(i); {
			case (f.Name == "Mail" || f.Name == "Target") && f.Type.Kind() == reflect.String:
				if key := v.Field(i).String(); key != "" {
					keys[key] = true
				}
			case f.IsExported():
				collect(v.Field(i), keys)
			}
		}
	}
}

// ledger looks for mails that were left half done, and held ones whose bytes are gone.
func (r *reconciling) ledger() {
	for _, e := range r.keys {
		if e.pending() {
			r.differ(e.Pair, e.Key, "it was accepted, but its log was not changed yet")
		}
		if e.kept() && e.Reason != reasonUnreadable {
			if _, err := os.Stat(r.Ledger.rawPath(e.Key)); err != nil {
				r.differ(e.Pair, e.Key, "it is held, but its bytes are not kept: %v", err)
			}
		}
	}
}

// mailbox looks for mails that lie where they should not.
func (r *reconciling) mailbox(ctx context.Context, box *inbox.Session) error {
	_, err := box.Unknown(ctx, func(id inbox.ID) bool {
		switch e, filed := r.Ledger.at(id); {
		case e.Key == "" && !filed:
			r.differ("", id.String(), "it waits in the mailbox and was not read yet")
		case e.settled():
			r.differ(e.Pair, e.Key, "it was dealt with, but still lies in the mailbox")
		}
		return true
	})
	for _, folder := range []string{r.DoneFolder, r.HeldFolder} {
		if err == nil {
			err = r.folder(ctx, box, folder)
		}
	}
	return err
}

func (r *reconciling) folder(ctx context.Context, box *inbox.Session, folder string) error {
	if err := box.Select(ctx, folder); err != nil {
		return err
	}
	ids, err := box.Unknown(ctx, nil)
	if err != nil {
		return err
	}
	return box.Fetch(ctx, ids, func(batch []inbox.Message) error {
		for _, in := range batch {
			m, err := message.Parse(in.Raw)
			if err != nil || in.TooLarge || in.Broken != nil {
				continue // known by its bytes alone
			}
			switch e, ok := r.keys[Key(m)]; {
			case !ok:
				r.differ("", in.ID.String(), "it lies in %s, but the ledger does not know it", folder)
			case e.kept() && folder == r.DoneFolder:
				r.differ(e.Pair, e.Key, "it is held, but lies in %s", folder)
			case e.Private:
				r.differ(e.Pair, e.Key, "it held private text and should be deleted, but lies in %s", folder)
			}
		}
		return nil
	})
}
