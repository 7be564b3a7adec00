import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Seals application tokens at rest: AES-256-GCM, 12-byte nonce, 16-byte tag, bound to the portal and application they belong to. */
export type Seal = {
  seal(token: string, boundTo: string): Buffer;
  /** Null when the bytes were sealed with another key or for another portal. */
  open(sealed: Uint8Array, boundTo: string): string | null;
};

const nonceBytes = 12;
const tagBytes = 16;

export function createSeal(secretKey: string): Seal {
  const key = Buffer.from(hkdfSync("sha256", secretKey, "portalstream", "registry", 32));
  return {
    seal(token, boundTo) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(boundTo));
      const body = Buffer.concat([cipher.update(token, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, boundTo) {
      const bytes = Buffer.from(sealed);
      const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes);
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        })
          .setAAD(Buffer.from(boundTo))
          .setAuthTag(tag);
        return (
          decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, "utf8") + decipher.final("utf8")
        );
      } catch {
        return null;
      }
    },
  };
}
