// A passkey as a further way in, on this device: the identity, encrypted to what the passkey's authenticator computes (WebAuthn
// PRF), lies in this browser and nowhere else. So nothing is published, nobody learns who has one, and losing the device
// loses nothing that the password does not open.
import { Decrypter, Encrypter, webauthn } from "age-encryption";

/** Tells whether this browser, at this address, may have passkeys. */
export const passkeysWork = () => !!globalThis.PublicKeyCredential && !/^[\d.]+$|:/.test(location.hostname);

/** Makes a passkey and resolves to the record that openByPasskey needs: {credential, wrapped}. The device asks twice. */
export async function makePasskey(name, identity) {
	const credential = await webauthn.createCredential({ keyName: name });
	const encrypter = new Encrypter();
	encrypter.addRecipient(new webauthn.WebAuthnRecipient({ identity: credential }));
	return { credential, wrapped: await encrypter.encrypt(identity) };
}

/** The identity of such a record. The device asks for the passkey. */
export function openByPasskey({ credential, wrapped }) {
	const decrypter = new Decrypter();
	decrypter.addIdentity(new webauthn.WebAuthnIdentity({ identity: credential }));
	return decrypter.decrypt(wrapped, "text");
}
