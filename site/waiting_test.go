package site

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"duolog/meeting"
)

func TestASurveyWaitsForWhoDidNotAnswerIt(t *testing.T) {
	t.Parallel()
	sam, priya := &meeting.Person{ID: "sam", Name: "Sam Ortega", Addresses: []string{"sam@acme.example"}}, &meeting.Person{ID: "priya", Name: "Priya Nair", Addresses: []string{"priya@acme.example"}}
	l := priyaSam(priya, sam)
	at := func(day, hour int) viewer {
		return viewer{log: l, zone: berlin, now: time.Date(2027, 1, day, hour, 0, 0, 0, berlin)}
	}
	asked := func(v viewer) string {
		var all []string
		for _, person := range []string{"sam", "priya"} {
			for _, n := range v.own(person, nil) {
				if n.Kind == "asked" {
					all = append(all, person+" "+n.ID)
				}
			}
		}
		return strings.Join(all, ", ")
	}
	both := "sam survey-2026q4, priya survey-2026q4"
	for _, c := range []struct {
		day, hour int
		want      string
	}{{12, 9, ""}, {12, 11, both}, {22, 9, both}, {22, 11, ""}} {
		if got := asked(at(c.day, c.hour)); got != c.want {
			t.Errorf("on %d January at %d o'clock is asked %q, want %q", c.day, c.hour, got, c.want)
		}
	}
	before := at(14, 9).waiting()
	if got, want := fmt.Sprint(before), "survey-2026q4 2026-10-01 2026-12-31 2027-01-22"; strings.Count(got, want) != 2 {
		t.Errorf("the shared page has %s, want twice %s", got, want)
	}
	s := l.SurveyOf(time.Date(2027, 1, 13, 0, 0, 0, 0, berlin))
	s.Answers = []meeting.SurveyAnswer{{Question: "1", Text: "the day is fixed", Origin: by("priya", s.Asked.Add(time.Hour))}}
	l.Surveys = append(l.Surveys, s)
	if got, want := asked(at(14, 9)), "sam survey-2026q4"; got != want {
		t.Errorf("after Priya's answer is asked %q, want %q", got, want)
	}
	if after := at(14, 9).waiting(); !reflect.DeepEqual(after, before) {
		t.Errorf("the page that Sam opens tells that Priya answered: %v, before %v", after, before)
	}
}

func TestTheStartPageShowsWhatWaitsForItsReader(t *testing.T) {
	t.Parallel()
	b, _, host := reading(t, "sam")
	b.waitFor(`document.querySelector("#waiting") !== null`)
	got := eval[string](b, `document.querySelector("#waiting").parentElement.innerText`)
	if !strings.Contains(got, "Find out who takes over in March") || !strings.Contains(got, "waits for your yes") || strings.Contains(got, "mood ok") {
		t.Errorf("for Sam waits:\n%s\nwant what Jürgen put on him, and not what waits for Priya", got)
	}
	eval[any](b, `(document.querySelector('#waiting + .sheet a[href="#/juergen-sam/#A2"]').click(), null)`)
	b.waitFor(`document.activeElement.id === "A2" && document.title === "Jürgen + Sam"`)
	b.clean(host)
}

func TestOlderMeetingsFoldUntilSomebodyWantsThem(t *testing.T) {
	t.Parallel()
	s := aYear(t)
	build(t, s)
	host := serve(t, s)
	b := newBrowser(t)
	b.look(390, 844, "light")
	b.enter(host, s, "priya")
	b.waitFor(`document.querySelectorAll(".meeting .fold").length > 10`)
	if open, last := eval[int](b, `document.querySelectorAll(".meeting .fold[open]").length`), eval[bool](b, `document.querySelector(".meeting .fold").open`); open != 3 || !last {
		t.Errorf("%d meetings are open, the latest: %v; want the latest three", open, last)
	}
	if height := eval[int](b, `document.documentElement.scrollHeight`); height > 12_000 {
		t.Errorf("a year is %d pixels high on a phone, want no more than 12,000", height)
	}
	id := eval[string](b, `[...document.querySelectorAll(".meeting .fold:not([open]) [data-item]")].at(-1).id`)
	eval[any](b, `(location.hash = "#/priya-sam/#`+id+`", null)`)
	b.waitFor(`document.activeElement.id === "` + id + `" && document.activeElement.checkVisibility({contentVisibilityAuto: true})`)
	eval[any](b, `(location.hash = "#/priya-sam/#" + [...document.querySelectorAll(".meeting:has(.fold:not([open]))")].at(-1).id, null)`)
	b.waitFor(`document.activeElement.matches(".meeting:has(.fold[open])")`)
	const folded = `document.querySelectorAll(".fold:not([open])").length`
	older := eval[int](b, folded)
	if left := eval[int](b, `(dispatchEvent(new Event("beforeprint")), `+folded+`)`); left > 0 || older == 0 {
		t.Errorf("before printing %d of %d folded meetings stay so, which some browsers leave out", left, older)
	}
	if back := eval[int](b, `(dispatchEvent(new Event("afterprint")), `+folded+`)`); back != older {
		t.Errorf("after printing %d meetings are folded, before it were %d", back, older)
	}
	b.as(look{name: "print", scheme: "light", width: 760, height: 1000})
	if hidden := eval[int](b, `[...document.querySelectorAll(".fold .text")].filter((e) => !e.getClientRects().length).length`); hidden > 0 {
		t.Errorf("on paper %d lines of folded meetings are missing", hidden)
	}
	b.clean(host)
}

