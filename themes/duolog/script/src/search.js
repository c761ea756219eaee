// Searches all that the reader can open. The words never leave the browser, and no index of them exists anywhere else.
import { make, placeOwnNotes } from "./page.js";
import { say } from "./texts.js";
import { parsePage } from "./trusted.js";

const shown = 50;

export class Search {
	#ring;
	#entries;

	constructor(ring) {
		this.#ring = ring;
	}

	/** Reads every page once. */
	async read() {
		this.#entries ??= this.#readAll();
		return this.#entries;
	}

	async #readAll() {
		const rooms = await Promise.all(this.#ring.rooms.map((room) => this.#readRoom(room)));
		return rooms.flat();
	}

	async #readRoom({ paths }) {
		const searched = paths.filter((path) => !path.endsWith("/insights/"));
		const notes = await this.#ring.ownNotes(paths[0].split("/")[1]);
		const pages = await Promise.all(searched.map(async (path) => ({ path, doc: parsePage(await this.#ring.open(path)) })));
		const found = new Map();
		for (const { path, doc } of pages) {
			doc.querySelector(".card")?.remove();
			placeOwnNotes(doc, notes);
			for (const item of doc.querySelectorAll("[data-item]")) {
				const entry = entryOf(item, path, doc.title);
				if (!found.has(entry.key)) found.set(entry.key, entry);
			}
		}
		return [...found.values()];
	}

	/** The entries that contain every word, newest first. */
	async find(query) {
		const wanted = fold(query).split(/\s+/).filter(Boolean);
		if (!wanted.length) return [];
		const entries = await this.read();
		return entries.filter((e) => wanted.every((w) => e.folded.includes(w))).sort((a, b) => (a.date < b.date ? 1 : -1));
	}
}

function entryOf(item, path, pair) {
	const text = (item.querySelector(".text") ?? item).textContent.replace(/\s+/g, " ").trim();
	const rest = item.textContent.replace(/\s+/g, " ");
	const date = item.closest("[data-date]")?.dataset.date ?? "";
	const when = item.closest("[data-date]")?.dataset.title ?? "";
	const kind = item.dataset.label ?? say("private");
	return { key: `${item.dataset.item} ${text}`, text, kind, date, when, pair, href: `#${path}#${item.id}`, folded: fold(`${rest} ${pair} ${when}`) };
}

/** Letters as a searcher types them: without case and accents. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/ß/g, "ss");

/** Ties a dialog with an input, a status and a list to a search. */
export function openSearch(dialog, ring) {
	const input = dialog.querySelector("input");
	const list = dialog.querySelector("ol");
	const status = dialog.querySelector("[role=status]");
	const search = new Search(ring);
	const show = async () => {
		const query = input.value;
		status.textContent = query.trim() ? say("searching") : say("searchHint");
		const hits = await search.find(query);
		if (query !== input.value) return;
		list.replaceChildren(...hits.slice(0, shown).map(hit));
		if (query.trim()) status.textContent = summary(hits.length);
	};
	input.oninput = show;
	list.onclick = (event) => event.target.closest("a") && dialog.close();
	dialog.onkeydown = (event) => moveThrough(event, input, list);
	input.value = "";
	list.replaceChildren();
	dialog.showModal();
	show();
	search.read();
}

function summary(n) {
	if (!n) return say("noHits");
	return say("hits", { n }) + (n > shown ? ` · ${say("more", { n: shown })}` : "");
}

function hit({ text, kind, when, pair, href }) {
	return make("li", {}, make("a", { href }, make("span", { class: "hit" }, text), make("span", { class: "where" }, [kind, pair, when].filter(Boolean).join(" · "))));
}

// Arrow keys walk through what was found, as in any search field.
function moveThrough(event, input, list) {
	const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (!step) return;
	event.preventDefault();
	const stops = [input, ...list.querySelectorAll("a")];
	stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))].focus();
}
