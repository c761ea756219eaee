# make demo     build everything and show it: mail servers, people, replies, the sealed site
# make test     install what the tests need from Debian and npm where it is missing, then run all tests
# make torture  kill the program at every step for every mail of the tests, let every change of a file fail, cut every answer;
#               with EVERY=10 at each tenth step, with MAILS=FOLDER also for the mails of a folder
.POSIX:
.PHONY: all build demo test torture needs bundle lint clean

DEMO = --addr 127.0.0.1:8080

all: build

build: bin/duolog bin/hugo

bin/duolog: FORCE
	go build -o $@ ./cmd/duolog

bin/hugo: go.mod go.sum
	@echo "building Hugo; the first time takes about two minutes"
	go build -o $@ github.com/gohugoio/hugo

demo: build
	bin/duolog demo $(DEMO)

test: needs build
	go test -race -shuffle=on -timeout 25m ./...
	go test -run Year ./meeting ./mailflow # the whole year, of which the race detector has time for the first weeks only

EVERY = 1
MAILS =

torture: needs
	TORTURE=$(EVERY) TORTURE_MAIL=$(MAILS) go test -count=1 -timeout 24h -v -run \
		'Killed|Anywhere|AnyByte|InPart|LostAnswer|LesserMeans|FullDisk|ReadOnly|NoLoop|TwoInstances|Renumbered|Written|OddAndHostile' \
		./mailflow | grep -v -e '^=== ' -e '^    --- PASS' -e '^        --- PASS'

needs:
	.ci/needs

# the script that opens the log in the browser, bundled anew from its sources
bundle: needs
	go test ./site -run TestTheCommittedBundles -args -update

lint:
	.ci/lint

clean:
	rm -rf bin themes/duolog/script/node_modules

FORCE:
