// What the shell itself says, in the languages of its readers. Pages come from Hugo in their reader's language already.
const texts = {
	en: {
		locked: "Private log",
		prompt: "Password",
		link: "Your link",
		linkHelp: "This browser does not know you yet. Open the log by the link in any of your 1:1 mails, or paste that link here.",
		remember: "Remember this device",
		rememberHelp: "Opens here without a password until you lock it. Only on a device of your own.",
		unlock: "Unlock",
		show: "Show",
		hide: "Hide",
		opening: "Opening …",
		openingSlow: "Opening. This device needs about {n} seconds.",
		wrong: "That password does not open this log. Please try again.",
		noLink: "Please paste the link from one of your 1:1 mails.",
		unknown: "This link belongs to nobody here. Please use the link in your latest 1:1 mail.",
		damaged: "What the server sent is altered or damaged, so it was not opened. Please tell whoever runs this log.",
		offline: "The log cannot be reached. Are you online?",
		insecure: "This page was not loaded over a safe connection (https://), so the browser refuses to open sealed pages. Please use the https:// address.",
		old: "This browser is too old to open sealed pages. Please update it, or use another one.",
		gone: "There is no such page, or not any more.",
		lockedNow: "Locked.",
		lockedIdle: "Locked after 15 minutes without use.",
		home: "All 1:1s",
		search: "Search",
		searchAll: "Search everything you can read",
		searchHint: "Topics, notes, agreements, actions",
		searching: "Reading your logs …",
		noHits: "Nothing found.",
		hits: "{n} found",
		more: "The first {n} are shown.",
		close: "Close",
		lock: "Lock",
		skip: "Skip to content",
		hello: "Hello {name}",
		empty: "No log is open to you yet.",
		mine: "Your open actions",
		waiting: "Waits for you",
		takeCopy: "Take a copy",
		takeHelp: "One file that opens without a network, with your password.",
		taken: "The copy is among your downloads. It opens with your password.",
		copyOf: "This is a copy of {date}. The log itself may know more by now.",
		moreItems: "{n} more",
		nothingOpen: "Nothing open. Well done.",
		overdue: "overdue",
		today: "today",
		tomorrow: "tomorrow",
		yourTime: "{time} where you are",
		private: "Private note",
		privateHelp: "Only you can open this.",
		unsorted: "Not sorted",
		unsortedHelp: "Only you see this.",
		ownAnswers: "Your answers",
		ownUntil: "Only you see this until both of you have answered, or until {date}.",
		ownBlind: "Only you see this until both of you have answered.",
		inPerson: "rather talk about it",
		lost: "Sealed to an earlier key of yours. If you saved that key file, choose it under “Password and keys”.",
		keys: "Password and keys",
		passkey: "Unlock with passkey",
		passkeyFailed: "The passkey did not open the log. Please use your password.",
		passkeyOld: "Your password was changed to a new key since, so the passkey no longer fits. Please use your password, and add the passkey again.",
	},
	de: {
		locked: "Privates Protokoll",
		prompt: "Passwort",
		link: "Dein Link",
		linkHelp: "Dieser Browser kennt dich noch nicht. Öffne das Protokoll über den Link in einer deiner 1:1-Mails, oder füge ihn hier ein.",
		remember: "Dieses Gerät merken",
		rememberHelp: "Öffnet hier ohne Passwort, bis du sperrst. Nur auf einem eigenen Gerät.",
		unlock: "Öffnen",
		show: "Zeigen",
		hide: "Verbergen",
		opening: "Wird geöffnet …",
		openingSlow: "Wird geöffnet. Dieses Gerät braucht etwa {n} Sekunden.",
		wrong: "Dieses Passwort öffnet das Protokoll nicht. Bitte versuche es noch einmal.",
		noLink: "Bitte füge den Link aus einer deiner 1:1-Mails ein.",
		unknown: "Dieser Link gehört hier niemandem. Bitte nimm den Link aus deiner neuesten 1:1-Mail.",
		damaged: "Was der Server geschickt hat, ist verändert oder beschädigt und wurde nicht geöffnet. Bitte sag es denen, die das Protokoll betreiben.",
		offline: "Das Protokoll ist nicht erreichbar. Bist du online?",
		insecure: "Diese Seite kam nicht über eine sichere Verbindung (https://), deshalb öffnet der Browser keine versiegelten Seiten. Bitte nimm die Adresse mit https://.",
		old: "Dieser Browser ist zu alt für versiegelte Seiten. Bitte aktualisiere ihn oder nimm einen anderen.",
		gone: "Diese Seite gibt es nicht, oder nicht mehr.",
		lockedNow: "Gesperrt.",
		lockedIdle: "Nach 15 Minuten ohne Benutzung gesperrt.",
		home: "Alle 1:1s",
		search: "Suchen",
		searchAll: "Alles durchsuchen, was du lesen kannst",
		searchHint: "Themen, Notizen, Vereinbarungen, Aufgaben",
		searching: "Deine Protokolle werden gelesen …",
		noHits: "Nichts gefunden.",
		hits: "{n} gefunden",
		more: "Die ersten {n} werden gezeigt.",
		close: "Schließen",
		lock: "Sperren",
		skip: "Zum Inhalt",
		hello: "Hallo {name}",
		empty: "Noch ist kein Protokoll für dich offen.",
		mine: "Deine offenen Aufgaben",
		waiting: "Wartet auf dich",
		takeCopy: "Kopie mitnehmen",
		takeHelp: "Eine Datei, die sich ohne Netz öffnet, mit deinem Passwort.",
		taken: "Die Kopie liegt bei deinen Downloads. Sie öffnet sich mit deinem Passwort.",
		copyOf: "Das ist eine Kopie vom {date}. Das Protokoll selbst weiß vielleicht schon mehr.",
		moreItems: "{n} weitere",
		nothingOpen: "Nichts offen. Gut gemacht.",
		overdue: "überfällig",
		today: "heute",
		tomorrow: "morgen",
		yourTime: "{time} bei dir",
		private: "Private Notiz",
		privateHelp: "Nur du kannst das öffnen.",
		unsorted: "Nicht zugeordnet",
		unsortedHelp: "Nur du siehst das.",
		ownAnswers: "Deine Antworten",
		ownUntil: "Nur du siehst das, bis ihr beide geantwortet habt, spätestens bis {date}.",
		ownBlind: "Nur du siehst das, bis ihr beide geantwortet habt.",
		inPerson: "lieber im Gespräch",
		lost: "Gehört zu einem früheren Schlüssel von dir. Hast du dessen Datei gesichert, wähle sie unter „Passwort und Schlüssel“.",
		keys: "Passwort und Schlüssel",
		passkey: "Mit Passkey öffnen",
		passkeyFailed: "Der Passkey hat das Protokoll nicht geöffnet. Bitte nimm dein Passwort.",
		passkeyOld: "Dein Passwort hat seitdem einen neuen Schlüssel, der Passkey passt nicht mehr. Bitte nimm dein Passwort und füge den Passkey neu hinzu.",
	},
};

/** Adds texts of a further part of the site: {en: {name: text}, de: …}. */
export function learn(more) {
	for (const code of Object.keys(more)) Object.assign(texts[code], more[code]);
}

let words = texts.en;
export let language = "en";

/** Chooses the first of the wanted languages that we have. */
export function speak(...wanted) {
	language = wanted.map((w) => w.toLowerCase().split("-")[0]).find((w) => texts[w]) ?? "en";
	words = texts[language];
	document.documentElement.lang = language;
}

/** The text of that name, with {key} replaced. */
export const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

/** Fills every element that names a text: data-say for its content, data-say-label for its accessible name. */
export function sayIn(root) {
	for (const element of root.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
	for (const element of root.querySelectorAll("[data-say-label]")) element.setAttribute("aria-label", say(element.dataset.sayLabel));
}
