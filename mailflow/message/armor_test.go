package message

import "testing"

func TestTextSignedInPlaceIsReadWithoutItsArmor(t *testing.T) {
	const head, foot = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n", "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----"
	for in, want := range map[string]string{
		head + "topic: plan\n" + foot + "\n":               "topic: plan\n",
		head + "- - one\n- - two\n- -- \nsig\n" + foot:     "- one\n- two\n-- \nsig\n",
		"above\n" + head + "within\n" + foot + "\nbelow\n": "above\nwithin\nbelow\n",
		head + "no end\n": head + "no end\n",
		"-----BEGIN PGP SIGNED MESSAGE-----\ntopic: x\n\n" + foot: "-----BEGIN PGP SIGNED MESSAGE-----\ntopic: x\n\n" + foot,
		"no armor\n- - at all\n":                                  "no armor\n- - at all\n",
	} {
		if got := cleartext(in); got != want {
			t.Errorf("%q\nwant %q\ngot  %q", in, want, got)
		}
	}
}
