// What is given to a saved query becomes terms, and terms take the places of its parameters. Knows texts, no page.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]*$/u;
const NUMBERS = { integer: /^[+-]?[0-9]+$/, number: /^[+-]?[0-9]+(\.[0-9]+)?$/, boolean: /^(true|false)$/ };

/** Texts, IRIs, comments and escaped characters, in which nothing is a variable; and variables. */
const TOKEN =
  /"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|<(?:[^<>"{}|^`\\\u0000-\u0020]|\\[uU])*>|#[^\r\n]*|\\.|[?$]([\p{L}\p{N}_]+)/gsu;

/** Returns an IRI as it stands in SPARQL. Throws for what is none. */
export function iri(text) {
  if (!IRI.test(text)) throw new TypeError(`${text} is no IRI`);
  return `<${text}>`;
}

/** Returns a text, or a value of a datatype, as it stands in SPARQL. */
export function literal(text, datatype = "") {
  const marks = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r" };
  return `"${text.replace(/[\\"\n\r]/g, (mark) => marks[mark])}"${datatype ? `^^${iri(XSD + datatype)}` : ""}`;
}

/** Returns the first day that a year, month or day may mean, '' for what is none of these. */
export function firstDay(text) {
  const [, year, month = "01", day = "01"] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text.trim()) ?? [];
  const found = year ? new Date(`${year}-${month}-${day}T00:00:00Z`) : new Date(NaN);
  const isDay = !Number.isNaN(found.getTime()) && found.toISOString().startsWith(`${year}-${month}-${day}`);
  return isDay ? `${year}-${month}-${day}` : "";
}

/** Returns the term of a parameter that is no entity, '' for a text that it cannot be. */
export function valueOf({ type, choices }, text) {
  if (choices.length) return choices.includes(text) ? literal(text) : "";
  if (type === "date") return firstDay(text) && literal(firstDay(text), "date");
  if (type in NUMBERS) return NUMBERS[type].test(text) ? literal(text, { number: "decimal" }[type] ?? type) : "";
  return literal(text);
}

/** Returns a query in which each variable that has a term is that term; in texts and comments nothing is a variable. */
export function bound(text, terms) {
  return text.replace(TOKEN, (whole, name) => (name && Object.hasOwn(terms, name) ? terms[name] : whole));
}
