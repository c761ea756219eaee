// The parts of the views that make a key: choosing a passphrase, and what is to be done with the key afterwards.
import { letterText, mailLink, travelling } from "./handback.js";
import { passes } from "./makekey.js";
import { make } from "./page.js";
import { bits, drawPassphrase, fingerprint, floor } from "./passphrase.js";
import { say } from "./texts.js";
import { ask } from "./worker.js";

/**
 * A form that takes a passphrase, one drawn at random or the person's own, and makes the key. request() gives what else the
 * Worker needs, or null when something is missing; done(key, passphrase) comes when it is made, failed(error) when not.
 */
export function passphraseForm(script, { before = [], request = () => ({}), done, failed }) {
	const field = make("input", { id: "new-passphrase", name: "password", type: "text", autocomplete: "new-password", autocapitalize: "none", spellcheck: "false", required: "", "aria-describedby": "strength" });
	const spelled = make("p", { class: "words spelled", "aria-hidden": "true" }); // where the field is too short for five words
	const strength = make("p", { id: "strength", role: "status" });
	const redraw = make("button", { type: "button", id: "redraw" }, say("otherWords"));
	const kept = make("input", { id: "kept", type: "checkbox", required: "" });
	const submit = make("button", { type: "submit" }, say("makeKey"));
	const wait = make("p", { class: "wait", role: "status" });
	const form = make(
		"form",
		{ class: "newkey", autocomplete: "on" },
		...before,
		make("label", { for: "new-passphrase" }, say("newPassword")),
		username(),
		spelled,
		make("div", { class: "field" }, field, redraw),
		strength,
		make("p", { class: "help" }, say("ownWords")),
		make("p", { class: "choice" }, kept, make("label", { for: "kept" }, say("kept")), make("span", { class: "help" }, say("keptHelp"))),
		submit,
		wait,
	);
	let drawn = "";
	const judge = () => {
		spelled.textContent = field.value;
		const strong = field.value === drawn || bits(field.value) >= floor;
		strength.textContent = say(field.value === drawn ? "strengthDrawn" : strong ? "strengthEnough" : "strengthLow");
		strength.classList.toggle("low", !strong);
		field.setCustomValidity(strong ? "" : say("strengthLow"));
	};
	const draw = () => {
		field.value = drawn = drawPassphrase();
		judge();
	};
	field.addEventListener("input", () => {
		kept.checked = false;
		judge();
	});
	redraw.addEventListener("click", () => {
		kept.checked = false;
		draw();
	});
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const more = request();
		if (!more) return;
		const passphrase = field.value;
		submit.disabled = true;
		form.setAttribute("aria-busy", "true");
		wait.textContent = say("making");
		try {
			const asked = { passphrase, ...(await more) };
			const key = await ask(script, asked, (seconds) => (wait.textContent = say("makingSlow", { n: Math.max(1, Math.ceil(seconds * passes(asked))) })));
			done(key, passphrase);
		} catch (error) {
			failed(error);
		} finally {
			submit.disabled = false;
			form.removeAttribute("aria-busy");
			wait.textContent = "";
		}
	});
	draw();
	return form;
}

/** A field that nobody sees, so that password managers have a name for the password. */
export function username() {
	const field = make("input", { class: "unseen", type: "text", name: "username", autocomplete: "username", readonly: "", tabindex: "-1", "aria-hidden": "true" });
	field.value = say("locked");
	return field;
}

/** What is to be done with a key that was made: send it, compare its words, keep a copy. to is "" when no address is known. */
export function afterwards(key, { token, to, passphrase }) {
	const text = letterText(say("mailSentence"), travelling({ token, ...key }));
	const area = make("textarea", { id: "key-text", readonly: "", rows: "5", spellcheck: "false" });
	area.value = text;
	area.addEventListener("focus", () => area.select());
	const copied = make("p", { role: "status", class: "help" });
	const copy = make("button", { type: "button", id: "copy" }, say("copy"));
	copy.addEventListener("click", async () => {
		try {
			await navigator.clipboard.writeText(text);
			copied.textContent = say("copied");
		} catch {
			area.focus();
			area.select();
			copied.textContent = say("copyByHand");
		}
	});
	const mail = to ? [make("p", {}, make("a", { id: "mail", class: "button", href: mailLink(to, say("mailSubject"), text) }, say("openMail")))] : [];
	return [
		make("section", { class: "keysheet" }, make("h2", {}, say("sendTitle")), make("p", {}, say(to ? "sendHow" : "sendHowPaste")), ...mail, make("h3", {}, say(to ? "noMailWindow" : "pasteTitle")), make("label", { for: "key-text", class: "help" }, say("pasteHow")), area, make("p", {}, copy), copied),
		fingerprintSheet(key.recipient, say("fingerprintHow")),
		make("section", { class: "keysheet" }, make("h2", {}, say("safeTitle")), make("p", {}, say("safeHow")), make("p", { class: "buttons" }, printButton(key, passphrase), saveButton(key)), make("p", { class: "help" }, say("saveHelp"))),
	];
}

/** The key in four words. */
export function fingerprintSheet(recipient, how) {
	return make("section", { class: "keysheet" }, make("h2", {}, say("fingerprintTitle")), make("p", { id: "fingerprint", class: "words" }, fingerprint(recipient)), make("p", { class: "help" }, how));
}

// Prints the passphrase and nothing else of the page.
function printButton(key, passphrase) {
	const button = make("button", { type: "button", id: "print" }, say("print"));
	button.addEventListener("click", () => {
		const paper = make("div", { id: "paper" }, make("h1", {}, say("paperTitle")), make("p", {}, location.host), make("p", { class: "words" }, passphrase), make("p", {}, `${say("fingerprintTitle")}: ${fingerprint(key.recipient)}`), make("p", {}, say("paperHow")));
		document.body.append(paper);
		print();
		paper.remove();
	});
	return button;
}

// Saves the key that was just made.
function saveButton(key) {
	const button = make("button", { type: "button", id: "save" }, say("save"));
	button.addEventListener("click", () => saveKey(key));
	return button;
}

/** Saves the identity as age's own tools read it. */
export function saveKey({ secret, recipient }) {
	const url = URL.createObjectURL(new Blob([`# ${say("fileNote")}\n# public key: ${recipient}\n${secret}\n`], { type: "text/plain" }));
	make("a", { href: url, download: "duolog-key.txt" }).click();
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