func TestAWordThatTheThemeDoesNotKnowIsShownAsItIs(t *testing.T) {
	t.Parallel()
	b := sample(t)
	change(t, b, "juergen-sam", func(l *meeting.Log) { l.Topics[0].Kind = "gardening" })
	build(t, b)
	for reader, path := range map[string]string{"sam": "/juergen-sam/", "juergen": "/juergen-sam/"} {
		if text := log(t, b, reader)[path]; !strings.Contains(text, `<span class="kind">gardening</span>`) {
			t.Errorf("%s's page does not show the kind gardening", reader)
		}
	}
}

func TestAParkedTopicIsNotCarriedFromMeetingToMeeting(t *testing.T) {
	t.Parallel()
	l := priyaSam(&meeting.Person{ID: "priya", Name: "Priya Nair"}, &meeting.Person{ID: "sam", Name: "Sam Ortega"})
	for _, topic := range l.Topics {
		topic.At = on(10, 1, 9)
	}
	view := viewer{log: l, zone: berlin, now: today}.view()
	if n := view.Parked[0].Carried; n != 0 || view.Next.Topics[0].Carried == 0 {
		t.Errorf("the parked topic is carried %d times and %s on the agenda %d times, want none and some", n, view.Next.Topics[0].ID, view.Next.Topics[0].Carried)
	}
}

func TestAPageThatChangesUnderItsReaderKeepsOpenWhatTheyOpened(t *testing.T) {
	t.Parallel()
	s := aYear(t)
	build(t, s)
	host := serve(t, s)
	b := newBrowser(t)
	b.enter(host, s, "priya")
	b.visit("/priya-sam/agreements/")
	change(t, s, "priya-sam", func(l *meeting.Log) { l.Actions[len(l.Actions)-1].What = "something new" })
	build(t, s, "priya-sam")
	eval[any](b, `((get) => { window.late = []; window.fetch = (...of) => new Promise((go) => late.push(go)).then(() => get(...of)); return null; })(fetch.bind(window))`)
	b.later(2 * time.Minute)
	b.visit("/priya-sam/")
	b.waitFor(`late.length > 0`)
	id := eval[string](b, `((fold) => { fold.open = true; return fold.closest("[id]").id; })([...document.querySelectorAll(".meeting .fold:not([open])")].at(-1))`)
	b.waitFor(`late.splice(0).forEach((go) => go()) ?? document.querySelector("#page").textContent.includes("something new")`)
	if !eval[bool](b, `document.querySelector("#`+id+` .fold").open`) {
		t.Error("the meeting that the reader had opened is folded again")
	}
}

func TestWhoComesBackToThePageSeesWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"/priya-sam/", "/"} {
		s := sample(t)
		build(t, s)
		host := serve(t, s)
		b := newBrowser(t)
		b.enter(host, s, "sam")
		if at != "/" { // where one begins
			b.visit(at)
		}
		b.waitFor(`document.querySelector("#page h1") !== null`)
		change(t, s, "priya-sam", func(l *meeting.Log) {
			for _, topic := range l.Topics {
				topic.Text = "something new"
			}
		})
		build(t, s, "priya-sam")
		b.later(2 * time.Minute)
		b.comesBack()
		b.waitFor(`document.querySelector("#page").textContent.includes("something new")`)
	}
}
