// "Password and keys": what an unlocked person may do with their key.
import { identityToRecipient } from "age-encryption";
import { keepPasskey, passkeyOf } from "./keeper.js";
import { learnKeyTexts } from "./keytexts.js";
import { afterwards, fingerprintSheet, passphraseForm, saveButton } from "./newkey.js";
import { make } from "./page.js";
import { makePasskey, passkeysWork } from "./passkey.js";
import { language, say, speak } from "./texts.js";

let script;

/** Says which file this script is. */
export const useScript = (url) => (script = url);

/** The view for a ring that is open: {title, lang, nodes}. */
export async function showKeys(ring) {
	learnKeyTexts();
	speak(ring.language, ...navigator.languages);
	const key = { secret: ring.identity, recipient: await identityToRecipient(ring.identity) };
	return {
		title: say("keys"),
		lang: language,
		nodes: [make("h1", {}, say("keys")), fingerprintSheet(key.recipient, say("yourKeyHow")), changeSheet(ring), await passkeySheet(ring), fileSheet(key)],
	};
}

function changeSheet(ring) {
	const sheet = make("section", { class: "keysheet", id: "change" }, make("h2", {}, say("changeTitle")), make("p", {}, say("changeHow")));
	const alert = make("p", { role: "alert", class: "trouble" });
	const begin = make("button", { type: "button", id: "change-begin" }, say("changeBegin"));
	begin.addEventListener("click", () => {
		const form = passphraseForm(script, {
			request: () => ({ identity: ring.identity }),
			done: (made, passphrase) => {
				const nodes = afterwards(made, { to: ring.mail, passphrase });
				sheet.replaceWith(...nodes);
				nodes[0].querySelector("h2").tabIndex = -1;
				nodes[0].querySelector("h2").focus();
			},
			failed: () => (alert.textContent = say("damaged")),
		});
		begin.replaceWith(form);
		form.querySelector("input").focus();
	});
	sheet.append(begin, alert);
	return sheet;
}

async function passkeySheet(ring) {
	const sheet = make("section", { class: "keysheet", id: "passkey-sheet" }, make("h2", {}, say("passkeyTitle")), make("p", {}, say("passkeyHow")));
	if (!passkeysWork()) {
		sheet.append(make("p", { class: "help" }, say("passkeyImpossible")));
		return sheet;
	}
	const state = make("p", { role: "status" });
	const button = make("button", { type: "button", id: "passkey-toggle" });
	const alert = make("p", { role: "alert", class: "trouble" });
	let has = !!(await passkeyOf(ring.id));
	const tell = () => {
		state.textContent = say(has ? "passkeyThere" : "passkeyNone");
		button.textContent = say(has ? "passkeyRemove" : "passkeyAdd");
	};
	button.addEventListener("click", async () => {
		alert.textContent = "";
		button.disabled = true;
		try {
			await keepPasskey(ring.id, has ? undefined : await makePasskey(`${ring.name}, ${say("locked")}`, ring.identity));
			has = !has;
			tell();
		} catch {
			alert.textContent = say("passkeyTrouble");
		} finally {
			button.disabled = false;
		}
	});
	tell();
	sheet.append(state, button, alert);
	return sheet;
}

function fileSheet(key) {
	return make("section", { class: "keysheet" }, make("h2", {}, say("fileTitle")), make("p", {}, say("fileHow")), saveButton(key), make("p", { class: "help" }, say("saveHelp")));
}
