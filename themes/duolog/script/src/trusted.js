// The one Trusted Types policy of the site. Text becomes a document here and nowhere else; both of our scripts share it.
const shared = Symbol.for("duolog.policy");

/** Says once, before anything else runs, which addresses our scripts have. */
export function trust(...scripts) {
	const rules = {
		createHTML: (html) => html,
		createScriptURL: (url) => {
			if (!scripts.includes(url)) throw new TypeError("not our script");
			return url;
		},
	};
	globalThis[shared] ??= globalThis.trustedTypes?.createPolicy("duolog", rules) ?? rules;
}

/** The address of one of our own scripts, for a Worker or an element. */
export const scriptURL = (url) => globalThis[shared].createScriptURL(url);

const forbidden = "script, style, link, meta, img, base, iframe, frame, object, embed, template, form, input, button";
const schemes = /^(https?:|mailto:|tel:|#|\/)/i;

/** Parses an opened page into a document that can run, load and submit nothing, even if a template had let something in. */
export function parsePage(html) {
	const doc = new DOMParser().parseFromString(globalThis[shared].createHTML(html), "text/html");
	for (const element of doc.body.querySelectorAll(forbidden)) element.remove();
	for (const element of doc.body.querySelectorAll("*")) {
		for (const name of element.getAttributeNames()) {
			if (name.startsWith("on") || name === "style" || name === "srcset") element.removeAttribute(name);
			else if (/^(href|src|xlink:href|action)$/.test(name) && !schemes.test(element.getAttribute(name).trim())) element.removeAttribute(name);
		}
	}
	return doc;
}
