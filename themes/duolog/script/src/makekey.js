// Makes a person's key, in a Worker.
import { Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption";
import { Damaged, normal, unwrapIdentity } from "./seal.js";

const work = 17; // scrypt's work factor, as in site/seal

/** How often makeKey works on a passphrase, as far as the request tells. */
export const passes = ({ old }) => (old ? 3 : 2);

/**
 * {passphrase, identity?, old?: {wrapped, passphrase}} → {secret, recipient, wrapped}: a fresh identity, or the one given, or
 * the one that the old passphrase opens; wrapped, and unwrapped again as a test.
 */
export async function makeKey({ passphrase, identity, old }) {
	const secret = identity ?? (old ? await unwrapIdentity(old.wrapped, old.passphrase) : await generateX25519Identity());
	const encrypter = new Encrypter();
	encrypter.setPassphrase(normal(passphrase));
	encrypter.setScryptWorkFactor(work);
	const wrapped = await encrypter.encrypt(`${secret}\n`);
	if ((await unwrapIdentity(armor.encode(wrapped), passphrase)) !== secret) throw new Damaged();
	return { secret, wrapped, recipient: await identityToRecipient(secret) };
}
