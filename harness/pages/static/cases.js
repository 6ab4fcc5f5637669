"use strict";
// Every case: filters, rows on demand, and other results to open.

const FIRST_ROWS = 60;
const MORE_ROWS = 240;
const WORDS = {
  e: "exact", q: "equivalent", m: "mismatch", a: "accept", r: "reject", u: "unsupported",
  n: "unrepresentable", x: "error", g: "right", w: "wrong", d: "differs, as it may", ".": "not wrong",
  " ": "not asked",
};
const OWN = ["reference", "model"];
const LEVELS = { m: "must", s: "should", a: "may" };
const isWrong = (letter) => "mxarwd".includes(letter);
const isRefused = (letter) => "un".includes(letter);
const isRight = (letter) => "EQARG".includes(letter);

// Whether a verdict changed. A matrix does not list the cases that nobody in it gets wrong.
const isOther = (before, now) => before !== now && (isWrong(before) || isWrong(now) || !`${before}${now}`.includes("."));

let book = JSON.parse(document.getElementById("book").textContent);
let cases = [];
let causes = [];
let matching = [];
let shown = 0;

const filters = document.getElementById("filters");
const rows = document.getElementById("rows");
const more = document.getElementById("more");

// Reads the book into a list of cases, and by subject the mistake behind each.
const index = () => {
  cases = [];
  for (const topic of book.topics) {
    topic.names.forEach((name, place) => {
      const id = topic.prefix ? `${topic.prefix}/${name}` : name;
      cases.push({ id, title: topic.titles[place], level: topic.levels[place], area: topic.area, words: "" });
    });
  }
  causes = book.subjects.map((subject) => {
    const by = new Map();
    for (const [mistake, distances] of subject.why) {
      let number = 0;
      for (const distance of distances ? distances.split(" ") : []) {
        number += Number(distance);
        by.set(number, [...(by.get(number) || []), mistake]);
      }
    }
    return by;
  });
  cases.forEach((item, number) => {
    const names = new Set(causes.flatMap((by) => by.get(number) || []));
    const mistakes = [...names].map((mistake) => book.mistakes[mistake]);
    item.words = [item.id, item.title, ...mistakes].join("\n").toLowerCase();
  });
};

const option = (value, text) => element("option", { value }, text);

const fillFilters = () => {
  const { view, area, verdict, subject } = filters.elements;
  const isMany = book.subjects.length > 1;
  const isChanged = book.subjects.some((it) => it.before);
  const views = [["wrong", "wrong"], ["", "all"]];
  if (book.kind === "run") views.splice(1, 0, ["failed", "failed"], ["refused", "not supported"]);
  if (isMany) views.push(["only", "fails only in one"], ["split", "split verdicts"]);
  if (isChanged) views.push(["changed", "changed since"]);
  view.replaceChildren(...views.map(([value, text]) => option(value, text)));
  if (!cases.some((_, number) => book.subjects.some((it) => isWrong(it.verdicts[number])))) view.value = "";
  if (isChanged) view.value = "changed";
  const used = new Set(cases.map((item) => item.area));
  area.replaceChildren(option("", "all"),
    ...book.areas.map((it, place) => [it, place]).filter(([, place]) => used.has(place))
      .map(([it, place]) => option(place, it.title)));
  const letters = new Set(book.subjects.flatMap((it) => [...new Set(it.verdicts.toLowerCase())]));
  verdict.replaceChildren(option("", "all"),
    ...[...letters].filter((letter) => WORDS[letter]).map((letter) => option(letter, WORDS[letter])));
  subject.replaceChildren(option("", "all"), ...book.subjects.map((it, place) => option(place, it.name)));
  subject.parentElement.hidden = !isMany;
};

const isInView = (view, number, places) => {
  const letters = places.map((place) => book.subjects[place].verdicts[number]);
  const everyone = () => book.subjects.map((it) => it.verdicts[number]);
  // The harness's own subjects are right everywhere, so that every mistake would split them.
  const others = () => book.subjects.filter((it) => !OWN.includes(it.name)).map((it) => it.verdicts[number]);
  switch (view) {
    case "wrong": return letters.some(isWrong);
    case "failed": return places.some((place) => book.subjects[place].outcomes[number] === "F");
    case "refused": return letters.some(isRefused);
    case "only": return letters.some(isWrong) && everyone().filter(isWrong).length === 1;
    case "split": return letters.some((it) => isWrong(it) || isRight(it)) && others().some(isWrong) && others().some(isRight);
    case "changed": return places.some((place) => {
      const { before, verdicts } = book.subjects[place];
      return before && isOther(before[number], verdicts[number]);
    });
    default: return true;
  }
};

