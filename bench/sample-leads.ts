/** Invented leads, each with one variable. */
const { phoneNumber } = require("./numbers") as { phoneNumber: (index: number) => string };

const row = (index: number, name: string) => ({
  phoneNumber: phoneNumber(index),
  variables: { name: `${name} ${index}` },
});

export const sampleLead = (index: number) => ({ campaignId: 1, ...row(index, "Lead") });

/** The argument `leads` of a set. */
export const sampleRows = (count: number, name = "Lead") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`lead-${index}`, row(index, name)]));
