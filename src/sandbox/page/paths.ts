/** The page's addresses. All others are the API's, also those that a client without `/api` in its address asks for. */
const PATHS =
  /^\/($|style\.css$|script\.js$|events$|about\.json$|export\.json$|leads\.csv$|requests$|settings$|do\/[a-z-]+$|(lead|campaign|request)\/\d+$)/;

/** @param url As in the request, with its query. */
export const isOfPage = (url: string) => PATHS.test(url.replace(/\?.*$/, ""));