const filter = () => {
  const value = (name) => filters.elements[name].value;
  const words = value("text").toLowerCase().split(/\s+/).filter(Boolean);
  const [view, area, level, verdict, subject] = ["view", "area", "level", "verdict", "subject"].map(value);
  const places = subject === "" ? book.subjects.map((_, place) => place) : [Number(subject)];
  matching = [];
  cases.forEach((item, number) => {
    if (area !== "" && item.area !== Number(area)) return;
    if (level !== "" && item.level !== level) return;
    if (verdict !== "" && !places.some((place) => book.subjects[place].verdicts[number].toLowerCase() === verdict)) return;
    if (!words.every((word) => item.words.includes(word))) return;
    if (isInView(view, number, places)) matching.push(number);
  });
  rows.replaceChildren();
  shown = 0;
  append(FIRST_ROWS, places);
  document.getElementById("count").textContent = `${counted(matching.length, "case")} of ${grouped(cases.length)}`;
};

const append = (count, places) => {
  const next = matching.slice(shown, shown + count);
  rows.append(...next.map((number) => row(number, places)));
  shown += next.length;
  more.hidden = shown >= matching.length;
  more.textContent = `Show more (${grouped(matching.length - shown)})`;
};

const verdictOf = (place, number) => {
  const letter = book.subjects[place].verdicts[number];
  const outcome = book.subjects[place].outcomes[number];
  const colour = { F: "bad", K: "known", P: "good" }[outcome] || (isWrong(letter) && !outcome ? "bad" : "none");
  return element("span", { class: `verdict ${colour}` }, WORDS[letter.toLowerCase()]);
};

const causeNames = (place, number) => (causes[place].get(number) || []).map((mistake) => book.mistakes[mistake]);

const row = (number, places) => {
  const item = cases[number];
  let result;
  if (places.length === 1) result = verdictOf(places[0], number);
  else {
    const letters = places.map((place) => book.subjects[place].verdicts[number]);
    const [wrong, right] = [letters.filter(isWrong).length, letters.filter(isRight).length];
    const said = item.level === "a" ? "differ" : "wrong";
    result = wrong + right === 0
      ? element("span", { class: "verdict none" }, letters.some(isRefused) ? "not supported" : "not asked")
      : element("span", { class: `verdict ${wrong ? "bad" : "good"}` },
        wrong ? `${grouped(wrong)} of ${grouped(wrong + right)} ${said}` : "right");
  }
  const causesHere = [...new Set(places.flatMap((place) => causeNames(place, number)))];
  const what = [item.title, causesHere.slice(0, 3).join(", ")].filter(Boolean).join(" — ");
  const made = element("details", { class: "row" },
    element("summary", {}, element("code", {}, item.id),
      element("span", { class: "level" }, LEVELS[item.level]), result,
      element("span", { class: "what" }, coded(what))));
  made.addEventListener("toggle", () => {
    if (made.open && made.children.length === 1) made.append(inner(number, places));
  });
  return made;
};

const inner = (number, places) => {
  const parts = book.kind === "run" ? places.flatMap((place) => answerOf(place, number)) : byCause(number, places);
  return element("div", { class: "inner" }, ...parts);
};

// What one subject made of a case.
const answerOf = (place, number) => {
  const subject = book.subjects[place];
  if (subject.verdicts[number] === " ") return [];
  const names = causeNames(place, number);
  const detail = subject.details[number];
  const before = subject.before && isOther(subject.before[number], subject.verdicts[number])
    ? element("p", { class: "note" }, `Before: ${WORDS[subject.before[number].toLowerCase()]}.`) : null;
  return [
    element("p", {}, book.subjects.length > 1 ? element("b", {}, `${subject.name} `) : null, verdictOf(place, number),
      ...names.flatMap((name) => [" by ", ...mistakeLinks(name.split(" + "), book.link)])),
    before, ...(detail ? detailOf(detail) : []),
    commandLine(`sigv4-conformance ${book.side} --filter ${quoted(cases[number].id)} ${subject.command}`),
  ].filter(Boolean);
};

