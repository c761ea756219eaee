// Stands in for the post-quantum and hardware-token recipients of age-encryption, which no file of ours has.
export const MLKEM768P256 = undefined;
export const MLKEM768X25519 = undefined;
export const p256 = undefined;
