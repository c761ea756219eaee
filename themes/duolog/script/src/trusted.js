// The one Trusted Types policy of the site. Text becomes a document here and nowhere else.
let own;
const policy =
	globalThis.trustedTypes?.createPolicy("duolog", {
		createHTML: (html) => html,
		createScriptURL: (url) => {
			if (url !== own) throw new TypeError("not our script");
			return url;
		},
	}) ?? { createHTML: (html) => html, createScriptURL: (url) => url };

/** The address of our own script, for a Worker; the first caller decides which that is. */
export function scriptURL(url) {
	own ??= url;
	return policy.createScriptURL(url);
}

const forbidden = "script, style, link, meta, img, base, iframe, frame, object, embed, template, form, input, button";
const schemes = /^(https?:|mailto:|tel:|#|\/)/i;

/** Parses an opened page into a document that can run, load and submit nothing, even if a template had let something in. */
export function parsePage(html) {
	const doc = new DOMParser().parseFromString(policy.createHTML(html), "text/html");
	for (const element of doc.body.querySelectorAll(forbidden)) element.remove();
	for (const element of doc.body.querySelectorAll("*")) {
		for (const { name, value } of [...element.attributes]) {
			if (name.startsWith("on") || name === "style" || name === "srcset") element.removeAttribute(name);
			else if (/^(href|src|xlink:href|action)$/.test(name) && !schemes.test(value.trim())) element.removeAttribute(name);
		}
	}
	return doc;
}
