// The one page of the site: locked, it is a password field; unlocked, it shows what the keyring opens.
import { copied, saveCopy } from "./copy.js";
import { forget, keep, keepPasskey, lastReader, passkeyOf, recall, tellOthers, watch } from "./keeper.js";
import { longDate, make, placeOwnNotes, preparePage } from "./page.js";
import { Gone, Ring, Unreachable, fetchFile, fetchKeyring, whyNot } from "./ring.js";
import { scryptAsync } from "./scrypt.js";
import { WrongKey, openPage, unwrapIdentity } from "./seal.js";
import { openSearch } from "./search.js";
import { language, say, sayIn, speak } from "./texts.js";
import { scriptURL, trust } from "./trusted.js";
import { ask, typing, warmUp } from "./worker.js";

const $ = (selector) => document.querySelector(selector);
let script, keysScript, ring, endWatch, pending;

export async function start(url) {
	script = url;
	const keys = $("meta[name=keys]"); // missing in a copy
	if (keys) keysScript = { url: new URL(keys.content, location.href).href, integrity: keys.dataset.integrity };
	trust(script, keysScript?.url);
	speak(...navigator.languages);
	const address = readAddress();
	$("#unlock").addEventListener("submit", submit);
	$("#passphrase").addEventListener("input", typing);
	$("#show").addEventListener("click", toggleShow);
	$("#passkey")?.addEventListener("click", usePasskey);
	addEventListener("hashchange", navigated);
	document.addEventListener("visibilitychange", cameBack);
	addEventListener("beforeprint", unfoldAll);
	addEventListener("afterprint", foldAgain);
	sayLocked(address.id);
	const impossible = !isSecureContext || !crypto.subtle ? "insecure" : "DecompressionStream" in globalThis ? "" : "old";
	if (impossible) return refuse(impossible);
	const kept = copied ? null : await recall();
	if (kept && (!address.id || kept.id === address.id)) return enter(kept.id, kept.identity, kept.remembered);
	if (script) warmUp(script);
	if (document.activeElement === document.body) $(reader() ? "#passphrase" : "#link").focus();
}

// A link from a mail is "#k=<id>" or "#k=<id>&/page/": who reads, and what. The id stays in the address until it is unlocked, so
// that a reload or a bookmark of the locked page still knows whose it is.
function readAddress() {
	const [, id = "", page = ""] = /^#k=([0-9a-f]{32})(?:&(\/.*))?$/.exec(location.hash) ?? [];
	if (id) pending = id;
	return { id, page };
}

function dropReader() {
	const { id, page } = readAddress();
	if (id) history.replaceState(null, "", page ? `#${page}` : location.pathname + location.search);
	pending = "";
}

const reader = () => copied?.id || pending || lastReader();

function sayLocked(id) {
	document.title = say("locked");
	sayIn(document);
	const known = id || reader();
	$("#reader").value = known ? known.slice(0, 8) : "";
	$("#link-row").hidden = !!known;
	$("#link").required = !known;
	offerPasskey(known);
}

async function offerPasskey(id) {
	if (keysScript) $("#passkey").hidden = !id || !globalThis.PublicKeyCredential || !(await passkeyOf(id));
}

async function usePasskey() {
	const id = reader();
	report("");
	busy(true);
	try {
		const [{ openByPasskey }, record] = await Promise.all([loadKeys(), passkeyOf(id)]);
		const identity = await openByPasskey(record);
		const keyring = await fetchKeyring(id);
		const fits = await openPage(identity, keyring).then(() => true, (error) => !(error instanceof WrongKey));
		if (!fits) {
			await keepPasskey(id);
			report("passkeyOld");
			offerPasskey(id);
		} else if (await enter(id, identity, false, keyring)) await keep(id, identity, false);
	} catch (error) {
		report(error instanceof Unreachable ? "offline" : "passkeyFailed");
		$("#passphrase").focus();
	} finally {
		busy(false);
	}
}

// The script that makes and keeps keys comes when it is asked for.
let keysLoading;

