// The key's way back to duolog: as a mail that is ready to be sent, or as text to paste into a reply. mailflow/reply/key.go reads it.
import { sha256 } from "@noble/hashes/sha2.js";

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
const tokenSize = 10;
const lineLength = 64;

/** The key as letters and digits that no mail program changes: {token, recipient, wrapped}. */
export function travelling({ token = "", recipient, wrapped }) {
	const body = [...padded(decode(token)), ...new TextEncoder().encode(recipient), ...wrapped];
	const sum = sha256(Uint8Array.from(body)).slice(0, 4);
	return `duologkey1${encode([body.length >> 8, body.length & 255, ...body, ...sum])}`;
}

const padded = (bytes) => [...bytes, ...Array(tokenSize - bytes.length).fill(0)];

function encode(bytes) {
	let text = "";
	let bits = 0;
	let buffer = 0;
	for (const byte of bytes) {
		buffer = ((buffer << 8) | byte) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(buffer >> (bits - 5)) & 31];
	}
	return bits > 0 ? text + alphabet[(buffer << (5 - bits)) & 31] : text;
}

function decode(text) {
	const bytes = [];
	let bits = 0;
	let buffer = 0;
	for (const c of text) {
		buffer = ((buffer << 5) | alphabet.indexOf(c)) & 0xfff;
		bits += 5;
		if (bits >= 8) bytes.push((buffer >> (bits -= 8)) & 255);
	}
	return bytes;
}

/** What the mail says: a sentence for who sends it, then the key in lines. */
export const letterText = (sentence, key) => `[${sentence}]\n\n${key.match(new RegExp(`.{1,${lineLength}}`, "g")).join("\n")}\n`;

/** The address of a mail that is ready to be sent (RFC 6068). */
export function mailLink(to, subject, text) {
	return `mailto:${to}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(text.replaceAll("\n", "\r\n"))}`;
}
