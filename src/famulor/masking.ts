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
  return text.replace(PHONE_NUMBER, (number) => (DATE.test(number) ? number : maskPhoneNumber(number)));
}

/** After a plus, also an encoded one, or `00`; ten or more digits on end; or as many in groups. */
const PHONE_NUMBER =
  /(?:\+|%2B|(?<!\d)00)\d[\d ()/.-]{5,20}\d|(?<!\d)\d{10,15}(?!\d)|(?<![\d-])(?=(?:\D?\d){10})\d{2,5}(?:[ /.-]\d{2,8}){2,5}(?![\d-])/gi;
const DATE = /^(?:19|20)\d\d-\d\d-\d\d/;

/** Removes a secret from a text, however often it occurs. */
export function redact(text: string, secret: string | undefined): string {
  return secret ? text.split(secret).join("[apiKey]") : text;
}
