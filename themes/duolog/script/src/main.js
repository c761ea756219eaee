// The script of the log: opens a person's keyring by their passphrase, then the pages that the keyring names.
// It is the counterpart of the Go package site/seal. The same file runs as the page's script and as its Worker.
import { answerRequests } from "./unwrap.js";
import { start } from "./shell.js";

if (typeof document === "undefined") {
	answerRequests();
} else {
	start(document.currentScript.src);
}
