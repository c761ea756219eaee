// One file with everything that the reader may open, still sealed, for times and places without a network.
import { base64 } from "@scure/base";

const inside = globalThis.document && JSON.parse(document.getElementById("sealed")?.textContent ?? "null");

/** Of the copy that this page is: {id, at}, whose it is and when it was taken. null where the page is not a copy. */
export const copied = inside && { id: inside.id, at: inside.at };

/** A file of the site out of the copy; undefined where there is none. */
export const fileOfCopy = (path) => (inside.files[path] ? base64.decode(inside.files[path]) : undefined);

/** Saves a copy: page is the one that it is made of, files are [path, bytes]. */
export function saveCopy(page, id, files) {
	const at = new Date().toISOString();
	const sealed = JSON.stringify({ id, at, files: Object.fromEntries(files.map(([path, bytes]) => [path, base64.encode(bytes)])) });
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([page.replace(">null</script>", () => `>${sealed}</script>`)], { type: "text/html" }));
	link.download = `1-1-${at.slice(0, 10)}.html`;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
