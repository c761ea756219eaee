package site

import "duolog/meeting"

// fewest is how many meetings the running log shows at least, where there are so many, before older years go to pages of
// their own: a log that starts empty every January would hide what was agreed in December.
const fewest = 10

type yearOf struct {
	year     string
	meetings []*meeting.Meeting
}

// byYear divides what is past, newest first, into what the running log shows and the years that have their own pages.
// Whole years go, so that a page of a year that is over never changes again.
func byYear(v viewer) (recent []*meeting.Meeting, years []yearOf) {
	for _, m := range v.past() {
		year := m.Start.In(v.zone).Format("2006")
		switch {
		case len(years) > 0 && years[len(years)-1].year == year:
			years[len(years)-1].meetings = append(years[len(years)-1].meetings, m)
		case len(recent) < fewest || recent[len(recent)-1].Start.In(v.zone).Format("2006") == year:
			recent = append(recent, m)
		default:
			years = append(years, yearOf{year, []*meeting.Meeting{m}})
		}
	}
	return recent, years
}
