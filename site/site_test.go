package site

import (
	"context"
	"testing"
)

func build(t testing.TB, b *Builder, pairs ...string) Report {
	t.Helper()
	r, err := b.Build(context.Background(), pairs)
	if err != nil {
		t.Fatalf("Build(%q): %v", pairs, err)
	}
	for _, err := range r.Broken {
		t.Fatalf("Build(%q): %v", pairs, err)
	}
	return r
}

func TestX(t *testing.T) {
	b := sample(t)
	t.Logf("%+v", build(t, b))
	if err := b.Check(); err != nil {
		t.Error(err)
	}
	t.Logf("%+v", build(t, b))
}
