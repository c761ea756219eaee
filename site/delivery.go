package site

import (
	"fmt"
	"os"
	"sync"

	"duolog/content"
)

// mostWaiting is how many files of a delivery wait at most, which bounds what an interrupted build leaves.
const mostWaiting = 512

// A delivery is files on their way into the public folder. They are written beside their places; when all are on the disk, each is
// put into its place, in the order in which they came. So the disk is waited for once, not once a file. Its methods may be called
// side by side.
type delivery struct {
	public  public
	arrived func(name string)
	mu      sync.Mutex // guards waiting
	waiting []arrival
}

type arrival struct {
	file string // where its bytes are
	name string // in the public folder
}

func (bu *building) delivery() *delivery { return &delivery{public: bu.public, arrived: bu.wrote} }

// add writes a file beside its place.
func (d *delivery) add(name string, data []byte) error {
	file, err := d.public.beside(name, data)
	if err != nil {
		return fmt.Errorf("publish %s: %w", name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = append(d.waiting, arrival{file, name})
	if len(d.waiting) < mostWaiting {
		return nil
	}
	return d.publish()
}

// done puts into its place what waits still.
func (d *delivery) done() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.publish()
}

// drop takes away what an error left waiting.
func (d *delivery) drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.waiting {
		_ = os.Remove(a.file)
	}
	d.waiting = nil
}

func (d *delivery) publish() error {
	var files []string
	for _, a := range d.waiting {
		files = append(files, a.file)
	}
	if err := content.Sync(files); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	for len(d.waiting) > 0 {
		next := d.waiting[0]
		if err := os.Rename(next.file, d.public.path(next.name)); err != nil {
			return fmt.Errorf("publish %s: %w", next.name, err)
		}
		d.waiting = d.waiting[1:]
		d.arrived(next.name)
	}
	return nil
}
