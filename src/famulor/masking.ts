/** Keeps people's numbers and the key out of everything that is printed. */

/** `+493023125001` → `+4930…01`: enough to recognise, not enough to dial. */
export function maskPhoneNumber(phoneNumber: string): string {
  return `${phoneNumber.slice(0, 5)}…${phoneNumber.slice(-2)}`;
}

/**
 * Masks whatever looks like a phone number in a text that somebody else wrote. IDs of leads and campaigns have seven
 * digits today and stay readable.
 */
export function maskPhoneNumbers(text: string): string {
  return text.replace(/\+\d[\d ()/.-]{5,20}\d|\b\d{10,15}\b/g, (number) => maskPhoneNumber(number));
}

/** Removes a secret from a text, however often it occurs. */
export function redact(text: string, secret: string | undefined): string {
  return secret ? text.split(secret).join("[apiKey]") : text;
}
