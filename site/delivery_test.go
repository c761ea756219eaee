package site

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestADeliveryPutsItsFilesIntoTheirPlacesInTheirOrderAndTogether(t *testing.T) {
	t.Parallel()
	there := public{t.TempDir()}
	var arrived []string
	d := &delivery{public: there, arrived: func(name string) { arrived = append(arrived, name) }}
	for i := range mostWaiting + 3 {
		if err := d.add(fmt.Sprintf("b/%04d.age", i), []byte("sealed")); err != nil {
			t.Fatal(err)
		}
		if want := (i + 1) / mostWaiting * mostWaiting; len(arrived) != want {
			t.Fatalf("after %d files %d have arrived, want %d", i+1, len(arrived), want)
		}
	}
	if err := d.done(); err != nil {
		t.Fatal(err)
	}
	if len(arrived) != mostWaiting+3 || !slices.IsSorted(arrived) {
		t.Errorf("%d files arrived, in order: %t; want %d, in order", len(arrived), slices.IsSorted(arrived), mostWaiting+3)
	}
	if names, err := there.list(); err != nil || !slices.Equal(names, arrived) {
		t.Errorf("the folder holds %d files (%v), want the %d that arrived", len(names), err, len(arrived))
	}
}

func TestADeliveryThatFailsLeavesNothingBeside(t *testing.T) {
	t.Parallel()
	there := public{t.TempDir()}
	d := &delivery{public: there, arrived: func(string) {}}
	if err := os.MkdirAll(filepath.Join(there.dir, "b", "2.age", "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		if err := d.add(fmt.Sprintf("b/%d.age", i), []byte("sealed")); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.done(); err == nil {
		t.Error("a file was put where a folder is")
	}
	d.drop()
	if names, err := there.list(); err != nil || !slices.Equal(names, []string{"b/0.age", "b/1.age"}) {
		t.Errorf("the folder holds %v (%v), want the two files before the one that failed", names, err)
	}
}
