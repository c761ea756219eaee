// Opening a wrapped identity takes about a second of computing, so it happens in a Worker and the page stays alive.
import { scrypt, scryptAsync } from "@noble/hashes/scrypt.js";
import { Damaged, WrongKey, unwrapIdentity } from "./seal.js";
import { scriptURL } from "./trusted.js";

/** The Worker's side: one request, first an estimate of the wait in seconds, then the outcome. */
export function answerRequests() {
	self.onmessage = async ({ data }) => {
		self.postMessage({ seconds: estimate() });
		try {
			self.postMessage({ identity: await unwrapIdentity(data.wrapped, data.passphrase) });
		} catch (error) {
			self.postMessage({ failed: error instanceof WrongKey ? "key" : "damaged" });
		}
	};
}

// A 32nd of the work tells how long all of it takes on this machine.
function estimate() {
	const t = performance.now();
	scrypt("", "estimate", { N: 2 ** 12, r: 8, p: 1, dkLen: 32 });
	return ((performance.now() - t) * 32) / 1000;
}

/** The page's side. Calls onEstimate with seconds, resolves to the identity, rejects with WrongKey or Damaged. */
export function unwrap(script, wrapped, passphrase, onEstimate) {
	if (!script) return unwrapIdentity(wrapped, passphrase, scryptAsync); // a copy: files may have no Worker
	return new Promise((resolve, reject) => {
		const worker = new Worker(scriptURL(script));
		const finish = (settle, value) => {
			worker.terminate();
			settle(value);
		};
		worker.onerror = () => finish(reject, new Damaged());
		worker.onmessage = ({ data }) => {
			if (data.seconds !== undefined) onEstimate(data.seconds);
			else if (data.identity) finish(resolve, data.identity);
			else finish(reject, data.failed === "key" ? new WrongKey() : new Damaged());
		};
		worker.postMessage({ wrapped, passphrase });
	});
}
