package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/spf13/cobra"

	"duolog/content"
	"duolog/mailflow"
	"duolog/mailflow/sender"
	"duolog/meeting"
	"duolog/site/seal"
)

// keys is how the mail flow makes and judges keys. Without a site nobody needs one.
func (in *instance) keys() mailflow.Keys {
	if in.config.Site.URL == "" {
		return mailflow.Keys{}
	}
	return mailflow.Keys{Welcome: in.config.Site.URL + "/welcome/", Accept: acceptKey, New: newKey, Words: seal.Fingerprint}
}

func acceptKey(recipient string, wrapped []byte) (identity, refusal string) {
	identity, err := seal.Accept(recipient, wrapped)
	switch {
	case errors.Is(err, seal.ErrWork):
		return "", meeting.KeyWork
	case err != nil:
		return "", meeting.KeyDamaged
	}
	return identity, ""
}

func newKey() (passphrase, recipient, identity string, err error) {
	if passphrase, err = seal.Passphrase(); err != nil {
		return "", "", "", err
	}
	recipient, identity, err = seal.NewPerson(passphrase)
	return passphrase, recipient, identity, err
}

func personEnrol(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "enrol ID",
		Short: "Mail a person the link to the page where they make their own password; links mailed before end",
		Args:  cobra.ExactArgs(1),
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			if in.config.Site.URL == "" {
				return hint(errors.New("this instance has no site to make a password on"), "set site.url in config.yaml")
			}
			pair, err := in.pairOf(args[0])
			if err != nil {
				return err
			}
			if err := in.flow.Invite(pair, args[0]); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "mailed %s a link that works once, for two weeks\n", args[0])
			return in.flush(c.Context())
		}),
	}
}

// pairOf is the first pair that the person is in; a reply address belongs to a pair.
func (in *instance) pairOf(person string) (string, error) {
	if _, err := in.store.Person(person); err != nil {
		return "", noPerson(person, err)
	}
	seats, err := mailflow.Seats(in.store)
	if i := slices.IndexFunc(seats, func(s sender.Seat) bool { return s.Person == person }); i >= 0 {
		return seats[i].Pair, nil
	}
	return "", hint(errors.Join(fmt.Errorf("%s is in no pair", person), err), "`duolog pair add` makes one")
}

func noPerson(id string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return hint(fmt.Errorf("there is no person %q", id), "`duolog person list` names all")
	}
	return err
}

func personRevoke(o *options) *cobra.Command {
	var key bool
	c := &cobra.Command{
		Use:   "revoke ID",
		Short: "End the links that a person was mailed; with --key also their password, so that nothing of theirs is published",
		Args:  cobra.ExactArgs(1),
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			p, err := in.store.Person(args[0])
			if err != nil {
				return noPerson(args[0], err)
			}
			if err := in.ledger.RevokeLinks(p.ID); err != nil {
				return err
			}
			if !key {
				fmt.Fprintf(c.OutOrStdout(), "the links mailed to %s work no more\n", p.ID)
				return nil
			}
			p.Recipient, p.Identity = "", ""
			if err := in.store.SavePerson(p); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "the links mailed to %s and their password work no more; `duolog build` and publish take their pages away\n", p.ID)
			return nil
		}),
	}
	c.Flags().BoolVar(&key, "key", false, "take away the password too, for a key in wrong hands: pages built after a new one open by no old key; private notes stay sealed to it")
	return c
}

func personPassword(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "password ID",
		Short: "Make a new password for a person and print it once; private notes under the old one stay with the old one",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.write(c, func(store *content.Store) error {
				p, err := store.Person(args[0])
				if err != nil {
					return noPerson(args[0], err)
				}
				had := p.Recipient != ""
				passphrase, err := setPassword(p)
				if err != nil {
					return err
				}
				if err := store.SavePerson(p); err != nil {
					return err
				}
				if had {
					fmt.Fprintln(c.ErrOrStderr(), "duolog: note: private notes under the old password stay closed to the new one")
				}
				fmt.Fprintln(c.ErrOrStderr(), "duolog: note: it opens the log after the next `duolog build` and publish")
				fmt.Fprintln(c.OutOrStdout(), passphrase)
				return nil
			})
		},
	}
}

// setPassword gives the person a new identity and returns the passphrase, which nothing keeps.
func setPassword(p *meeting.Person) (passphrase string, err error) {
	passphrase, p.Recipient, p.Identity, err = newKey()
	return passphrase, err
}
