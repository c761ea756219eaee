// scrypt as age has it, RFC 7914 with r = 8 and p = 1. That of @noble/hashes, made for every r and p, takes a fifth longer; in our
// bundles this one takes its place, also where age-encryption calls it.
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";

const words = 256; // of a block: 128 · r bytes, little-endian as every machine that runs a browser
const pause = 10; // milliseconds after which scryptAsync lets the page live

/** The device has not got the memory that a passphrase takes: 128 MiB as age has it. */
export class NoRoom extends Error {}

let table;

/** Takes the memory that a passphrase needs, so that it is there when the passphrase is. */
export function makeRoom(N = 2 ** 17) {
	table ??= room(N).fill(1);
}

function room(N) {
	try {
		return new Int32Array(N * words);
	} catch {
		throw new NoRoom();
	}
}

export function scrypt(password, salt, options) {
	const steps = work(password, salt, options);
	for (;;) {
		const { done, value } = steps.next();
		if (done) return value;
	}
}

/** The same where there is no Worker. */
export async function scryptAsync(password, salt, options) {
	const steps = work(password, salt, options);
	for (let began = performance.now(); ; ) {
		const { done, value } = steps.next();
		if (done) return value;
		if (performance.now() - began < pause) continue;
		await new Promise((resolve) => setTimeout(resolve));
		began = performance.now();
	}
}

function* work(password, salt, { N, r, p, dkLen }) {
	if (r !== 8 || p !== 1 || N < 2 || N & (N - 1)) throw new RangeError("not the scrypt of age");
	const block = pbkdf2(sha256, password, salt, { c: 1, dkLen: 4 * words });
	let x = new Int32Array(block.buffer, block.byteOffset, words);
	let y = new Int32Array(words); // zero, as long as the table is filled
	const v = table?.length === N * words ? table : room(N);
	table = undefined;
	v.set(x);
	for (let i = 1; i < N; i++) {
		mix(v, (i - 1) * words, y, 0, v, i * words);
		if (i % 512 === 0) yield;
	}
	mix(v, (N - 1) * words, y, 0, x, 0);
	for (let i = 0; i < N; i++) {
		mix(x, 0, v, (x[words - 16] & (N - 1)) * words, y, 0);
		[x, y] = [y, x];
		if (i % 512 === 0) yield;
	}
	const key = pbkdf2(sha256, password, new Uint8Array(x.buffer, x.byteOffset, 4 * words), { c: 1, dkLen });
	for (const secret of [v, x, y]) secret.fill(0);
	return key;
}

