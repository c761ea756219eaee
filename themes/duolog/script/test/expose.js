// For tests alone: puts the functions that open sealed bytes within reach of a test in a browser.
import { scrypt as nobles } from "../node_modules/@noble/hashes/scrypt.js";
import { NoRoom, makeRoom, scrypt, scryptAsync } from "../src/scrypt.js";
import * as seal from "../src/seal.js";
import { fold } from "../src/search.js";
import { x25519 } from "../src/x25519.js";

const name = (error) => (error instanceof seal.WrongKey ? "key" : error instanceof seal.Damaged ? "damaged" : error instanceof NoRoom ? "room" : String(error));
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const outcome = (promise) => promise.then((text) => ({ text }), (error) => ({ error: name(error) }));

globalThis.unwrap = (wrapped, passphrase) => outcome(seal.unwrapIdentity(wrapped, passphrase));
globalThis.openPage = (identity, base64) => outcome(seal.openPage(identity, bytes(base64)));
globalThis.openNote = (identity, sealed) => outcome(seal.openNote(identity, sealed));
globalThis.fold = fold;

/** How many of the copies of a page with one byte flipped are opened all the same, and how the others fail. */
globalThis.flipEach = async (identity, base64) => {
	const failures = {};
	const whole = bytes(base64);
	for (let i = 0; i < whole.length; i++) {
		const altered = whole.slice();
		altered[i] ^= 1;
		const { error = "opened" } = await outcome(seal.openPage(identity, altered));
		failures[error] = (failures[error] ?? 0) + 1;
	}
	return failures;
};

/** X25519 by our own curve: of a scalar and a point, of the base point where there is none. In base64. */
globalThis.curve = (scalar, point) => btoa(String.fromCharCode(...(point ? x25519.scalarMult(bytes(scalar), bytes(point)) : x25519.scalarMultBase(bytes(scalar)))));

/** From here on the browser knows no X25519 itself. */
globalThis.forgetX25519 = () => {
	const own = crypto.subtle.importKey.bind(crypto.subtle);
	crypto.subtle.importKey = (format, key, algorithm, ...rest) =>
		algorithm.name === "X25519" ? Promise.reject(new DOMException("", "NotSupportedError")) : own(format, key, algorithm, ...rest);
};

const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

/** What scrypt makes of a password and a salt, and whether scryptAsync and noble's make the same of it. */
globalThis.derive = async (password, salt, N, dkLen) => {
	const options = { N, r: 8, p: 1, dkLen };
	const key = hex(scrypt(password, salt, options));
	return { key, async: hex(await scryptAsync(password, salt, options)) === key, noble: hex(nobles(password, salt, options)) === key };
};

/** The milliseconds that the scrypt of a passphrase takes, and nothing else: that of noble, or ours. */
globalThis.bareScrypt = (ours) => {
	if (ours) makeRoom();
	const began = performance.now();
	(ours ? scrypt : nobles)("a passphrase", "a salt", { N: 2 ** 17, r: 8, p: 1, dkLen: 32 });
	return performance.now() - began;
};
