package mailflow

import (
	"slices"
	"strings"

	"duolog/meeting"
)

// keepOutside has a hand-over refused that would enrol an address of a foreign domain: both sides of a pair could otherwise bring
// anybody in, who would then write mails that look like any other's. The operator hears of it.
func (f *Flow) keepOutside(d *decision) {
	for i := range d.reading.Intents {
		in := &d.reading.Intents[i]
		if in.Kind == meeting.Handoff && in.Text != "" && !f.admits(in.Text) {
			in.Reason = meeting.Outside
			f.logger().Warn("a hand-over to an address outside people.domains is refused; `duolog pair hand-over` does it all the same", "pair", d.entry.Pair)
		}
	}
}

// admits tells whether a hand-over may enrol the address.
func (f *Flow) admits(address string) bool {
	domains := f.Domains
	if len(domains) == 0 {
		people, err := f.Content.People()
		if err != nil {
			return false
		}
		for _, p := range people {
			for _, a := range p.Addresses {
				domains = append(domains, domainOf(a))
			}
		}
	}
	own := domainOf(address)
	return slices.ContainsFunc(domains, func(d string) bool { return strings.EqualFold(d, own) })
}

func domainOf(address string) string { return address[strings.LastIndex(address, "@")+1:] }
