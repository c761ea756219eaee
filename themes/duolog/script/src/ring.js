// A person's keyring, and the pages that it opens.
import { copied, fileOfCopy } from "./copy.js";
import { NoRoom } from "./scrypt.js";
import { Damaged, openNote, openPage } from "./seal.js";

const fresh = 60_000; // after that a page that is shown again is asked for once more, in case it changed

export class Unreachable extends Error {}
export class Gone extends Error {}

/** The name of the text that says why something could not be opened, where the password is right. */
export const whyNot = (error) => (error instanceof Unreachable ? "offline" : error instanceof NoRoom ? "room" : "damaged");

/** Fetches a file of the site. Resolves to its bytes; rejects with Gone or Unreachable. */
export async function fetchFile(path) {
	if (copied) {
		const file = fileOfCopy(path);
		if (!file) throw new Gone();
		return file;
	}
	let response;
	try {
		response = await fetch(path, { cache: "no-cache", credentials: "same-origin", redirect: "error" });
	} catch {
		throw new Unreachable();
	}
	if (response.status === 404 || response.status === 410) throw new Gone();
	if (!response.ok) throw new Unreachable();
	return new Uint8Array(await response.arrayBuffer());
}

export const fetchKeyring = (id) => fetchFile(`k/${id}/keyring.age`);

export class Ring {
	#id;
	#identity;
	#keys;
	#opened = new Map();
	#notes = new Map();
	#earlier = [];

	/** Is told the path of a page that was shown and says something else by now. */
	changed = () => {};

	constructor(id, identity) {
		this.#id = id;
		this.#identity = identity;
	}

	/** Opens the keyring, again if it was open before. */
	async load(sealed = fetchKeyring(this.#id)) {
		const text = await openPage(this.#identity, await sealed);
		this.#keys = JSON.parse(text);
		if (this.#keys.v !== 1) throw new Damaged();
		this.#opened.clear();
		return this;
	}

	/** By which the person's mails link to the site. */
	get id() {
		return this.#id;
	}

	/** What opens everything of this person. */
	get identity() {
		return this.#identity;
	}

	/** The address that takes this person's mails, or undefined. */
	get mail() {
		return this.#keys.mail;
	}

	/** The id that the pages know the person by. */
	get person() {
		return this.#keys.person;
	}

	get name() {
		return this.#keys.name;
	}

	get language() {
		return this.#keys.lang;
	}

	/** The rooms, each {paths}: what a pair's readers share. */
	get rooms() {
		return this.#keys.rooms.filter((room) => room.key).map(({ pages }) => ({ paths: Object.keys(pages) }));
	}

	/** The files that the person can open, sealed: [path, bytes]. */
	files() {
		const blobs = this.#keys.rooms.flatMap(({ pages }) => Object.values(pages).map((name) => `b/${name}.age`));
		const own = ["identity", "keyring"].map((name) => `k/${this.#id}/${name}.age`);
		return Promise.all([...own, ...blobs].map(async (path) => [path, await fetchFile(path)]));
	}

	/** The text of the page at path, e.g. "/priya-sam/". Rejects with Gone if this person has none there. */
	async open(path) {
		try {
			return await this.#openOnce(path);
		} catch (error) {
			if (!(error instanceof Gone)) throw error;
			await this.load(); // the site may have changed since
			return this.#openOnce(path);
		}
	}

	// A page that was opened before is shown as it was, at once.
	#openOnce(path) {
		this.renew(path);
		const known = this.#opened.get(path);
		if (known) return known.text;
		const text = this.#fetch(path);
		this.#opened.set(path, { at: Date.now(), text });
		text.catch(() => this.#opened.delete(path));
		return text;
	}

	/** Asks for a page that was opened a while ago once more; changed is called if it is another by now. */
	renew(path) {
		const known = this.#opened.get(path);
		if (known && Date.now() - known.at > fresh) this.#refresh(path, known);
	}

	async #refresh(path, known) {
		known.at = Date.now();
		try {
			const text = this.#fetch(path);
			if ((await text) === (await known.text)) return;
			known.text = text;
		} catch (error) {
			if (!(error instanceof Gone)) return; // no network, perhaps; what was shown stays
			await this.load();
		}
		this.changed(path);
	}

	#fetch(path) {
		const room = this.#keys.rooms.find((r) => Object.hasOwn(r.pages, path));
		if (!room) return Promise.reject(new Gone());
		return fetchFile(`b/${room.pages[path]}.age`).then((sealed) => openPage(room.key || this.#identity, sealed));
	}

	/** What only this person sees of a pair, opened: [{id, kind, meeting, date, text}]; text is null if it cannot be opened. */
	async ownNotes(pair) {
		const text = await this.open(`/${pair}/own/`);
		if (this.#notes.get(pair)?.text !== text) this.#notes.set(pair, { text, notes: this.#openNotes(JSON.parse(text)) });
		return this.#notes.get(pair).notes;
	}

	/** Opens private notes by an identity too that the person had earlier, until the log is locked. */
	alsoBy(identity) {
		this.#earlier.push(identity);
		this.#notes.clear();
	}

	#openNotes(own) {
		return Promise.all(own.map(async ({ sealed, ...note }) => (sealed ? { ...note, text: await this.#openNote(sealed) } : note)));
	}

	async #openNote(sealed) {
		for (const identity of [this.#identity, ...this.#earlier]) {
			try {
				return await openNote(identity, sealed);
			} catch {
				// sealed to another identity of theirs
			}
		}
		return null;
	}
}
