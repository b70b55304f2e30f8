// What the page itself says, in English and Spanish.

const WORDS = {
  search: ["Search", "Buscar"],
  searchName: ["Search a name", "Buscar un nombre"],
  searchHint: ["Search a name  ( / )", "Buscar un nombre  ( / )"],
  nothingFound: ["Nothing by that name", "Nada con ese nombre"],
  filters: ["Filters", "Filtros"],
  network: [
    "Network of entities and facts. Arrow keys walk along lines, Enter opens, Escape lets go.",
    "Red de entidades y hechos. Las flechas recorren las líneas, Intro abre, Escape suelta.",
  ],
  evidence: ["Evidence", "Evidencia"],
  time: ["Time", "Tiempo"],
  tools: ["Tools", "Herramientas"],
  zoom: ["Zoom", "Ampliación"],
  allFacts: ["Facts as a table", "Hechos en una tabla"],
  skip: ["Skip to the table of facts", "Ir a la tabla de hechos"],
  table: ["Table", "Tabla"],
  undo: ["Undo", "Deshacer"],
  redo: ["Redo", "Rehacer"],
  theme: ["Light or dark", "Claro u oscuro"],
  language: ["Español", "English"],
  save: ["Save", "Guardar"],
  png: ["Picture (PNG)", "Imagen (PNG)"],
  svg: ["Drawing (SVG)", "Dibujo (SVG)"],
  csv: ["Facts shown (CSV)", "Hechos visibles (CSV)"],
  turtle: ["Facts shown (Turtle)", "Hechos visibles (Turtle)"],
  link: ["Link to this view", "Enlace a esta vista"],
  linkCopied: [
    "The address of this view is in the clipboard and in the address bar",
    "La dirección de esta vista está en el portapapeles y en la barra",
  ],
  linkInBar: ["The address bar holds the address of this view", "La dirección de esta vista está en la barra"],
  print: ["Print", "Imprimir"],
  zoomIn: ["Closer", "Acercar"],
  zoomOut: ["Farther", "Alejar"],
  fit: ["Show all that is drawn", "Ver todo lo dibujado"],
  close: ["Close", "Cerrar"],
  who: ["Entities", "Entidades"],
  verbs: ["Verbs", "Verbos"],
  how: ["How it is said", "Cómo se dice"],
  all: ["all", "todos"],
  none: ["none", "ninguno"],
  display: ["Display", "Aspecto"],
  verbNames: ["Verbs on lines", "Verbos en las líneas"],
  communities: ["Colour by community", "Color por comunidad"],
  showAll: ["Show everything", "Mostrar todo"],
  shownOf: ["{0} of {1} entities, {2} of {3} facts", "{0} de {1} entidades, {2} de {3} hechos"],
  asserted: ["asserted", "afirmado"],
  alleged: ["alleged", "alegado"],
  denied: ["denied", "negado"],
  predicted: ["predicted", "previsto"],
  threatened: ["threatened", "amenazado"],
  inferred: ["inferred", "inferido"],
  contested: ["contested", "en disputa"],
  whoSays: ["Who says so", "Quién lo dice"],
  nobody: [
    "No source states this: a rule follows it from other facts.",
    "Ninguna fuente lo dice: una regla lo deduce de otros hechos.",
  ],
  byRule: ["follows by a rule", "se sigue por una regla"],
  rule: ["Rule", "Regla"],
  given: ["given, no source", "dado, sin fuente"],
  givenByQuery: [
    "No source states this: the query gives it.",
    "Ninguna fuente lo dice: lo da la consulta.",
  ],
  givenByGraph: [
    "No source states this: the graph holds it without saying whose word it is.",
    "Ninguna fuente lo dice: el grafo lo contiene sin decir de quién es.",
  ],
  besides: ["beside the answer", "fuera de la respuesta"],
  chosenBy: ["Chosen by a query", "Elegido por una consulta"],
  sparql: ["The query", "La consulta"],
  besidesToo: ["Show {0} beside it", "Mostrar {0} de su entorno"],
  besidesNot: ["Only what the query answers", "Solo lo que responde la consulta"],
  leftOut: [
    "{0} triples of the answer speak of nothing in this network and are not drawn.",
    "{0} triples de la respuesta no hablan de nada de esta red y no se dibujan.",
  ],
  leftOne: [
    "1 triple of the answer speaks of nothing in this network and is not drawn.",
    "1 triple de la respuesta no habla de nada de esta red y no se dibuja.",
  ],
  mentions: ["Part of these facts", "Parte de estos hechos"],
  details: ["Details", "Detalles"],
  pathPlaceholder: ["Search the other end", "Buscar el otro extremo"],
  relayedBy: ["relayed by", "transmitido por"],
  unsigned: ["unsigned", "sin firma"],
  undatedDocument: ["undated", "sin fecha"],
  lines: ["lines {0}", "líneas {0}"],
  line: ["line {0}", "línea {0}"],
  characters: ["characters {0}–{1}", "caracteres {0}–{1}"],
  documentLines: ["document: lines {0}", "documento: líneas {0}"],
  of: ["of", "de"],
  postedOn: ["posted {0}", "publicado en la red el {0}"],
  makers: ["added by the makers of this dataset", "añadido por quienes hicieron estos datos"],
  rank: ["rank", "rango"],
  preferred: ["preferred", "preferido"],
  deprecated: ["deprecated", "obsoleto"],
  rivals: ["Set against it", "Lo que se le opone"],
  thisFact: ["This fact", "Este hecho"],
  factsCount: ["{0} facts", "{0} hechos"],
  ofThemInferred: ["{0} inferred", "{0} inferidos"],
  factCount: ["1 fact", "1 hecho"],
  when: ["When", "Cuándo"],
  began: ["began", "comenzó"],
  ended: ["ended", "terminó"],
  between: ["between {0} and {1}", "entre el {0} y el {1}"],
  also: ["also", "también"],
  noFacts: ["No facts.", "Ningún hecho."],
  hiddenFacts: ["{0} more are filtered out", "{0} más no se muestran por los filtros"],
  expand: ["Show neighbours", "Mostrar vecinos"],
  expandMore: ["Show neighbours ({0})", "Mostrar vecinos ({0})"],
  only: ["Only within {0} steps", "Solo hasta {0} pasos"],
  onlyOne: ["Only within 1 step", "Solo hasta 1 paso"],
  steps: ["Steps", "Pasos"],
  pathTo: ["Path to…", "Camino a…"],
  pathHint: ["Click or search the other end of the path", "Haz clic o busca el otro extremo"],
  path: ["From {0} to {1}", "De {0} a {1}"],
  noPath: ["No path among what is shown.", "No hay camino entre lo que se muestra."],
  unpin: ["Let go of pins", "Soltar lo fijado"],
  overview: ["What is here", "Qué hay aquí"],
  contestedFacts: ["Where sources disagree", "Donde las fuentes discrepan"],
  mostConnected: ["Most connected", "Los más conectados"],
  documents: ["Documents", "Documentos"],
  help: [
    "Click a name or a line to read who says what, where. Double click shows neighbours. / searches, 1 2 3 set the steps, Escape lets go.",
    "Haz clic en un nombre o una línea para leer quién dice qué y dónde. Doble clic muestra vecinos. / busca, 1 2 3 fijan los pasos, Escape suelta.",
  ],
  helpTouch: [
    "Tap a name or a line to read who says what, where. Tap twice to show neighbours.",
    "Toca un nombre o una línea para leer quién dice qué y dónde. Toca dos veces para mostrar vecinos.",
  ],
  helpDrawer: ["The filters are behind ☰.", "Los filtros están en ☰."],
  anyTime: ["Any time", "Cualquier fecha"],
  day: ["Day", "Día"],
  play: ["Play", "Reproducir"],
  pause: ["Pause", "Pausa"],
  undatedToo: ["undated facts too", "también hechos sin fecha"],
  certain: ["certain", "seguro"],
  possible: ["possible", "posible"],
  no: ["not then", "entonces no"],
  undated: ["undated", "sin fecha"],
  atDay: [
    "On {0}: {1} certain, {2} possible, {3} undated",
    "El {0}: {1} seguros, {2} posibles, {3} sin fecha",
  ],
  anyTimeCount: ["{0} dated facts, {1} without a date", "{0} hechos con fecha, {1} sin fecha"],
  subject: ["Subject", "Sujeto"],
  verb: ["Verb", "Verbo"],
  object: ["Object", "Objeto"],
  status: ["Status", "Estado"],
  sourcesHead: ["Sources", "Fuentes"],
  searchTable: ["Filter the rows", "Filtrar las filas"],
  rows: ["{0} facts shown by the filters", "{0} hechos que dejan ver los filtros"],
  nothingHere: ["There are no facts here yet.", "Aún no hay hechos aquí."],
  filtersHide: ["The filters hide everything.", "Los filtros lo ocultan todo."],
  setAside: ["Set aside:", "Aparte:"],
  showAside: ["Show {0}", "Mostrar {0}"],
  withoutDrawn: ["{0} without a drawn fact", "{0} sin hechos dibujados"],
  reset: ["Reset filters", "Quitar filtros"],
  more: ["{0} more", "{0} más"],
  shownNeighbours: ["{0} of {1} hidden neighbours shown", "{0} de {1} vecinos ocultos mostrados"],
  fetching: ["Asking the server…", "Preguntando al servidor…"],
  notFetched: ["The server did not answer: {0}", "El servidor no respondió: {0}"],
  ownPage: ["Open its page", "Abrir su página"],
  everythingShown: ["All neighbours are shown", "Todos los vecinos están a la vista"],
  selectedNode: ["{0}, {1}, {2}", "{0}, {1}, {2}"],
  classesOf: ["Classes of {0}", "Clases de {0}"],
  beside: ["Beside it", "Junto a esto"],
  "difference contradicts": ["contradicts", "se contradicen"],
  "difference arithmetic": ["the sums do not match", "las sumas no cuadran"],
  "difference corrected": ["corrected", "corregido"],
  "difference disputes": ["disputed", "disputado"],
  "difference different count stage": ["different count stage", "otra etapa del escrutinio"],
  "difference different scope": ["different scope", "otro alcance"],
  "difference succession in time": ["one after the other", "uno tras otro"],
  "difference agrees within stated precision": [
    "agrees within stated precision",
    "coincide dentro de la precisión",
  ],
  "difference agrees": ["agrees", "coincide"],
  onDay: ["On {0}", "El {0}"],
  otherFacts: ["Other facts", "Otros hechos"],
  oneDocument: ["1 document", "1 documento"],
  manyDocuments: ["{0} documents", "{0} documentos"],
  oneTopic: ["1 topic", "1 tema"],
  manyTopics: ["{0} topics", "{0} temas"],
  kindPerson: ["person", "persona"],
  kindParty: ["party", "partido"],
  kindOrganization: ["organization", "organización"],
  kindGroup: ["group", "grupo"],
  kindOffice: ["office", "cargo"],
  kindPlace: ["place", "lugar"],
  kindEvent: ["event", "acontecimiento"],
  kindDocument: ["document", "documento"],
  kindTopic: ["topic", "tema"],
  kindOther: ["other", "otro"],
};

/** Returns what the page says under a key, with {0}, {1} … filled in. */
export function say(lang, key, ...values) {
  const both = WORDS[key];
  if (!both) return key;
  return both[lang === "es" ? 1 : 0].replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)] ?? ""));
}

/** Says whether the page has words for a key. */
export function hasWords(key) {
  return Object.hasOwn(WORDS, key);
}

/** Returns a number of facts in words. */
export function countFacts(lang, count) {
  return count === 1 ? say(lang, "factCount") : say(lang, "factsCount", count);
}

/** Returns a number of facts in words, with how many of them no source states: a rule follows those from others. */
export function countWithInferred(lang, count, inferred) {
  return countFacts(lang, count) + (inferred ? ` (${say(lang, "ofThemInferred", inferred)})` : "");
}

/** Returns a number of topics in words. */
export function countTopics(lang, count) {
  return count === 1 ? say(lang, "oneTopic") : say(lang, "manyTopics", count);
}

/** Returns a number of documents in words. */
export function countDocuments(lang, count) {
  return count === 1 ? say(lang, "oneDocument") : say(lang, "manyDocuments", count);
}
