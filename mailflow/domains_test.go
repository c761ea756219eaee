package mailflow

import (
	"strings"
	"testing"
)

func TestAHandOverByMailBringsInNobodyFromOutside(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		domains []string
		address string
		want    bool
	}{
		{nil, "maria@example.org", true},
		{nil, "maria@Example.ORG", true},
		{nil, "mallory@example.net", false},
		{nil, "mallory@example.org.evil.example", false},
		{nil, "mallory@sub.example.org", false},
		{[]string{"Partner.example"}, "maria@partner.example", true},
		{[]string{"partner.example"}, "maria@example.org", false},
	} {
		in := newInstance(t)
		in.Domains = c.domains
		in.say("sam", "handoff to Maria Lopez <"+c.address+"> from 14 Dec")
		if h := in.logOf("priya-sam").Pair.Handoff; (h != nil) != c.want {
			t.Errorf("%v, %s: want it asked for: %v, got %+v", c.domains, c.address, c.want, h)
		}
		in.flush()
		letters := in.arrived("sam")
		told := len(letters) == 1 && strings.Contains(letters[0].Text, "not one of ours")
		heard := strings.Contains(in.log.String(), "people.domains") && !strings.Contains(in.log.String(), c.address)
		if told == c.want || heard == c.want {
			t.Errorf("%v, %s: want Sam told: %v, got %v; want the operator told, without the address: %v, got %v", c.domains, c.address, !c.want, told, !c.want, heard)
		}
	}
}
