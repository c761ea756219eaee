//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"duolog/content"
	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
	"duolog/meeting"
	"duolog/site/seal"
	"duolog/site/stopwatch"
)

// BenchmarkReply is what one reply costs a service of many pairs, on the very path of `duolog run`: from the begin of the pass over the
// mailbox to the last sealed file on the host, with a year of weekly meetings in each pair and a manager for every eight reports.
// Beside it stands what a look at the clock costs when nothing is due. DUOLOG_SCALE=10,100,1000,10000 makes the numbers of pairs others;
// the first build of 10,000 takes some minutes.
//
//	DUOLOG_SCALE=10000 GOGC=400 go test ./cmd/duolog -run - -bench Reply -benchtime 1x -timeout 0
func BenchmarkReply(b *testing.B) {
	sizes := []int{10, 100}
	if s := os.Getenv("DUOLOG_SCALE"); s != "" {
		sizes = nil
		_ = os.Unsetenv("DUOLOG_SCALE") // it is no setting of an instance
		for _, n := range strings.Split(s, ",") {
			pairs, err := strconv.Atoi(n)
			if err != nil {
				b.Fatal(err)
			}
			sizes = append(sizes, pairs)
		}
	}
	for _, pairs := range sizes {
		b.Run(fmt.Sprintf("%d-pairs", pairs), func(b *testing.B) {
			w := atWork(b, pairs)
			for b.Loop() {
				w.pass(b, w.reply(b, "r1", "r1-m0")) // a service has read its mailbox before
				w.measure(b)
			}
		})
	}
}

// working is a service between two passes.
type working struct {
	*service
	server *mailtest.Server
	host   string // the folder that it publishes to
}

func atWork(b *testing.B, pairs int) *working {
	b.Helper()
	w := aService(b, pairs, "")
	begin := time.Now()
	for range 3 { // the first builds everything, the second makes the last appointments
		check(b, w.due(b.Context()))
	}
	b.Logf("%d pairs built and published for the first time in %.0f s", pairs, time.Since(begin).Seconds())
	return w
}

// aService is a service that did nothing yet; site are settings of the site.
func aService(b testing.TB, pairs int, site string) *working {
	b.Helper()
	dir, host := b.TempDir(), b.TempDir()
	config := "mail: {address: 1on1@acme.example}\nimap: {host: 127.0.0.1, username: 1on1@acme.example}\nsmtp: {host: 127.0.0.1, username: 1on1@acme.example}\nsender: {server: mx.acme.example}\n" +
		"content: {git: false}\nsite: {url: https://log.acme.example, publish: " + host + site + "}\n"
	// a Tuesday evening, when no letter falls due to those who meet on Friday
	clock := func() time.Time { return time.Date(2026, time.December, 1, 17, 40, 0, 0, time.UTC) }
	server, err := mailtest.Start(mailtest.Options{Now: clock})
	check(b, err)
	b.Cleanup(func() { _ = server.Close() })
	check(b, server.AddUser("1on1@acme.example", demoPassword))
	check(b, makeInstance(dir, []byte(config), clock()))
	check(b, fill(filepath.Join(dir, "content"), pairs))
	o := &options{dir: dir}
	parsed, err := readConfig(dir)
	check(b, err)
	in, err := o.openWith(b.Context(), parsed, clock)
	check(b, err)
	b.Cleanup(in.close)
	in.servers, in.noSubmission = server, nil
	c := rootCommand()
	c.SetContext(b.Context())
	c.SetOut(io.Discard)
	trouble := func(err error) { b.Log("trouble:", err) }
	return &working{service: &service{instance: in, c: c, turn: turns{in: in}, trouble: trouble}, server: server, host: host}
}

// measure reports what one reply costs, and one look at the clock.
func (w *working) measure(b *testing.B) {
	b.Helper()
	box := w.reply(b, "r0", "r0-m0")
	stopwatch.ResetPeak()
	begin := time.Now()
	stopwatch.Time(b, "s/pass", func() { w.pass(b, box) })
	files, last := changedSince(b, w.host, begin)
	b.ReportMetric(last.Sub(begin).Seconds(), "s/published")
	b.ReportMetric(float64(files), "files")
	b.ReportMetric(stopwatch.Peak(), "MiB")
	if files == 0 || files > 3 {
		b.Errorf("one reply changed %d files at the host, want 1 to 3", files)
	}
	stopwatch.Time(b, "s/look", func() { check(b, w.remind(b.Context())) })
}

