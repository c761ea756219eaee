// Passphrases take about a second of computing, so that happens in a Worker and the page stays alive. Both of our scripts are
// their own Worker.
import { NoRoom, makeRoom, scrypt } from "./scrypt.js";
import { Damaged, WrongKey } from "./seal.js";
import { scriptURL } from "./trusted.js";

/** The Worker's side: first an estimate of the wait in seconds, then to one request what work(request) resolves to. A request that is null says that one will come. */
export function answerRequests(work) {
	self.onmessage = async ({ data }) => {
		try {
			if (data) self.postMessage({ done: await work(data) });
			else makeRoom();
		} catch (error) {
			if (data) self.postMessage({ failed: error instanceof WrongKey ? "key" : error instanceof NoRoom ? "room" : "damaged" });
		}
	};
	self.postMessage({ seconds: estimate() });
}

// A 32nd of the work of one passphrase tells how long all of it takes on this machine, and lets the browser compile it.
function estimate() {
	const t = performance.now();
	scrypt("", "estimate", { N: 2 ** 12, r: 8, p: 1, dkLen: 32 });
	return ((performance.now() - t) * 32) / 1000;
}

let spare, seconds;

/** Starts a Worker for the next request, while its passphrase is being typed. */
export function warmUp(script) {
	spare = new Worker(scriptURL(script));
	spare.onmessage = ({ data }) => (seconds = data.seconds);
}

/** Says that a passphrase is being typed. Not before: the memory that it takes is a lot for a page that is only open. */
export const typing = () => spare?.postMessage(null);

const failures = { key: WrongKey, room: NoRoom };

/** The page's side. Calls onEstimate with the seconds that one passphrase takes, rejects with WrongKey, NoRoom or Damaged. */
export function ask(script, request, onEstimate) {
	return new Promise((resolve, reject) => {
		const worker = spare ?? new Worker(scriptURL(script));
		spare = undefined;
		if (seconds) onEstimate(seconds);
		const finish = (settle, value) => {
			worker.terminate();
			settle(value);
		};
		worker.onerror = () => finish(reject, new Damaged());
		worker.onmessage = ({ data }) => {
			if (data.seconds !== undefined) onEstimate(data.seconds);
			else if (data.failed) finish(reject, new (failures[data.failed] ?? Damaged)());
			else finish(resolve, data.done);
		};
		worker.postMessage(request);
	});
}
