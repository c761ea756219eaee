// Opens what site/seal sealed. Errors are WrongKey, Damaged or NoRoom, never a part of the text.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { base64nopad } from "@scure/base";
import { Decrypter, armor } from "age-encryption";
import { NoRoom, scrypt } from "./scrypt.js";

export class WrongKey extends Error {}
export class Damaged extends Error {}

const lengthBytes = 4;
const smallestSize = 4096;
const largestPlain = 32 << 20;

/** The text of a page: age, then a length, gzip, zeros. */
export async function openPage(identity, sealed) {
	const packed = await decrypt((d) => d.addIdentity(identity), sealed);
	return new TextDecoder().decode(await unpack(packed));
}

/** The text of a private note, an armored age file. */
export async function openNote(identity, sealed) {
	const plain = await decrypt((d) => d.addIdentity(identity), dearm(sealed));
	return new TextDecoder().decode(plain).replace(/\n+$/, "");
}

/** The identity inside a wrapped one, by scrypt or scryptAsync. Work factors other than 2^17 and 2^18 are refused before any work is done. */
export async function unwrapIdentity(wrapped, passphrase, derive = scrypt) {
	const file = dearm(wrapped);
	const start = new TextDecoder("latin1").decode(file.subarray(0, 80));
	if (!/^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} 1[78]\n/.test(start)) throw new Damaged();
	const secret = new TextDecoder().decode(await decrypt((d) => d.addIdentity(lockedBy(normal(passphrase), derive)), file)).trim();
	if (!/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(secret)) throw new Damaged();
	return secret;
}

// The scrypt recipient of age-encryption.org/v1, for the decrypter.
const lockedBy = (passphrase, derive) => ({
	async unwrapFileKey([{ args, body }]) {
		const salt = new TextEncoder().encode("age-encryption.org/v1/scrypt");
		const key = await derive(passphrase, new Uint8Array([...salt, ...base64nopad.decode(args[1])]), { N: 2 ** args[2], r: 8, p: 1, dkLen: 32 });
		try {
			return chacha20poly1305(key, new Uint8Array(12)).decrypt(body);
		} catch {
			return null;
		}
	},
});

/** One passphrase is the same from every keyboard: Unicode NFKC, and single spaces. */
export function normal(passphrase) {
	return passphrase.normalize("NFKC").trim().replace(/\s+/g, " ");
}

function dearm(text) {
	try {
		return armor.decode(text);
	} catch {
		throw new Damaged();
	}
}

async function decrypt(addKey, file) {
	const decrypter = new Decrypter();
	addKey(decrypter);
	try {
		return await decrypter.decrypt(file);
	} catch (error) {
		if (error instanceof NoRoom) throw error;
		if (/^no identity matched/.test(error.message)) throw new WrongKey();
		throw new Damaged();
	}
}

async function unpack(packed) {
	if (packed.length < lengthBytes) throw new Damaged();
	const end = lengthBytes + new DataView(packed.buffer, packed.byteOffset).getUint32(0);
	if (end > packed.length || paddedSize(end) !== packed.length) throw new Damaged();
	if (packed.subarray(end).some((b) => b !== 0)) throw new Damaged();
	return gunzip(packed.subarray(lengthBytes, end));
}

// Padmé, as in site/seal/payload.go.
function paddedSize(n) {
	if (n <= smallestSize) return smallestSize;
	const exponent = 31 - Math.clz32(n);
	const step = 2 ** (exponent - (32 - Math.clz32(exponent)));
	return Math.ceil(n / step) * step;
}

async function gunzip(bytes) {
	const chunks = [];
	let size = 0;
	try {
		const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			size += value.length;
			if (size > largestPlain) throw new Damaged();
			chunks.push(value);
		}
	} catch {
		throw new Damaged();
	}
	return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
