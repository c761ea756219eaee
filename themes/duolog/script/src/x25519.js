// X25519 (RFC 7748) of noble's Montgomery ladder alone, in place of the module that has Ed25519 too: a tenth of the log's script.
// Browsers that know X25519 themselves, as most do by now, never come here.
import { montgomery } from "@noble/curves/abstract/montgomery.js";
import { pow } from "@noble/curves/abstract/modular.js";

const P = 2n ** 255n - 19n;

export const x25519 = montgomery({
	P,
	type: "x25519",
	powPminus2: (x) => pow(x, P - 2n, P),
	adjustScalarBytes: (bytes) => {
		bytes[0] &= 248;
		bytes[31] = (bytes[31] & 127) | 64;
		return bytes;
	},
});
