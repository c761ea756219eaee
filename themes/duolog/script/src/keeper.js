// Keeps the identity of who unlocked: over reloads and tabs of one session, or on this device if asked to.
//
// What is kept is the identity encrypted by a key that scripts cannot read out (IndexedDB), and the ciphertext apart from it:
// in sessionStorage, which dies with the browser's session, or beside the key for a remembered device.
const idle = 15 * 60 * 1000;
const slot = "duolog";
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(slot) : null;

/** Resolves to {id, identity} if someone is unlocked here, else to null. */
export async function recall() {
	try {
		const record = await database("readonly", (s) => s.get(slot));
		if (!record) return null;
		const note = record.remembered ?? readSession() ?? (await askOtherTabs());
		if (!note || (!record.remembered && Date.now() - note.seen > idle)) {
			await forget();
			return null;
		}
		const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: note.iv }, record.key, note.sealed);
		if (!record.remembered) writeSession(note);
		return { id: record.id, identity: new TextDecoder().decode(plain), remembered: !!record.remembered };
	} catch {
		return null; // storage is switched off, or holds what an older version left
	}
}

/** Keeps an identity; on the device beyond this session only if remember is true. */
export async function keep(id, identity, remember) {
	try {
		localStorage.setItem("duolog-id", id);
		const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
		const iv = crypto.getRandomValues(new Uint8Array(12));
		const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(identity)));
		const note = { iv, sealed, seen: Date.now() };
		await database("readwrite", (s) => s.put(remember ? { id, key, remembered: note } : { id, key }, slot));
		if (!remember) writeSession(note);
	} catch {
		// without storage a reload asks for the passphrase again
	}
}

/** Forgets everything but who used this device last. */
export async function forget() {
	try {
		sessionStorage.removeItem(slot);
		await database("readwrite", (s) => s.delete(slot));
	} catch {
		// nothing was kept
	}
}

/** What this device keeps for unlocking by passkey: {credential, wrapped}, or undefined. Lock leaves it; only the passkey opens it. */
export const passkeyOf = (id) => database("readonly", (s) => s.get(`passkey ${id}`)).catch(() => undefined);

/** Keeps or, without a record, removes what passkeyOf gives. */
export const keepPasskey = (id, record) => database("readwrite", (s) => (record ? s.put(record, `passkey ${id}`) : s.delete(`passkey ${id}`)));

/** Tells the other tabs to lock as well. */
export const tellOthers = () => channel?.postMessage("lock");

/** Who used this device last, or "". */
export function lastReader() {
	try {
		return localStorage.getItem("duolog-id") ?? "";
	} catch {
		return "";
	}
}

/** Calls lock after 15 minutes without a key or a touch, and when another tab locks. Returns a function that ends the watch. */
export function watch(remembered, lock) {
	let seen = Date.now();
	const touched = () => {
		if (Date.now() - seen > 20_000) writeSession({ ...readSession(), seen: Date.now() });
		seen = Date.now();
	};
	const check = () => {
		const latest = Math.max(seen, readSession()?.seen ?? 0);
		if (!remembered && Date.now() - latest > idle) lock();
	};
	const signs = ["pointerdown", "keydown", "scroll"];
	for (const sign of signs) addEventListener(sign, touched, { passive: true });
	document.addEventListener("visibilitychange", check);
	const timer = setInterval(check, 15_000);
	if (channel) channel.onmessage = ({ data }) => answerTab(data, lock);
	return () => {
		for (const sign of signs) removeEventListener(sign, touched);
		document.removeEventListener("visibilitychange", check);
		clearInterval(timer);
		if (channel) channel.onmessage = null;
	};
}

function answerTab(data, lock) {
	if (data === "lock") lock();
	else if (data === "ask" && readSession()) channel.postMessage({ session: sessionStorage.getItem(slot) });
}

function askOtherTabs() {
	if (!channel) return null;
	return new Promise((resolve) => {
		const give = (note) => {
			channel.onmessage = null;
			resolve(note);
		};
		channel.onmessage = ({ data }) => data.session && give(parseSession(data.session));
		channel.postMessage("ask");
		setTimeout(() => give(null), 150);
	});
}

const readSession = () => parseSession(sessionStorage.getItem(slot));

function parseSession(text) {
	if (!text) return null;
	const { iv, sealed, seen } = JSON.parse(text);
	return iv ? { iv: new Uint8Array(iv), sealed: new Uint8Array(sealed), seen } : null;
}

function writeSession({ iv, sealed, seen }) {
	if (iv) sessionStorage.setItem(slot, JSON.stringify({ iv: [...iv], sealed: [...sealed], seen }));
}

function database(mode, ask) {
	return new Promise((resolve, reject) => {
		const opening = indexedDB.open(slot, 1);
		opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
		opening.onerror = () => reject(opening.error);
		opening.onsuccess = () => {
			const transaction = opening.result.transaction("keys", mode);
			const request = ask(transaction.objectStore("keys"));
			transaction.oncomplete = () => {
				opening.result.close();
				resolve(request.result);
			};
			transaction.onerror = transaction.onabort = () => reject(transaction.error);
		};
	});
}
