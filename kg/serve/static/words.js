// What scripts say, in the language of the page: English stands for itself, Spanish is looked up.

const SPANISH = {
  also: "también",
  Entities: "Entidades",
  "{count} offered": "{count} propuestas",
  "Nothing has that name": "Nada se llama así",
  "Of another class: {names}": "De otra clase: {names}",
  "Nothing of the class {name} begins like this.": "Nada de la clase {name} empieza así.",
  triple: "triple",
  triples: "triples",
  row: "fila",
  rows: "filas",
  Yes: "Sí",
  No: "No",
  Table: "Tabla",
  Raw: "Sin formato",
  Network: "Red",
  Download: "Descargar",
  Run: "Ejecutar",
  Stop: "Parar",
  Copied: "Copiado",
  "Copy link": "Copiar enlace",
  "Show as": "Mostrar como",
  "Raw result": "Resultado sin formato",
  "Network of the result": "Red del resultado",
  "Asking…": "Preguntando…",
  "Stopped.": "Detenido.",
  "{answer} in {seconds} s": "{answer} en {seconds} s",
  "The ontology has no {term}.": "La ontología no tiene {term}.",
  "the first ones; there are more, and the downloads have them all":
    "las primeras; hay más, y las descargas las tienen todas",
  "… (cut here; the download has it all)": "… (cortado aquí; la descarga lo tiene todo)",
  "Line {line}, column {column}": "Línea {line}, columna {column}",
  "The answer did not come: the connection was cut, or the server has stopped.":
    "La respuesta no llegó: se cortó la conexión, o el servidor paró.",
  "The server answered {status}.": "El servidor respondió {status}.",
  "the prefix '{name}:' is not declared": "el prefijo «{name}:» no está declarado",
  "{line} at the top": "{line} al principio",
  "expected here: {words}": "aquí se espera: {words}",
  "Not complete yet, or no SPARQL, at line {line}, column {column}.":
    "Incompleto todavía, o no es SPARQL, en la línea {line}, columna {column}.",
  "The link is copied.": "El enlace está copiado.",
  "Link to this query": "Enlace a esta consulta",
  "All prefixes are declared.": "Todos los prefijos están declarados.",
  "prefix added": "prefijo añadido",
  "prefixes added": "prefijos añadidos",
  Query: "Consulta",
  "The problem is here": "Aquí está el problema",
  Completions: "Propuestas",
  class: "clase",
  verb: "verbo",
  entity: "entidad",
  Result: "Resultado",
  subject: "sujeto",
  property: "propiedad",
  object: "objeto",
  "Browsers run no query engine from files. Put this folder on any web server, such as {server}, and this page answers.":
    "Los navegadores no ejecutan el motor de consultas desde archivos. Ponga esta carpeta en cualquier servidor web, como {server}, y esta página responde.",
  "This site was made without the query engine: queries can be written here and asked elsewhere.":
    "Este sitio se hizo sin el motor de consultas: aquí se pueden escribir consultas y hacerlas en otra parte.",
  "Queries are answered in this browser; the first one loads the engine and the graph.":
    "Las consultas se responden en este navegador; la primera carga el motor y el grafo.",
  "The query engine does not start in this browser.": "El motor de consultas no arranca en este navegador.",
  "The query engine does not start": "El motor de consultas no arranca",
  "The query ran for {seconds} seconds and was ended.": "La consulta duró {seconds} segundos y se detuvo.",
  "ask for less, or add LIMIT": "pida menos, o añada LIMIT",
  "this is not SPARQL: it stops making sense here": "esto no es SPARQL: aquí deja de entenderse",
  "{count} found": "{count} encontradas",
  "The first {count} found": "Las primeras {count} encontradas",
  "Nothing here is called “{words}”.": "Aquí nada se llama «{words}».",
  "Asked in this browser: the first question loads the engine and the graph.":
    "Se pregunta en este navegador: la primera pregunta carga el motor y el grafo.",
  Answer: "Respuesta",
  "Nothing in the graph answers this.": "Nada en el grafo responde a esto.",
  "Please fill this in.": "Falta rellenar este campo.",
  "“{text}” may be any of these:": "«{text}» puede ser cualquiera de estos:",
  "Did you mean": "¿Quiso decir",
  "a year, month or day: 2008, 2008-11, 2008-11-23": "un año, un mes o un día: 2008, 2008-11, 2008-11-23",
  "a whole number": "un número entero",
  "a number": "un número",
  "one of these": "uno de estos",
};

/** The language of the page. */
export const lang = globalThis.document?.documentElement.lang || "en";

const known = lang === "es" ? SPANISH : {};

/** Returns a text in the language of the page, with the values that stand in its braces. */
export function t(text, values = {}) {
  return (known[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Returns a number as people read it: as the pages write it. */
export function number(count) {
  if (lang === "en") return count.toLocaleString("en");
  return count < 10000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** Returns how many there are of something, in words. */
export const counted = (count, one, many) => `${number(count)} ${t(count === 1 ? one : many)}`;
