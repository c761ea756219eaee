// Passphrases: five words drawn at random, or one that a person chose and that is hard enough to guess offline, where only
// scrypt slows the guessing.
import { sha256 } from "@noble/hashes/sha2.js";
import listed from "./words.txt"; // the EFF's long word list (CC BY 3.0 US), as in site/seal

export const words = listed.trim().split("\n");

const wordsDrawn = 5; // × 12.9 = 64 bits

/** Bits that a chosen passphrase needs: about four words drawn at random. */
export const floor = 50;

/** A new passphrase, as the Go side makes them. */
export const drawPassphrase = () => Array.from({ length: wordsDrawn }, drawWord).join("-");

function drawWord() {
	const fair = 2 ** 32 - (2 ** 32 % words.length);
	for (;;) {
		const [n] = crypto.getRandomValues(new Uint32Array(1));
		if (n < fair) return words[n % words.length];
	}
}

/** A recipient's name in four words, as seal.Fingerprint. */
export function fingerprint(recipient) {
	const sum = new DataView(sha256(new TextEncoder().encode(recipient)).buffer);
	return [0, 4, 8, 12].map((at) => words[sum.getUint32(at) % words.length]).join(" ");
}

// What guessers try first: words that everybody uses, and what people take for passwords.
const usual =
	"the and you are was for not but all any can had her him his how its may new now one our out say she too two use who why yes yet i a an in is it of on or to my me we he be do go no so up us am at by as if love like want have this that with from your they been were what when will just very much good best ever never always little big old man girl boy baby dog cat home work time life day night god " +
	"ich du er sie es wir ihr der die das ein eine und oder nicht ist bin bist sind war hab habe hat mein meine dein deine mit von zu im am auf aus bei ja nein liebe mag mag gut sehr viel immer nie heute haus hund katze kind mann frau tag nacht leben arbeit " +
	"password passwort passphrase kennwort geheim secret hallo hello welcome willkommen admin login letmein iloveyou dragon monkey football fussball baseball princess sunshine shadow master superman batman pokemon starwars computer internet schatz sommer winter herbst spring summer autumn january monday montag freitag berlin duolog meeting company firma test demo qwertz asdf abcd correct horse battery staple";
const costOf = new Map(words.map((w) => [w, Math.log2(words.length)]));
for (const word of usual.split(" ")) costOf.set(word, word.length < 4 ? 4 : 6);
const rows = ["qwertyuiop", "qwertzuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm", "1234567890"];
const longestWord = Math.max(...[...costOf.keys()].map((w) => w.length));

/**
 * How many bits a guesser needs at most who knows these words, keyboards, years and repetitions: the cheapest way to put
 * the passphrase together from such parts, what is left letter by letter.
 */
export function bits(passphrase) {
	const typed = [...passphrase.normalize("NFKC").trim().replace(/\s+/g, " ")];
	const text = typed.map((c) => c.toLowerCase()).map((c) => (c.length === 1 ? c : "?")).join("");
	const best = [0];
	for (let end = 1; end <= text.length; end++) {
		best[end] = best[end - 1] + costOfLetter(typed, text, end - 1);
		for (let start = Math.max(0, end - longestWord); start < end; start++) {
			const cost = costOfPart(text.slice(start, end), text, start);
			if (cost !== undefined) best[end] = Math.min(best[end], best[start] + cost + capitals(typed.slice(start, end)));
		}
	}
	return best[text.length];
}

function costOfLetter(typed, text, at) {
	const step = at > 0 ? text.charCodeAt(at) - text.charCodeAt(at - 1) : NaN;
	const stepBefore = at > 1 ? text.charCodeAt(at - 1) - text.charCodeAt(at - 2) : NaN;
	if (step === 0 || (Math.abs(step) === 1 && step === stepBefore)) return 0.5; // aaaa, 1234
	if (/[ \-_.,]/.test(text[at])) return 1;
	if (/\d/.test(text[at])) return 3.3;
	return (/\p{L}/u.test(text[at]) ? 3.8 : 5) + (typed[at] === text[at] ? 0 : 1);
}

function costOfPart(part, text, start) {
	const costs = [costOf.get(part)];
	if (part.length > 2 && text.slice(0, start).includes(part)) costs.push(3);
	if (part.length > 2 && rows.some((row) => row.includes(part) || [...row].reverse().join("").includes(part))) costs.push(5);
	if (/^(19|20)\d\d$/.test(part)) costs.push(6);
	const known = costs.filter((cost) => cost !== undefined);
	return known.length ? Math.min(...known) : undefined;
}

const capitals = (typed) => (typed.some((c) => c !== c.toLowerCase()) ? 1 : 0);
