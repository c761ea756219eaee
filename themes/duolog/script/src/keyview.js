// "Password and keys": what an unlocked person may do with their key.
import { identityToRecipient } from "age-encryption";
import { keepPasskey, passkeyOf } from "./keeper.js";
import { learnKeyTexts } from "./keytexts.js";
import { afterwards, fingerprintSheet, passphraseForm, saveKey, username } from "./newkey.js";
import { make } from "./page.js";
import { makePasskey, passkeysWork } from "./passkey.js";
import { fetchFile, whyNot } from "./ring.js";
import { WrongKey } from "./seal.js";
import { language, say, speak } from "./texts.js";
import { ask } from "./worker.js";

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
		nodes: [make("h1", {}, say("keys")), fingerprintSheet(key.recipient, say("yourKeyHow")), changeSheet(ring), await passkeySheet(ring), fileSheet(ring, key), ...(await earlierSheet(ring))],
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
			failed: (error) => (alert.textContent = say(whyNot(error))),
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

// Whoever finds the log open cannot carry the key away: saving it takes the password.
function fileSheet(ring, key) {
	const field = make("input", { id: "file-passphrase", type: "password", autocomplete: "current-password", autocapitalize: "none", spellcheck: "false", required: "" });
	const button = make("button", { type: "submit", id: "save" }, say("save"));
	const wait = make("p", { role: "status", class: "wait" });
	const trouble = make("p", { role: "alert", class: "trouble" });
	const form = make("form", { class: "newkey" }, make("label", { for: "file-passphrase" }, say("filePassword")), username(), field, button, wait, trouble);
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		trouble.textContent = "";
		wait.textContent = say("opening");
		button.disabled = true;
		try {
			const wrapped = new TextDecoder().decode(await fetchFile(`k/${ring.id}/identity.age`));
			const secret = await ask(script, { open: { wrapped, passphrase: field.value } }, (seconds) => (wait.textContent = say("openingSlow", { n: Math.ceil(seconds) })));
			if (secret !== key.secret) throw new WrongKey(); // the password has a new key by now
			saveKey(key);
			form.reset();
		} catch (error) {
			trouble.textContent = say(error instanceof WrongKey ? "fileWrong" : whyNot(error));
			field.focus();
		} finally {
			wait.textContent = "";
			button.disabled = false;
		}
	});
	return make("section", { class: "keysheet", id: "file-sheet" }, make("h2", {}, say("fileTitle")), make("p", {}, say("fileHow")), form, make("p", { class: "help" }, say("saveHelp")));
}

// Who lost the password and got a new key may have saved the old one: it opens the private notes of that time. There is such a
// sheet only where notes are closed.
async function earlierSheet(ring) {
	const closed = async () => {
		const notes = await Promise.all(ring.rooms.map(({ paths }) => ring.ownNotes(paths[0].split("/")[1])));
		return notes.flat().filter((note) => note.text === null).length;
	};
	let left = await closed().catch(() => 0);
	if (!left) return [];
	const how = make("p", {});
	const state = make("p", { role: "status" });
	const trouble = make("p", { role: "alert", class: "trouble" });
	const input = make("input", { id: "key-file", type: "file", accept: ".txt,text/plain" });
	const tell = () => (how.textContent = say("earlierHow", { n: left }));
	input.addEventListener("change", async () => {
		state.textContent = trouble.textContent = "";
		const text = await input.files[0]?.slice(0, 1 << 16).text();
		const [secret] = /AGE-SECRET-KEY-1[0-9A-Z]{58}/.exec(text ?? "") ?? [];
		if (!secret) return (trouble.textContent = say("earlierNoKey"));
		ring.alsoBy(secret);
		const opened = left - (await closed());
		if (!opened) return (trouble.textContent = say("earlierNone"));
		left -= opened;
		tell();
		state.textContent = say("earlierOpen", { n: opened });
	});
	tell();
	return [make("section", { class: "keysheet", id: "earlier" }, make("h2", {}, say("earlierTitle")), how, make("label", { for: "key-file" }, say("keyFile")), input, state, trouble)];
}
