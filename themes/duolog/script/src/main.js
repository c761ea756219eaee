// The script of the log: opens a person's keyring by their passphrase, then the pages that the keyring names.
// It is the counterpart of the Go package site/seal. The same file runs as the page's script and as its Worker.
// What few people need, making and keeping keys, is in a script of its own: keys.js.
import { unwrapIdentity } from "./seal.js";
import { start } from "./shell.js";
import { answerRequests } from "./worker.js";

if (typeof document === "undefined") {
	answerRequests(({ wrapped, passphrase }) => unwrapIdentity(wrapped, passphrase));
} else {
	start(document.currentScript.src);
}
