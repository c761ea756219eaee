package main

import (
	"encoding/json"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestWhoDoesNotReadItsAnswerKeepsNobodyWaiting(t *testing.T) {
	dir := t.TempDir()
	if err := makeInstance(dir, []byte("mail: {address: 1on1@acme.example}\nimap: {host: imap.acme.example}\nsmtp: {host: smtp.acme.example}\nsender: {server: mx.acme.example}\ncontent: {git: false}\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	o := &options{dir: dir}
	in, err := o.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	var listening sync.WaitGroup
	listening.Go(func() {
		if err := in.answerVerbs(t.Context(), &turns{in: in}); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(listening.Wait)
	for !o.served() {
		time.Sleep(time.Millisecond)
	}

	ask := func(input string, args ...string) net.Conn {
		t.Helper()
		conn, err := o.dial()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if err := json.NewEncoder(conn).Encode(asking{args}); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte(input)); err != nil {
			t.Fatal(err)
		}
		if err := conn.(*net.UnixConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	paged := ask(strings.Repeat(`{"id":"1","kind":"text","input":"`+strings.Repeat("a line that says little ", 20)+`"}`+"\n", 2000), "explain", "--jsonl") // much more than a socket holds
	if _, err := paged.Read(make([]byte, 1)); err != nil {                                                                                                 // it began to answer, and is not read any further
		t.Fatal(err)
	}
	var out, errs strings.Builder
	other := ask("", "held", "list")
	_ = other.SetReadDeadline(time.Now().Add(10 * time.Second))
	if err := hear(other, &out, &errs); err != nil {
		t.Errorf("want another verb done meanwhile, got %v %s", err, &errs)
	}
}
