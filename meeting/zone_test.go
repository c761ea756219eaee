package meeting

import (
	"testing"
	"time"
)

func TestAZoneThatWasCheckedStaysThatZone(t *testing.T) {
	t.Parallel()
	r := Rhythm{Rule: "FREQ=WEEKLY", First: "2026-12-03 16:00", Zone: "Asia/Kathmandu", Length: Duration(30 * time.Minute)}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	kept, found := zones.Load(r.Zone)
	if !found {
		t.Fatal("want the zone kept once it was checked, whatever the disk answers later")
	}
	if r.Location() != kept.(*time.Location) {
		t.Errorf("want the zone that was checked, got %v", r.Location())
	}
	if _, err := Zone("Europe/Atlantis"); err == nil {
		t.Error("want an error for a zone that is none")
	}
	if _, kept := zones.Load("Europe/Atlantis"); kept {
		t.Error("want nothing kept of a zone that is none")
	}
}
