package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"duolog/mailflow/message"
	"duolog/site"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"duolog": func() { os.Exit(run()) }})
}

// TestScripts runs each verb as a user meets it.
//
// Further commands of the scripts: `status CODE duolog …` wants an exit code; `answer LETTER FROM RESULTS TEXT` writes
// reply.eml, an answer to a letter as the receiving server would hand it over; `fingerprint NAME FOLDER …` writes the names and
// sums of all files of the folders to NAME; `passwords` keeps what the demo printed.
func TestScripts(t *testing.T) {
	hugo, err := site.FindHugo(context.Background(), "")
	if err != nil {
		t.Fatalf("the scripts need Hugo: %v", err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("DUOLOG_SITE_HUGO", hugo)
			env.Setenv("DUOLOG_DIR", "")
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status, "answer": answerLetter, "fingerprint": fingerprint,
		},
		RequireExplicitExec: true,
	})
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil {
		ts.Fatalf("usage: status CODE PROGRAM [ARG …]")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		coded, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = coded.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func answerLetter(ts *testscript.TestScript, _ bool, args []string) {
	letter, err := message.Parse([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	from, results, text := args[1], args[2], strings.ReplaceAll(args[3], `\n`, "\r\n")
	to := regexp.MustCompile(`<(.*)>`).FindStringSubmatch(letter.Header.Text("Reply-To"))[1]
	raw := fmt.Sprintf("Authentication-Results: mx.acme.example; %s\r\nFrom: %s\r\nTo: %s\r\nSubject: Re: x\r\nDate: %s\r\nMessage-ID: <%d@acme.example>\r\nIn-Reply-To: <%s>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
		results, from, to, time.Now().Format(time.RFC1123Z), time.Now().UnixNano(), letter.ID, text)
	ts.Check(os.WriteFile(ts.MkAbs("reply.eml"), []byte(raw), 0o600))
}
