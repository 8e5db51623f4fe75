"use strict";
/** A different number for each index below 70,000, all reserved for fiction: +1 NPA 555-0100 to 555-0199. */
exports.phoneNumber = (index) => `+1${201 + Math.floor(index / 100)}55501${String(index % 100).padStart(2, "0")}`;