function loadKeys() {
	keysLoading ??= new Promise((resolve, reject) => {
		const element = make("script", { integrity: keysScript.integrity });
		element.onload = () => resolve(globalThis.duologKeys);
		element.onerror = () => {
			keysLoading = null;
			reject(new Unreachable());
		};
		element.src = scriptURL(keysScript.url);
		document.head.append(element);
	});
	return keysLoading;
}

function refuse(why) {
	$("#unlock").hidden = true;
	report(why);
}

function report(name) {
	const alert = $("#alert");
	alert.textContent = ""; // so that the same words are announced again
	requestAnimationFrame(() => (alert.textContent = name ? say(name) : ""));
}

function toggleShow() {
	const field = $("#passphrase");
	const visible = field.type === "text";
	field.type = visible ? "password" : "text";
	$("#show").textContent = say(visible ? "show" : "hide");
	$("#show").setAttribute("aria-pressed", String(!visible));
	field.focus();
}

async function submit(event) {
	event.preventDefault();
	const id = reader() || /[#&]k=([0-9a-f]{32})/.exec($("#link").value)?.[1];
	if (!id) return report("noLink");
	report("");
	busy(true);
	try {
		const wrapped = new TextDecoder().decode(await fetchFile(`k/${id}/identity.age`));
		const keyring = fetchKeyring(id); // comes while the passphrase is worked on
		keyring.catch(() => {});
		const identity = await unwrap(wrapped, $("#passphrase").value);
		const remember = !!$("#remember")?.checked;
		if ((await enter(id, identity, remember, keyring)) && !copied) await keep(id, identity, remember);
	} catch (error) {
		await failed(error);
	} finally {
		busy(false);
	}
}

function unwrap(wrapped, passphrase) {
	if (!script) return unwrapIdentity(wrapped, passphrase, scryptAsync); // a copy: files may have no Worker
	return ask(script, { wrapped, passphrase }, sayEstimate);
}

async function failed(error) {
	if (error instanceof Gone) {
		pending = "";
		$("#link-row").hidden = false;
		await forget(); // what this browser kept belongs to nobody here
	}
	report(error instanceof WrongKey ? "wrong" : error instanceof Gone ? "unknown" : whyNot(error));
	$("#passphrase").focus();
	$("#passphrase").select();
}

function busy(on) {
	$("#unlock").setAttribute("aria-busy", String(on));
	$("#unlock button[type=submit]").disabled = on;
	$("#wait").textContent = on ? say("opening") : "";
}

function sayEstimate(seconds) {
	if (seconds > 1.5) $("#wait").textContent = say("openingSlow", { n: Math.ceil(seconds) });
}

// Shows the log to whoever has this identity. Resolves to whether it could be opened.
async function enter(id, identity, remembered, keyring = fetchKeyring(id)) {
	try {
		ring = await new Ring(id, identity).load(keyring);
	} catch (error) {
		await failed(error instanceof WrongKey ? new Gone() : error); // another identity's keyring
		return false;
	}
	dropReader();
	ring.changed = (path) => (current === "/" || path === current || path === ownOf(current)) && show(true);
	endWatch = watch(remembered, () => lock("lockedIdle"));
	speak(ring.language, ...navigator.languages);
	$("#lock").hidden = true;
	$("#unlock").reset();
	report("");
	const frame = $("#frame").content.cloneNode(true);
	sayIn(frame);
	$("#app").replaceChildren(frame);
	$("#lock-now").addEventListener("click", () => {
		tellOthers();
		lock("lockedNow");
	});
	$("#search-open").addEventListener("click", () => openSearch($("#search"), ring));
	$("#search-close").addEventListener("click", () => $("#search").close());
	$("#skip").addEventListener("click", skip);
	$("#take-copy")?.addEventListener("click", takeCopy);
	if (copied) $("#taken").textContent = say("copyOf", { date: longDate(copied.at) });
	addEventListener("keydown", shortcut);
	await show();
	return true;
}

async function takeCopy({ target }) {
	const help = $("#take-help");
	target.disabled = true;
	try {
		const page = new TextDecoder().decode(await fetchFile(target.dataset.from));
		saveCopy(page, ring.id, await ring.files());
		help.textContent = say("taken");
	} catch {
		help.textContent = say("offline");
	}
	target.disabled = false;
}

function skip(event) {
	event.preventDefault();
	$("#page").focus();
}

// Who comes back to the tab, from the mail they just wrote perhaps, sees what changed meanwhile.
function cameBack() {
	if (document.visibilityState !== "visible" || !current) return;
	for (const path of current === "/" ? ring.rooms.map(homeOf) : [current]) {
		ring.renew(path);
		ring.renew(ownOf(path));
	}
}

function shortcut(event) {
	if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, dialog")) return;
	event.preventDefault();
	openSearch($("#search"), ring);
}

async function lock(why) {
	if (!ring) return;
	ring = null;
	current = null;
	ready.clear();
	cards.clear();
	endWatch();
	removeEventListener("keydown", shortcut);
	$("#app").replaceChildren();
	if (!pending) history.replaceState(null, "", location.pathname + location.search);
	await forget();
	speak(...navigator.languages);
	$("#lock").hidden = false;
	sayLocked();
	report(why);
	$("#passphrase").focus();
}

function navigated() {
	const { id } = readAddress();
	if (!ring) return sayLocked(id);
	if (id === ring.id) dropReader();
	if (!id || id === ring.id) return show();
	lock("lockedNow"); // another person's link
}

// An address is "#/page/" or "#/page/#place".
const placeOf = (hash) => /^#(\/[^#]*)?(?:#(.*))?$/.exec(hash) ?? ["", "/", ""];

let current;

// again: what is shown changed under the reader, who stays where they are.
async function show(again) {
	let [, path = "/", place] = placeOf(location.hash);
	if (path === "/" && ring.rooms.length === 1) path = homeOf(ring.rooms[0]);
	const here = ring;
	if (again || path !== current || !$("#page").childElementCount) {
		let content;
		try {
			content = path === keysPath ? await keysView() : path === "/" ? await startPage() : await logPage(path);
		} catch (error) {
			if (here !== ring) return;
			content = apology(error);
		}
		if (here !== ring) return; // locked in the meantime
		const opened = again ? foldsOpen() : [];
		current = path;
		$("#page").lang = content.lang;
		$("#page").replaceChildren(...content.nodes);
		document.title = content.title;
		$("#home").toggleAttribute("aria-current", path === "/");
		setTimeout(lookAhead, 200, path);
		for (const id of opened) document.getElementById(id)?.querySelector(".fold")?.setAttribute("open", "");
		if (again) return;
		$(".head [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
		if (!place) arrive($("#page h1"));
	}
	if (place) arrive(document.getElementById(place));
}

// The meetings and surveys that the reader opened.
const foldsOpen = () => [...document.querySelectorAll(".fold[open]")].map((fold) => fold.closest("[id]").id);

// Paper has no folds.
let unfolded = [];

function unfoldAll() {
	unfolded.push(...document.querySelectorAll(".fold:not([open]), .rest:not([open])"));
	for (const fold of unfolded) fold.open = true;
}

function foldAgain() {
	for (const fold of unfolded.splice(0)) fold.open = false;
}

// No pair's id begins with "~".
const keysPath = "/~keys/";

async function keysView() {
	const { showKeys } = await loadKeys();
	return showKeys(ring);
}

const ownOf = (path) => `/${path?.split("/")[1]}/own/`;
const homeOf = (room) => room.paths.find((p) => /^\/[^/]+\/$/.test(p));

function arrive(element) {
	for (const marked of document.querySelectorAll(".arrived")) marked.classList.remove("arrived");
	if (!element) return;
	(element.closest("details") ?? element.querySelector(".fold"))?.setAttribute("open", "");
	element.tabIndex = -1;
	element.focus({ preventScroll: true });
	if (element.matches("h1")) scrollTo(0, 0);
	else {
		element.classList.add("arrived");
		element.scrollIntoView({ block: "center" });
	}
}

function apology(error) {
	const why = error instanceof Gone ? "gone" : whyNot(error);
	return { title: say("locked"), lang: language, nodes: [make("h1", {}, say("home")), make("p", { role: "alert" }, say(why))] };
}

// Pages that were shown, and the other pages of the log at hand, stay ready: opened, parsed, with the reader's notes in their places.
const ready = new Map();
const mostReady = 30;

async function lookAhead(path) {
	const here = ring;
	for (const page of here?.rooms.find(({ paths }) => paths.includes(path))?.paths ?? []) {
		if (page !== path) await logPage(page, here).catch(() => {});
		await new Promise((done) => setTimeout(done));
		if (here !== ring || path !== current) return;
	}
}

async function logPage(path, here = ring) {
	const [text, notes] = await Promise.all([here.open(path), here.ownNotes(path.split("/")[1])]);
	const day = today();
	const known = ready.get(path);
	if (known?.text === text && known.notes === notes && known.day === day) return known;
	const doc = preparePage(text, path, here.person);
	doc.querySelector(".card")?.remove();
	placeOwnNotes(doc, notes);
	const page = { text, notes, day, title: doc.title, lang: doc.documentElement.lang, nodes: [...document.adoptNode(doc.body).childNodes] };
	ready.delete(path);
	if (here === ring) ready.set(path, page);
	if (ready.size > mostReady) ready.delete(ready.keys().next().value);
	return page;
}

// On another day other dates are over.
const today = () => new Date().toDateString();

// The start page: what I promised, what waits for my answer, then the card in each pair's log, the one that meets next first.
async function startPage() {
	const here = ring;
	const all = await Promise.all(here.rooms.map((room) => cardOf(homeOf(room), here)));
	all.sort((a, b) => ((a.dataset.next || "9") < (b.dataset.next || "9") ? -1 : 1));
	const mine = (of) => all.flatMap((card) => [...card.querySelectorAll(`${of} > .mine`)]);
	const promised = mine(".actions").sort((a, b) => (dueOf(a) < dueOf(b) ? -1 : 1));
	const waiting = mine(".waiting");
	for (const card of all) for (const list of card.querySelectorAll(".items")) list.remove();
	const title = say("hello", { name: ring.name.split(" ")[0] });
	return {
		title: say("home"),
		lang: language,
		nodes: [
			make("h1", {}, title),
			part("mine", promised.length ? itemsOf(promised) : make("p", { class: "quiet" }, say("nothingOpen"))),
			...(waiting.length ? [part("waiting", itemsOf(waiting))] : []),
			make("section", { class: "cards", "aria-labelledby": "cards" }, make("h2", { id: "cards" }, say("home")), ...(all.length ? all : [make("p", {}, say("empty"))])),
		],
	};
}

const part = (name, content) => make("section", { class: "mine-all", "aria-labelledby": name }, make("h2", { id: name }, say(name)), content);

const cards = new Map();

// The page asks both for a survey until it opens; what only this person sees tells whether they still have to answer.
async function cardOf(path, here) {
	const [text, notes] = await Promise.all([here.open(path), here.ownNotes(path.split("/")[1])]);
	const day = today();
	let known = cards.get(path);
	if (known?.text !== text || known.day !== day) known = { text, day, card: preparePage(text, path, here.person).querySelector(".card") };
	if (here === ring) cards.set(path, known);
	const card = known.card.cloneNode(true);
	card.hidden = false;
	for (const survey of card.querySelectorAll("[data-survey]")) if (!notes.some(({ kind, id }) => kind === "asked" && id === survey.dataset.survey)) survey.remove();
	return card;
}

// A long list shows its beginning.
function itemsOf(items, most = 6) {
	const list = (some) => make("ul", { class: "items actions" }, ...some);
	const sheet = make("div", { class: "sheet" }, list(items.slice(0, most)));
	if (items.length > most) sheet.append(make("details", { class: "rest" }, make("summary", {}, say("moreItems", { n: items.length - most })), list(items.slice(most))));
	return sheet;
}

const dueOf = (item) => item.querySelector("time[data-due]")?.dateTime ?? "9";
