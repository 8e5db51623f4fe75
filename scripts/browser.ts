/** `npm run browser`: says where the Chromium of the tests is, and installs one if there is none. */
import { ensureBrowser } from "./browser/ensure-browser";

ensureBrowser().then(
  (path) => console.log(`Chromium: ${path}`),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
