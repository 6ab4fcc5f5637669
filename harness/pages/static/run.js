"use strict";
// A run log as the same book and the same sections that the harness writes into its page.

const LETTERS = {
  exact: "E", equivalent: "Q", mismatch: "M", accept: "A", reject: "R", unsupported: "U",
  unrepresentable: "N", error: "X",
};

// An element with its attributes and children; text is never read as HTML.
const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
};

// A text in which what is between two backticks is code.
const coded = (text) => {
  const parts = text.split("`");
  return parts.map((part, index) => {
    if (index % 2 === 0) return part;
    return index + 1 === parts.length ? `\`${part}` : element("code", {}, part);
  });
};

const grouped = (number) => number.toLocaleString("en-US");
const counted = (count, one, many = `${one}s`) => `${grouped(count)} ${count === 1 ? one : many}`;

// A word for a shell, quoted where it needs it and as the harness does it.
const quoted = (word) => {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (word.includes("'") && !/["$`\\!]/.test(word)) return `"${word}"`;
  return `'${word.replaceAll("'", "'\\''")}'`;
};

const commandLine = (text) => element("div", { class: "command" },
  element("code", { tabindex: 0 }, text),
  element("button", { type: "button", class: "copy", "aria-label": "Copy the command" }, "copy"));

const mistakeLinks = (ids, link) => ids.flatMap((id, index) => {
  const isHere = !link.startsWith("#") || document.getElementById(`mistake-${id}`);
  const address = link.startsWith("#") ? link + id : `${link}${id}.html`;
  const shown = isHere ? element("a", { class: "id", href: address }, id) : element("code", {}, id);
  return index > 0 ? [" + ", shown] : [shown];
});

const sidesOf = (sides) => element("pre",
  { class: "sides", tabindex: 0, "aria-label": "Both sides of the difference" },
  element("span", { class: "side" }, "expected "), sides.start, element("ins", {}, sides.expected), sides.end, "\n",
  element("span", { class: "side" }, "actual   "), sides.start, element("del", {}, sides.actual), sides.end);

// What is known of one answer, as in the template.
const detailOf = (detail) => {
  const parts = [];
  if (detail.summary) {
    const stage = detail.stage ? [element("b", {}, detail.stage), ": "] : [];
    parts.push(element("p", { class: "where" }, ...stage, coded(detail.summary)));
  }
  if (detail.sides) parts.push(sidesOf(detail.sides));
  for (const note of detail.notes || []) parts.push(element("p", { class: "note" }, coded(note)));
  for (const [title, text] of [["Request", detail.request], ["Answer", detail.answer]]) {
    if (text) parts.push(element("p", { class: "label" }, title), element("pre", { tabindex: 0 }, text));
  }
  return parts;
};

const detailIn = (event) => {
  const detail = { notes: [...(event.notes || [])] };
  const finding = event.finding;
  if (finding) {
    detail.stage = finding.stage;
    detail.summary = finding.summary;
    if (finding.difference) detail.sides = alignedSides(finding.difference, 70, 90);
  }
  if (event.expected && !conforms(event)) {
    const importance = event.importance ? ` Importance: ${event.importance}.` : "";
    detail.summary = `Expected: ${event.expected}, got: ${event.verdict}.${importance}`;
  }
  if (event.known) detail.notes.push(`Known: ${event.known.reason} ${event.known.issue || ""}`.trimEnd());
  if (event.question) detail.request = requestIn(event.question);
  if (event.answer) detail.answer = requestIn(event.answer);
  return detail.summary || detail.notes.length > 0 ? detail : null;
};

const topicOf = (id) => id.slice(0, Math.max(0, id.lastIndexOf("/")));
const nameOf = (id) => id.slice(id.lastIndexOf("/") + 1);

// The book of runs; `components` says which topics belong to which component.
const bookOfRuns = (runs, old) => {
  const titles = Object.keys(old.components);
  const component = {};
  titles.forEach((title, index) => {
    for (const prefix of old.components[title]) component[prefix] = index;
  });
  const other = titles.indexOf("request");
  const topics = {};
  for (const event of runs.flatMap((run) => run.cases)) {
    const names = (topics[topicOf(event.id)] ||= {});
    names[nameOf(event.id)] ||= [event.title, event.level === "may" ? "a" : event.level[0]];
  }
  const numbers = new Map();
  const areaOf = (prefix) => component[prefix] ?? other;
  const order = Object.keys(topics).sort().sort((left, right) => areaOf(left) - areaOf(right));
  const written = order.map((prefix) => {
    const names = Object.keys(topics[prefix]).sort();
    for (const name of names) numbers.set(prefix ? `${prefix}/${name}` : name, numbers.size);
    return {
      prefix, area: areaOf(prefix), names,
      titles: names.map((name) => topics[prefix][name][0]),
      levels: names.map((name) => topics[prefix][name][1]).join(""),
    };
  });
  const mistakes = [];
  const place = (name) => {
    if (!mistakes.includes(name)) mistakes.push(name);
    return mistakes.indexOf(name);
  };
  const subjects = runs.map((run) => {
    const verdicts = Array(numbers.size).fill(" ");
    const outcomes = Array(numbers.size).fill(" ");
    const details = {};
    for (const event of run.cases) {
      const number = numbers.get(event.id);
      const letter = LETTERS[event.verdict] || "X";
      verdicts[number] = conforms(event) ? letter : letter.toLowerCase();
      outcomes[number] = event.outcome[0].toUpperCase();
      const detail = detailIn(event);
      if (detail) details[number] = detail;
    }
    const why = (run.attribution ? run.attribution.groups : []).map((group) => {
      const sorted = group.cases.map((id) => numbers.get(id)).sort((left, right) => left - right);
      const distances = sorted.map((number, index) => number - (index > 0 ? sorted[index - 1] : 0));
      return [place(group.alternatives[0].join(" + ")), distances.join(" ")];
    });
    return {
      name: run.header.subject.name,
      command: (run.header.subject.invocation || []).map(quoted).join(" "),
      verdicts: verdicts.join(""), outcomes: outcomes.join(""), before: "", why, details,
    };
  });
  return {
    side: runs[0].header.subject.side, kind: "run", log: old.log, components: old.components,
    areas: titles.map((title) => ({ title })), subjects, mistakes, topics: written, link: "#mistake-",
  };
};

// What is wrong by cause, as in the page that the harness writes.
const groupsOf = (run) => {
  const attribution = run.attribution || { groups: [], left: [] };
  const groups = attribution.groups.map((group) => ({
    alternatives: group.alternatives, sentences: group.titles, cases: group.cases,
    notIn: group.not_in, telling: group.telling,
  }));
  for (const left of attribution.left || []) {
    const { part, difference } = left.shape;
    const sentences = [part ? `The ${part} ${difference}.` : "Another signature; no shown stage differs."];
    if (left.canonical) sentences.push(`Its canonical request is that of ${left.canonical}; what follows differs, too.`);
    if (left.contradicted) sentences.push(`Not ${left.contradicted[0]}, which would change ${left.contradicted[1]}, and that is right.`);
    groups.push({ alternatives: [], sentences, cases: left.cases });
  }
  const known = new Set(groups.flatMap((group) => group.cases));
  const failures = new Map();
  for (const event of run.cases) {
    if (event.outcome !== "failed" || known.has(event.id)) continue;
    const said = ((event.notes || [])[0] || event.verdict).split("\n")[0];
    failures.set(said, [...(failures.get(said) || []), event.id]);
  }
  for (const [said, cases] of failures) groups.push({ alternatives: [], sentences: [said], cases });
  return groups;
};

const groupElement = (run, group) => {
  const { side, invocation } = run.header.subject;
  const command = (id) => commandLine(
    ["sigv4-conformance", side, "--filter", id, ...(invocation || [])].map(quoted).join(" "));
  const first = run.cases.find((event) => event.id === group.cases[0]);
  const shown = group.alternatives.slice(0, 4);
  const names = shown.flatMap((set, index) =>
    [index > 0 ? element("span", { class: "or" }, " or ") : null, ...mistakeLinks(set, "#mistake-")]);
  if (shown.length === 0) names.push(element("span", { class: "unnamed" }, "not in the catalogue"));
  const more = group.alternatives.length - shown.length;
  if (more > 0) names.push(element("span", { class: "or" }, ` or ${counted(more, "other")}`));
  const number = element("span", { class: "number" }, counted(group.cases.length, "case"));
  const topics = new Map();
  for (const id of group.cases) topics.set(topicOf(id), [...(topics.get(topicOf(id)) || []), nameOf(id)]);
  const detail = first && detailIn(first);
  return element("article", { class: "group" },
    element("h3", {}, ...names, " ", number),
    group.sentences.map((sentence) => element("p", { class: "sentence" }, coded(sentence))),
    element("p", { class: "case" }, element("code", {}, group.cases[0]), " ", coded(first ? first.title : "")),
    detail ? detailOf(detail) : null,
    command(group.cases[0]),
    group.notIn ? element("p", { class: "note" }, `Not everywhere: ${group.notIn} is right.`) : null,
    group.telling ? [element("p", { class: "note" }, "To tell them apart:"), command(group.telling)] : null,
    group.cases.length > 1 ? element("details", {},
      element("summary", {}, counted(group.cases.length, "case")),
      [...topics].map(([topic, ids]) => element("p", { class: "topic" }, element("b", {}, `${topic}/`), ` ${ids.join(" ")}`)))
      : null);
};

const summaryElement = (run) => {
  const { header: { subject, suite, planned, partial }, footer } = run;
  const isGood = footer.result === "as-expected";
  const words = footer.result === "incomplete" ? "incomplete: it proves nothing"
    : isGood ? `as expected${footer.known > 0 ? `, with ${grouped(footer.known)} known failures` : ""}`
      : `${grouped(footer.failed)} unexpected`;
  const fact = (name, value) => element("div", {}, element("dt", {}, name), element("dd", {}, value));
  return element("section", { class: "run" },
    element("h1", {}, subject.name, " ", element("small", {}, subject.version)),
    element("p", { class: `verdict ${isGood ? "good" : "bad"}` }, words),
    element("dl", { class: "facts" },
      fact("subject", `${subject.side} in ${subject.language}`),
      fact("asked", `${grouped(footer.asked)} of ${grouped(planned.length)}${partial ? ", a part of the vectors" : ""}`),
      Object.entries(footer.counts).map(([verdict, count]) => fact(verdict, grouped(count))),
      fact("failed", grouped(footer.failed)), fact("known failures", grouped(footer.known)),
      fact("noted", grouped(footer.noted)),
      fact("time", `${(Math.floor(footer.milliseconds / 10) / 100).toFixed(2)} s`),
      element("div", { class: "wide" }, element("dt", {}, "vectors"),
        element("dd", {}, `${suite.version} `, element("code", {}, suite.digest)))),
    (footer.remarks || []).map((remark) => element("p", { class: "note" }, remark)),
    run.problems.map(({ kind, message, file, line }) => element("p", { class: "problem" },
      element("b", {}, kind.replaceAll("-", " ")), file ? ` ${file}:${line}: ${message}` : ` ${message}`)));
};

const showRuns = (runs) => {
  const mistakes = element("section", { id: "mistakes", "aria-labelledby": "mistakes-title" },
    element("h2", { id: "mistakes-title" }, "Mistakes"));
  for (const run of runs) {
    if (runs.length > 1) mistakes.append(element("h3", {}, run.header.subject.name));
    const attribution = run.attribution;
    if (attribution && attribution.mismatches > 0) {
      const isSigner = run.header.subject.side === "signer";
      const what = isSigner ? counted(attribution.mismatches, "mismatch", "mismatches")
        : counted(attribution.mismatches, "wrong ruling");
      mistakes.append(element("p", { class: "lead" }, `${grouped(attribution.explained)} of ${what} explained.`));
    }
    const groups = groupsOf(run);
    mistakes.append(...groups.map((group) => groupElement(run, group)));
    if (groups.length === 0) {
      mistakes.append(element("p", {}, "None: every answer is as it should be, or its subject says that it does not support this."));
    }
  }
  document.title = `${runs.map((run) => run.header.subject.name).join(", ")} · sigv4-conformance`;
  document.getElementById("result").replaceChildren(...runs.map(summaryElement), mistakes);
};
