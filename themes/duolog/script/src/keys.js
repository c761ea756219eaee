// The script that makes and keeps keys: all of the welcome page, and in the log what "Password and keys" shows. It is its own
// Worker too.
import { showKeys, useScript } from "./keyview.js";
import { makeKey } from "./makekey.js";
import { openByPasskey } from "./passkey.js";
import { unwrapIdentity } from "./seal.js";
import { welcome } from "./welcome.js";
import { answerRequests } from "./worker.js";

if (typeof document === "undefined") {
	answerRequests(({ open, ...request }) => (open ? unwrapIdentity(open.wrapped, open.passphrase) : makeKey(request)));
} else {
	useScript(document.currentScript.src);
	globalThis.duologKeys = { showKeys, openByPasskey };
	if (document.querySelector("#welcome")) welcome(document.currentScript.src);
}