// Who gets a case wrong, by the mistake behind it.
const byCause = (number, places) => {
  const groups = new Map();
  for (const place of places.filter((it) => isWrong(book.subjects[it].verdicts[number]))) {
    const name = causeNames(place, number).join(", ") || "no known mistake";
    groups.set(name, [...(groups.get(name) || []), book.subjects[place].name]);
  }
  const parts = [...groups].map(([name, subjects]) => element("p", {},
    ...(name === "no known mistake" ? [name] : mistakeLinks(name.split(/ \+ |, /), book.link)),
    `: ${subjects.join(", ")}`));
  const changed = places.filter((place) => {
    const { before, verdicts } = book.subjects[place];
    return before && isOther(before[number], verdicts[number]);
  }).map((place) => `${book.subjects[place].name} is now ${WORDS[book.subjects[place].verdicts[number].toLowerCase()]}`);
  if (changed.length > 0) parts.push(element("p", { class: "note" }, `Changed: ${changed.join(", ")}.`));
  const wrong = places.find((place) => isWrong(book.subjects[place].verdicts[number]));
  const refused = places.filter((place) => isRefused(book.subjects[place].verdicts[number]));
  if (refused.length > 0) {
    parts.push(element("p", { class: "note" }, `Not supported: ${refused.map((place) => book.subjects[place].name).join(", ")}.`));
  }
  if (wrong !== undefined) {
    parts.push(commandLine(`sigv4-conformance ${book.side} --filter ${quoted(cases[number].id)} ${quoted(book.subjects[wrong].name)}`));
  }
  return parts;
};

const show = () => {
  index();
  fillFilters();
  filter();
};

// The letter of a case in a matrix.
const standingOf = (event) => {
  if (event.excuse === "not-asked") return " ";
  const isRefusal = ["unsupported", "unrepresentable"].includes(event.verdict);
  if (isRefusal || ["feature", "twin-rejected"].includes(event.excuse)) return "u";
  if (conforms(event)) return "G";
  return event.outcome === "noted" ? "d" : "w";
};

// The letters of an earlier result by the name of its subject.
const lettersOf = (name, text) => {
  const ids = new Map(cases.map((item, number) => [item.id, number]));
  const by = new Map();
  const put = (subject, fill, list) => {
    const letters = Array(cases.length).fill(fill);
    for (const [id, letter] of list) if (ids.has(id)) letters[ids.get(id)] = letter;
    by.set(subject, letters.join(""));
  };
  let matrix = null;
  try {
    matrix = JSON.parse(text);
  } catch {
    matrix = null; // A log has many lines, so that it is not one value.
  }
  if (matrix && Array.isArray(matrix.columns)) {
    if (matrix.side !== book.side) throw new Refused(`${name} is about a ${matrix.side}, this page about a ${book.side}`);
    if (matrix.matrix !== book.matrix) {
      throw new Refused(`${name}: version ${matrix.matrix} of a matrix, expected ${book.matrix}`);
    }
    for (const column of matrix.columns) {
      put(column.name, ".", matrix.cases.map((id, number) => [id, column.standings[number]]));
    }
    return by;
  }
  for (const run of readLog(name, text, book.log)) {
    const isMatrix = book.kind === "matrix";
    put(run.header.subject.name, " ", run.cases.map((event) => {
      if (isMatrix) return [event.id, standingOf(event)];
      const letter = LETTERS[event.verdict];
      return [event.id, conforms(event) ? letter : letter.toLowerCase()];
    }));
  }
  return by;
};

const ACTIONS = {
  log(name, text) {
    const runs = readLog(name, text, book.log);
    book = bookOfRuns(runs, book);
    showRuns(runs);
    say(`${name} is shown.`);
  },
  earlier(name, text) {
    const by = lettersOf(name, text);
    const isSingle = book.subjects.length === 1 && by.size === 1;
    for (const subject of book.subjects) {
      subject.before = by.get(subject.name) || (isSingle ? [...by.values()][0] : "");
    }
    if (!book.subjects.some((it) => it.before)) throw new Refused(`${name} has no subject of this page`);
    say(`Compared with ${name}.`);
  },
};

const openFile = async (how, file) => {
  const refused = document.getElementById("refused");
  refused.textContent = "";
  try {
    ACTIONS[how](file.name, await textOf(file));
    show();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refused.textContent = error.message;
    refused.scrollIntoView({ block: "center" });
  }
};

for (const how of ["log", "earlier"]) {
  const input = document.getElementById(how);
  input.addEventListener("change", () => {
    if (input.files.length > 0) openFile(how, input.files[0]);
    input.value = "";
  });
}
addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
addEventListener("dragleave", () => document.body.classList.remove("dropping"));
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const file = event.dataTransfer.files[0];
  if (file) openFile("log", file);
});

const chosen = () => {
  const { value } = filters.elements.subject;
  return value === "" ? book.subjects.map((_, place) => place) : [Number(value)];
};
filters.addEventListener("input", filter);
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("reset", () => setTimeout(filter));
more.addEventListener("click", () => append(MORE_ROWS, chosen()));
show();
