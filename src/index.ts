/** pulumi-famulor: leads for Famulor AI phone campaigns, declared as code. */

// What a program declares
export {
  FamulorLead,
  type FamulorLeadArgs,
  type FamulorLeadLookup,
  type FamulorSecondaryContact,
  type LeadVariable,
} from "./resources/lead";
