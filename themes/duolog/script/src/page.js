// Turns an opened page into what this reader sees: their links, their dates, their private notes.
import { language, say } from "./texts.js";
import { parsePage } from "./trusted.js";

/** Makes an element: make("p", {class: "x"}, "text", child). */
export function make(name, attributes = {}, ...children) {
	const element = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, value);
	element.append(...children);
	return element;
}

/** Parses the page at path and prepares it for the reader. Returns its document. */
export function preparePage(html, path, person) {
	const doc = parsePage(html);
	tellLinks(doc, path);
	for (const element of doc.querySelectorAll("[data-person]")) element.classList.toggle("mine", element.dataset.person === person);
	for (const time of doc.querySelectorAll("time[data-due]")) markDue(time);
	for (const time of doc.querySelectorAll("time[data-local]")) addLocalTime(time);
	return doc;
}

// Pages link to each other by path; here a path lives behind the "#" of the one address that the server knows.
function tellLinks(doc, path) {
	for (const link of doc.querySelectorAll("a[href]")) {
		const href = link.getAttribute("href");
		if (href.startsWith("#")) link.setAttribute("href", `#${path}${href}`);
		else if (href.startsWith("/")) link.setAttribute("href", `#${href}`);
		else link.setAttribute("rel", "noopener noreferrer");
	}
}

// Pages do not know what day it is when they are read, so that they need not change when nothing was said.
function markDue(time) {
	const days = daysUntil(time.dateTime);
	const item = time.closest("[data-item]");
	if (days < 0) {
		item?.classList.add("overdue");
		time.after(" ", make("span", { class: "flag" }, say("overdue")));
	} else if (days < 2) {
		time.after(" ", make("span", { class: "flag soon" }, say(days === 0 ? "today" : "tomorrow")));
	}
}

function daysUntil(date) {
	const now = new Date();
	return Math.round((Date.parse(date) - Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())) / 86_400_000);
}

function addLocalTime(time) {
	const at = new Date(time.dateTime);
	const local = new Intl.DateTimeFormat(locale(), { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
	const wall = /T(\d\d):(\d\d)/.exec(time.dateTime);
	const same = at.getHours() === Number(wall[1]) && at.getMinutes() === Number(wall[2]);
	if (!same) time.after(" ", make("span", { class: "local" }, say("yourTime", { time: local })));
}

/** Puts the reader's own notes into the meetings that they belong to, or at the top of the page where there is none. */
export function placeOwnNotes(root, notes) {
	for (const note of notes) {
		if (note.kind === "asked") continue;
		if (note.kind === "survey") {
			root.querySelector(".own-surveys")?.append(ownAnswers(root, note));
			continue;
		}
		const place = root.querySelector(`[data-meeting="${CSS.escape(note.meeting ?? "")}"] .own-notes`);
		place?.append(privateNote(note));
	}
}

// What the reader answered in a survey that the other side has not answered yet.
function ownAnswers(root, { id, from, to, until, answers }) {
	const asked = (question) => root.querySelector(`[data-question="${CSS.escape(question)}"]`)?.textContent ?? "";
	const said = ({ text, value, said }) => [value && `${value}/5`, said === "in-person" ? say("inPerson") : text].filter(Boolean).join(" – ") || "–";
	return make(
		"section",
		{ class: "private", "data-item": id, "data-kind": "private", id: `own-${id}`, "data-date": to },
		make("h2", {}, `${say("ownAnswers")} `, make("span", { class: "quiet" }, months(from, to))),
		make("p", { class: "private-mark" }, until ? say("ownUntil", { date: shortDate(until) }) : say("ownBlind")),
		make("dl", { class: "answers" }, ...answers.flatMap((a) => [make("dt", {}, asked(a.question)), make("dd", { class: "text" }, said(a))])),
	);
}

function privateNote({ id, text, kind, date }) {
	const title = kind === "unsorted" ? "unsorted" : "private";
	return make(
		"div",
		{ class: "private", role: "note", "data-item": id, "data-kind": "private", id: `own-${id.toLowerCase()}` },
		make("p", { class: "private-mark" }, make("strong", {}, say(title)), " ", make("span", {}, say(`${title}Help`)), " ", date ? make("time", { datetime: date }, shortDate(date)) : ""),
		make("p", { class: "text" }, text ?? say("lost")),
	);
}

// Day before month, as the pages have it.
const locale = () => (language === "en" ? "en-GB" : language);

const months = (from, to) => new Intl.DateTimeFormat(locale(), { month: "long", year: "numeric", timeZone: "UTC" }).formatRange(new Date(from), new Date(to));

export const longDate = (at) => new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(new Date(at));

const shortDate = (date) => new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(date));
