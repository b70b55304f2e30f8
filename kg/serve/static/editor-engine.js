// Who answers the editor: the server that sent the page. A static site puts another file in this one's place.
import { lang, t } from "./words.js";

const LONG = 4000; // characters of an address above which a query is posted

async function problemOf(response) {
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("problem+json")) return response.json();
  return { detail: t("The server answered {status}.", { status: `${response.status} ${response.statusText}` }) };
}

async function fetched(address, fields, accept, signal) {
  const headers = { Accept: accept };
  const whole = `${address}?${fields}`;
  const asking = whole.length < LONG ? fetch(whole, { headers, signal }) : fetch(address, { method: "POST", body: fields, headers, signal });
  const response = await asking;
  if (!response.ok) throw Object.assign(new Error("refused"), { problem: await problemOf(response) });
  return response;
}

/** Returns the answer to a query as cells. Throws an error with a `problem` where it is refused. */
export async function ask(data, fields, signal) {
  return (await fetched(data.shown, fields, "application/json", signal)).json();
}

/** Returns the answer as the text of a file. */
export async function file(data, fields, format, signal) {
  return (await fetched(data.sparql, fields, data.formats[format], signal)).text();
}

/** Makes a link lead to the answer as a file. */
export function offer(link, data, fields, format) {
  link.href = `${data.sparql}.${format}?${fields}`;
}

/** Returns the terms that may be meant by the beginning of a name. */
export async function complete(data, word) {
  const response = await fetch(`${data.complete}?${new URLSearchParams({ q: word, lang })}`);
  return response.ok ? (await response.json()).terms : [];
}

/** Returns what must be said of where the answers come from, '' for nothing. */
export const notice = () => "";
