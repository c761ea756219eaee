// The welcome page: makes a person's key and hands it back by mail. The link's fragment, which no server sees, says for whom:
// t the one-time token, to the address for the reply, l the language, and k, for who had a key before, where it lies.
import { learnKeyTexts } from "./keytexts.js";
import { afterwards, passphraseForm } from "./newkey.js";
import { make } from "./page.js";
import { Gone, fetchFile, whyNot } from "./ring.js";
import { WrongKey } from "./seal.js";
import { say, speak } from "./texts.js";
import { trust } from "./trusted.js";

const $ = (selector) => document.querySelector(selector);

/** Starts the page; script is this file's own address. */
export function welcome(script) {
	trust(script);
	learnKeyTexts();
	addEventListener("hashchange", () => show(script));
	show(script);
}

function readLink() {
	const values = new URLSearchParams(location.hash.slice(1));
	const matching = (name, form) => (form.test(values.get(name) ?? "") ? values.get(name) : "");
	return { token: matching("t", /^[a-z2-7]{16}$/), to: matching("to", /^[\w.+-]+@[\w.-]+$/), id: matching("k", /^[0-9a-f]{32}$/), language: values.get("l") ?? "" };
}

function show(script) {
	const link = readLink();
	speak(link.language, ...navigator.languages);
	document.title = say("welcomeTitle");
	const lead = (text) => [make("h1", { tabindex: "-1" }, say("welcomeTitle")), make("p", {}, say(text))];
	const trouble = make("p", { role: "alert", class: "trouble" });
	const impossible = !isSecureContext || !crypto.subtle ? "insecure" : link.token ? "" : "noToken";
	if (impossible) {
		$("#welcome").replaceChildren(...lead("welcomeLead"), trouble);
		trouble.textContent = say(impossible);
		return;
	}
	const old = link.id ? oldPassword(link.id) : { nodes: [], request: () => ({}) };
	const form = passphraseForm(script, {
		before: old.nodes,
		request: () => {
			trouble.textContent = "";
			return old.request();
		},
		done: (key, passphrase) => {
			$("#welcome").replaceChildren(make("h1", { tabindex: "-1" }, say("almost")), ...afterwards(key, { ...link, passphrase }));
			$("#welcome h1").focus();
			scrollTo(0, 0);
		},
		failed: (error) => (trouble.textContent = say(error instanceof WrongKey ? "oldWrong" : error instanceof Gone ? "oldGone" : whyNot(error))),
	});
	$("#welcome").replaceChildren(...lead(link.id ? "welcomeBack" : "welcomeLead"), make("section", { class: "keysheet" }, form, trouble));
}

// Who still knows the old password keeps the old key, and with it the private notes.
function oldPassword(id) {
	const field = make("input", { id: "old-passphrase", type: "password", autocomplete: "current-password", autocapitalize: "none", spellcheck: "false", required: "" });
	const row = make("div", { class: "row" }, make("label", { for: "old-passphrase" }, say("oldPassword")), field);
	const known = make("input", { id: "old-known", type: "radio", name: "old", value: "known", checked: "" });
	const lost = make("input", { id: "old-lost", type: "radio", name: "old", value: "lost" });
	const follow = () => {
		row.hidden = lost.checked;
		field.required = !lost.checked;
	};
	for (const choice of [known, lost]) choice.addEventListener("change", follow);
	return {
		nodes: [
			make(
				"fieldset",
				{},
				make("legend", {}, say("oldAsk")),
				make("p", { class: "choice" }, known, make("label", { for: "old-known" }, say("oldKnown")), make("span", { class: "help" }, say("oldKnownHelp"))),
				make("p", { class: "choice" }, lost, make("label", { for: "old-lost" }, say("oldLost")), make("span", { class: "help" }, say("oldLostHelp"))),
				row,
			),
		],
		request: () => (lost.checked ? {} : fetchFile(`../k/${id}/identity.age`).then((bytes) => ({ old: { wrapped: new TextDecoder().decode(bytes), passphrase: field.value } }))),
	};
}