// scryptBlockMix of RFC 7914, section 4, of a ^ b into o, with salsa20/8 (section 3) of each 16 words.
function mix(a, ai, b, bi, o, oi) {
	let t;
	let x0 = a[ai + 240] ^ b[bi + 240];
	let x1 = a[ai + 241] ^ b[bi + 241];
	let x2 = a[ai + 242] ^ b[bi + 242];
	let x3 = a[ai + 243] ^ b[bi + 243];
	let x4 = a[ai + 244] ^ b[bi + 244];
	let x5 = a[ai + 245] ^ b[bi + 245];
	let x6 = a[ai + 246] ^ b[bi + 246];
	let x7 = a[ai + 247] ^ b[bi + 247];
	let x8 = a[ai + 248] ^ b[bi + 248];
	let x9 = a[ai + 249] ^ b[bi + 249];
	let x10 = a[ai + 250] ^ b[bi + 250];
	let x11 = a[ai + 251] ^ b[bi + 251];
	let x12 = a[ai + 252] ^ b[bi + 252];
	let x13 = a[ai + 253] ^ b[bi + 253];
	let x14 = a[ai + 254] ^ b[bi + 254];
	let x15 = a[ai + 255] ^ b[bi + 255];
	for (let i = 0; i < 16; i++, ai += 16, bi += 16) {
		const y0 = (x0 ^= a[ai + 0] ^ b[bi + 0]);
		const y1 = (x1 ^= a[ai + 1] ^ b[bi + 1]);
		const y2 = (x2 ^= a[ai + 2] ^ b[bi + 2]);
		const y3 = (x3 ^= a[ai + 3] ^ b[bi + 3]);
		const y4 = (x4 ^= a[ai + 4] ^ b[bi + 4]);
		const y5 = (x5 ^= a[ai + 5] ^ b[bi + 5]);
		const y6 = (x6 ^= a[ai + 6] ^ b[bi + 6]);
		const y7 = (x7 ^= a[ai + 7] ^ b[bi + 7]);
		const y8 = (x8 ^= a[ai + 8] ^ b[bi + 8]);
		const y9 = (x9 ^= a[ai + 9] ^ b[bi + 9]);
		const y10 = (x10 ^= a[ai + 10] ^ b[bi + 10]);
		const y11 = (x11 ^= a[ai + 11] ^ b[bi + 11]);
		const y12 = (x12 ^= a[ai + 12] ^ b[bi + 12]);
		const y13 = (x13 ^= a[ai + 13] ^ b[bi + 13]);
		const y14 = (x14 ^= a[ai + 14] ^ b[bi + 14]);
		const y15 = (x15 ^= a[ai + 15] ^ b[bi + 15]);
		for (let n = 0; n < 4; n++) {
			t = (x0 + x12) | 0;
			x4 ^= (t << 7) | (t >>> 25);
			t = (x4 + x0) | 0;
			x8 ^= (t << 9) | (t >>> 23);
			t = (x8 + x4) | 0;
			x12 ^= (t << 13) | (t >>> 19);
			t = (x12 + x8) | 0;
			x0 ^= (t << 18) | (t >>> 14);
			t = (x5 + x1) | 0;
			x9 ^= (t << 7) | (t >>> 25);
			t = (x9 + x5) | 0;
			x13 ^= (t << 9) | (t >>> 23);
			t = (x13 + x9) | 0;
			x1 ^= (t << 13) | (t >>> 19);
			t = (x1 + x13) | 0;
			x5 ^= (t << 18) | (t >>> 14);
			t = (x10 + x6) | 0;
			x14 ^= (t << 7) | (t >>> 25);
			t = (x14 + x10) | 0;
			x2 ^= (t << 9) | (t >>> 23);
			t = (x2 + x14) | 0;
			x6 ^= (t << 13) | (t >>> 19);
			t = (x6 + x2) | 0;
			x10 ^= (t << 18) | (t >>> 14);
			t = (x15 + x11) | 0;
			x3 ^= (t << 7) | (t >>> 25);
			t = (x3 + x15) | 0;
			x7 ^= (t << 9) | (t >>> 23);
			t = (x7 + x3) | 0;
			x11 ^= (t << 13) | (t >>> 19);
			t = (x11 + x7) | 0;
			x15 ^= (t << 18) | (t >>> 14);
			t = (x0 + x3) | 0;
			x1 ^= (t << 7) | (t >>> 25);
			t = (x1 + x0) | 0;
			x2 ^= (t << 9) | (t >>> 23);
			t = (x2 + x1) | 0;
			x3 ^= (t << 13) | (t >>> 19);
			t = (x3 + x2) | 0;
			x0 ^= (t << 18) | (t >>> 14);
			t = (x5 + x4) | 0;
			x6 ^= (t << 7) | (t >>> 25);
			t = (x6 + x5) | 0;
			x7 ^= (t << 9) | (t >>> 23);
			t = (x7 + x6) | 0;
			x4 ^= (t << 13) | (t >>> 19);
			t = (x4 + x7) | 0;
			x5 ^= (t << 18) | (t >>> 14);
			t = (x10 + x9) | 0;
			x11 ^= (t << 7) | (t >>> 25);
			t = (x11 + x10) | 0;
			x8 ^= (t << 9) | (t >>> 23);
			t = (x8 + x11) | 0;
			x9 ^= (t << 13) | (t >>> 19);
			t = (x9 + x8) | 0;
			x10 ^= (t << 18) | (t >>> 14);
			t = (x15 + x14) | 0;
			x12 ^= (t << 7) | (t >>> 25);
			t = (x12 + x15) | 0;
			x13 ^= (t << 9) | (t >>> 23);
			t = (x13 + x12) | 0;
			x14 ^= (t << 13) | (t >>> 19);
			t = (x14 + x13) | 0;
			x15 ^= (t << 18) | (t >>> 14);
		}
		const at = oi + 8 * (i & ~1) + 128 * (i & 1); // the even ones, then the odd ones
		o[at + 0] = x0 = (x0 + y0) | 0;
		o[at + 1] = x1 = (x1 + y1) | 0;
		o[at + 2] = x2 = (x2 + y2) | 0;
		o[at + 3] = x3 = (x3 + y3) | 0;
		o[at + 4] = x4 = (x4 + y4) | 0;
		o[at + 5] = x5 = (x5 + y5) | 0;
		o[at + 6] = x6 = (x6 + y6) | 0;
		o[at + 7] = x7 = (x7 + y7) | 0;
		o[at + 8] = x8 = (x8 + y8) | 0;
		o[at + 9] = x9 = (x9 + y9) | 0;
		o[at + 10] = x10 = (x10 + y10) | 0;
		o[at + 11] = x11 = (x11 + y11) | 0;
		o[at + 12] = x12 = (x12 + y12) | 0;
		o[at + 13] = x13 = (x13 + y13) | 0;
		o[at + 14] = x14 = (x14 + y14) | 0;
		o[at + 15] = x15 = (x15 + y15) | 0;
	}
}
