// The place where a query is written: YASQE where it was built in, else the plain text area, behind one face.
import { element } from "./editor-result.js";
import { bare, expected, lead, undeclared, variables, wordBefore } from "./editor-text.js";
import { t } from "./words.js";

/** Returns the plain editor over a text area. */
export function plain(area) {
  return {
    value: () => area.value,
    set: (text) => (area.value = text),
    focus: () => area.focus(),
    wrong: () => null,
    mark: () => area.setAttribute("aria-invalid", "true"),
    unmark: () => area.removeAttribute("aria-invalid"),
    go: (index) => {
      area.focus();
      area.setSelectionRange(index, index + 1);
    },
    onChange: (tell) => area.addEventListener("input", tell),
  };
}

/** Returns the editor with colours and completion in place of a text area; `complete` returns terms for a word. */
export function coloured(area, { prefixes, complete, run }) {
  const Yasqe = window.Yasqe;
  Object.assign(Yasqe.defaults, { autocompleters: [], createShareableLink: null, consumeShareLink: null, persistenceId: null });
  const place = element("div", { id: "code" });
  area.before(place);
  area.hidden = true;
  const hint = () => code.showHint(hints);
  const keys = { Tab: false, "Shift-Tab": false, Esc: false, "Ctrl-S": false, "Cmd-Enter": run, "Ctrl-Enter": run, "Ctrl-Space": hint };
  const code = new Yasqe(place, {
    value: area.value, autocompleters: [], showQueryButton: false, resizeable: false, editorHeight: "auto",
    persistenceId: null, consumeShareLink: null, prefixCcApi: null, screenReaderLabel: t("Query"), extraKeys: keys,
    viewportMargin: Infinity,
    syntaxErrorCheck: false, // its warning sign stands beside every prefix that is known here without being declared
  });
  named(place);
  const hints = {
    hint: (cm) => hinted(cm, complete, prefixes),
    completeSingle: false, closeCharacters: /[\s()[\]{};,"'<>]/, container: place, alignWithWord: true,
  };
  code.on("inputRead", (cm, change) => {
    const index = cm.getDoc().indexFromPos(cm.getCursor());
    const word = wordBefore(cm.getValue(), index);
    const inCode = /[\p{L}\p{N}_:?$]/u.test(bare(cm.getValue())[index - 1] ?? " ");
    if (change.origin === "+input" && inCode && (word.length > 1 || word === ":")) hint();
  });
  let marked = null;
  const unmark = () => (marked?.clear(), (marked = null));
  return {
    value: () => code.getValue(),
    set: (text) => code.setValue(text),
    focus: () => code.focus(),
    wrong: () => firstWrong(code),
    mark(index) {
      unmark();
      const text = code.getValue();
      const whole = /^[^\s(){}[\];,]*/.exec(text.slice(index))[0].length || 1;
      const start = Math.min(index, Math.max(0, text.length - 1));
      const at = (i) => code.getDoc().posFromIndex(i);
      marked = code.getDoc().markText(at(start), at(start + whole), { className: "error-mark", title: t("The problem is here") });
    },
    unmark,
    go(index) {
      code.focus();
      code.setCursor(code.getDoc().posFromIndex(index));
    },
    onChange: (tell) => code.on("change", tell),
  };
}

/** Gives the list of completions, whenever it opens, the name that screen readers read. */
function named(place) {
  new MutationObserver(() => {
    const list = place.querySelector(":scope > .CodeMirror-hints");
    list?.setAttribute("aria-label", t("Completions"));
    list?.removeAttribute("aria-expanded");
  }).observe(place, { childList: true });
}

/** Returns where the editor's own grammar first stumbles: an index, and what it expected; null for nowhere. */
function firstWrong(code) {
  const doc = code.getDoc();
  for (let line = 0; line < doc.lineCount(); line += 1) {
    const tokens = code.getLineTokens(line);
    const first = tokens.find((token) => /\berror\b/.test(token.type ?? ""));
    if (first) return { index: doc.indexFromPos({ line, ch: first.start }), wanted: first.state.possibleCurrent ?? [] };
  }
  return null;
}

const OFFERED = 12; // so that the list need not scroll
const ORDER = { verb: ["verb", "class", "entity"], class: ["class", "entity", "verb"], entity: ["entity", "class", "verb"] };

async function hinted(cm, complete, prefixes) {
  const doc = cm.getDoc();
  const text = doc.getValue();
  const to = doc.indexFromPos(doc.getCursor());
  const word = wordBefore(text, to);
  const at = (index) => doc.posFromIndex(index);
  const list = /^[?$]/.test(word) ? variableHints(text, word) : await termHints(text, to, word, complete, prefixes);
  return { list, from: at(to - word.length), to: at(to) };
}

function variableHints(text, word) {
  return variables(text, word).filter((name) => name.slice(1).startsWith(word.slice(1))).slice(0, OFFERED).map((name) => ({ text: name }));
}

async function termHints(text, index, word, complete, prefixes) {
  const kinds = ORDER[expected(text, index)] ?? ["verb", "entity", "class"];
  const terms = word && word !== ":" ? await complete(word) : [];
  const ranked = terms.map((term, place) => [kinds.indexOf(term.kind), place, term]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return ranked.slice(0, OFFERED).map(([, , term]) => ({
    text: term.write,
    render: (place) => place.append(...shown(term)),
    hint: (cm, data) => pick(cm, data, term, prefixes),
  }));
}

function shown(term) {
  const kind = (term.kind === "entity" && term.class) || t(term.kind);
  return [
    element("span", { class: "hint-label" }, element("bdi", {}, term.label)), " ",
    element("span", { class: "hint-more" }, `${kind} · ${term.write.length > 40 ? `${term.write.slice(0, 40)}…` : term.write}`),
  ];
}

/** Puts a term in place of the word, and declares its prefix above where that is missing. */
function pick(cm, data, term, prefixes) {
  cm.operation(() => {
    const before = cm.getLine(data.from.line).slice(0, data.from.ch);
    const from = { line: data.from.line, ch: data.from.ch - lead(before, cm.getRange(data.from, data.to), term.names) };
    cm.replaceRange(term.write, from, data.to, "complete");
    declare(cm, prefixes);
  });
}

/** Declares the known prefixes that a query uses; returns how many. */
function declare(cm, prefixes) {
  const missing = [...undeclared(cm.getValue()).keys()].filter((name) => name in prefixes).sort();
  const lines = missing.map((name) => `PREFIX ${name}: <${prefixes[name]}>\n`).join("");
  if (lines) cm.replaceRange(lines, { line: 0, ch: 0 }, undefined, "complete");
  return missing.length;
}
