# make demo   build everything and show it: mail servers, people, replies, the sealed site
# make test   install what the tests need from Debian where it is missing, then run all tests
.POSIX:
.PHONY: all build demo test needs bundle lint clean

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
	go test -race -shuffle=on ./...

needs:
	.ci/needs

# the script that opens the log in the browser, bundled anew from its sources
bundle: needs
	go test ./site -run TestTheCommittedBundleIsFresh -args -update

lint:
	.ci/lint

clean:
	rm -rf bin themes/duolog/script/node_modules

FORCE:
