/** Loaded by `npm run test:all` before the tests. Not a variable on its command line, which Windows writes otherwise. */
process.env.TEST_DEPTH = "full";
