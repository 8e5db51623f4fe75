/** The pure rules that `npm run mutation` breaks on purpose, each with the tests that have to notice. */
export const TESTS_OF = {
  "src/famulor/http/delivery.ts": ["test/unit/delivery.test.ts"],
  "src/famulor/http/retry-timing.ts": ["test/unit/retry-timing.test.ts"],
  "src/provider/session/claims.ts": ["test/unit/claims.test.ts", "test/unit/claims-of-campaigns.test.ts"],
  "src/provider/session/guard.ts": ["test/unit/guard.test.ts"],
  "src/provider/lead/changes.ts": ["test/unit/lead-changes.test.ts"],
  "src/provider/lead/decide.ts": ["test/unit/lead-decide.test.ts"],
  "src/provider/lead-set/pair-rows.ts": ["test/unit/pair-rows.test.ts"],
};