// reply lays one reply into the mailbox and looks into it.
func (w *working) reply(b testing.TB, person, pair string) *inbox.Session {
	b.Helper()
	stamp, err := w.flow.Policy.Register.Stamp(person, pair, pair+"/2026-12-04/pre/"+person, w.now().AddDate(0, 1, 0))
	check(b, err)
	raw := fmt.Sprintf("Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\nFrom: <%s@acme.example>\r\nTo: <%s>\r\nSubject: Re: 1:1\r\n"+
		"Date: %s\r\nMessage-ID: <%d.%s@acme.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ntopic: the release plan\r\n\r\nI will ask Lena about it by Friday\r\n",
		person, stamp.ReplyTo, w.now().Format(time.RFC1123Z), time.Now().UnixNano(), person)
	check(b, w.server.Put("1on1@acme.example", "INBOX", []byte(raw), w.now()))
	box, err := w.mailbox(b.Context())
	check(b, err)
	b.Cleanup(func() { _ = box.Close() })
	return box
}

// pass is what `duolog run` does when mail came.
func (w *working) pass(b *testing.B, box *inbox.Session) {
	b.Helper()
	check(b, w.turn.take(func() error { return w.service.pass(context.Background(), box) }))
}

func check(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// everybodysKeys are of a report and of a manager; to make them takes a second.
var everybodysKeys = sync.OnceValues(func() (keys [2]struct{ recipient, identity string }, err error) {
	for i := range keys {
		if keys[i].recipient, keys[i].identity, err = seal.NewPerson("five quiet words of everybody"); err != nil {
			return keys, err
		}
	}
	return keys, nil
})

// fill makes the pairs, fifty at a time, without waiting for the disk. All share two keys, which take long to make.
func fill(dir string, pairs int) error {
	keys, err := everybodysKeys()
	if err != nil {
		return err
	}
	person := func(id string, key int) *meeting.Person {
		return &meeting.Person{
			ID: id, Name: "Person " + id, Addresses: []string{id + "@acme.example"}, Zone: "Europe/Berlin", Language: "en", Recipient: keys[key].recipient, Identity: keys[key].identity,
		}
	}
	var manager *meeting.Person
	var logs []*meeting.Log
	for i := range pairs {
		if i%8 == 0 {
			manager = person(fmt.Sprint("m", i), 1)
		}
		logs = append(logs, oneYear(person(fmt.Sprint("r", i), 0), manager))
		if len(logs) < 50 && i < pairs-1 {
			continue
		}
		store := content.Open(dir)
		store.Rehearsal = true
		if _, err := store.Save(logs...); err != nil {
			return err
		}
		logs = nil
	}
	return nil
}

// oneYear is a pair with 52 meetings behind it, each with a topic, a note and a promise that was kept.
func oneYear(report, manager *meeting.Person) *meeting.Log {
	l := &meeting.Log{Manager: manager, Report: report, Next: map[string]int{"T": 53, "A": 53, "N": 53}, Pair: meeting.Pair{
		ID: report.ID + "-" + manager.ID, Kind: meeting.KindReport, Manager: manager.ID, Report: report.ID,
		Rhythm:   meeting.Rhythm{Rule: "FREQ=WEEKLY;BYDAY=FR", First: "2025-12-05 16:00", Zone: "Europe/Berlin", Length: meeting.Duration(30 * time.Minute)},
		Settings: meeting.Settings{NoSurvey: true},
	}}
	for i := range 52 {
		start := time.Date(2025, time.December, 5+7*i, 15, 0, 0, 0, time.UTC)
		by := meeting.Origin{By: []string{report.ID, manager.ID}[i%2], At: start}
		topic, action := fmt.Sprint("T", i+1), fmt.Sprint("A", i+1)
		l.Topics = append(l.Topics, &meeting.Topic{ID: topic, Text: "What to ship in week " + strconv.Itoa(i), State: meeting.TopicDiscussed, Origin: by})
		l.Actions = append(l.Actions, &meeting.Action{ID: action, What: "write to the team about week " + strconv.Itoa(i), Who: by.By, State: meeting.ActionDone, Origin: by})
		l.Meetings = append(l.Meetings, &meeting.Meeting{
			ID: start.Format(time.DateOnly), Start: start, Length: meeting.Duration(30 * time.Minute), State: meeting.Held, Minutes: 25,
			Outcomes: []meeting.Outcome{{Topic: topic, State: meeting.TopicDiscussed, Origin: by}},
			Notes:    []*meeting.Note{{ID: fmt.Sprint("N", i+1), Text: "The plan of week " + strconv.Itoa(i) + " holds", State: meeting.NoteConfirmed, Origin: by}},
		})
	}
	return l
}

// changedSince counts the files of a folder that were written since, and tells when the last was.
func changedSince(b *testing.B, dir string, begin time.Time) (files int, last time.Time) {
	b.Helper()
	check(b, filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil && info.ModTime().After(begin) {
			files++
			if info.ModTime().After(last) {
				last = info.ModTime()
			}
		}
		return err
	}))
	return files, last
}
