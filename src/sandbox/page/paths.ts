/** The page's paths. All others are the API's, also for a client whose base URL lacks `/api`. */
const PATHS =
  /^\/($|style\.css$|script\.js$|events$|about\.json$|export\.json$|leads\.csv$|requests$|settings$|do\/[a-z-]+$|(lead|campaign|request)\/\d+$)/;

/** @param url The path and query of a request. */
export const isOfPage = (url: string) => PATHS.test(url.replace(/\?.*$/, ""));
