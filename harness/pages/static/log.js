"use strict";
// Reading a run log, and refusing one that does not add up.

const LARGEST = 256 * 1024 * 1024;

class Refused extends Error {}

// The text of a file that is not too large for a browser.
const textOf = (file) => {
  if (file.size > LARGEST) {
    throw new Refused(`${file.name} is larger than 256 MB: render it with \`sigv4-conformance report LOG --format html\``);
  }
  return file.text();
};

const conforms = ({ verdict, expected }) =>
  expected ? verdict === expected : verdict === "exact" || verdict === "equivalent";

const derivedOutcome = (event) => {
  const isKept = event.id.startsWith("found/") && event.level === "should";
  if (event.excuse === "twin-rejected") return "noted";
  if (conforms(event)) return "passed";
  if (event.incident) return "failed";
  if (event.known) return "known";
  return event.excuse || !(event.level === "must" || isKept) ? "noted" : "failed";
};

// The runs of a log: {header, cases, attribution, problems, footer} each.
const readLog = (name, text, version) => {
  const runs = [];
  let run = null;
  let number = 0;
  const refuse = (problem) => {
    throw new Refused(`${name}:${number}: ${problem}`);
  };
  for (const line of text.replace(/\n$/, "").split("\n")) {
    number += 1;
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      refuse("expected an event of a run log, a JSON object on each line");
    }
    const kind = event && event.event;
    if (kind === "header" && run) refuse("a header before the footer of the run above");
    if (kind !== "header" && !run) refuse("expected the header of a run first");
    if (kind === "header") run = opened(event, version, refuse);
    else if (kind === "case") takeCase(run, event, refuse);
    else if (kind === "attribution") run.attribution = event;
    else if (kind === "problem") run.problems.push(event);
    else if (kind === "footer") {
      runs.push(closed(run, event, refuse));
      run = null;
    } else refuse("expected an event of a run log");
  }
  if (run) {
    refuse(`the run of ${run.header.subject.name} has no footer: it was cut off after ${run.cases.length} of ${run.header.planned.length} cases`);
  }
  return runs;
};

const opened = (header, version, refuse) => {
  if (header.log !== version) refuse(`log version ${header.log}, expected ${version}`);
  if (!Array.isArray(header.planned) || header.planned.length === 0) {
    refuse("planned: the plan is empty, so that the run proves nothing");
  }
  if (!header.subject || !header.suite) refuse("expected a header with `subject` and `suite`");
  const missing = new Set(header.planned);
  if (missing.size !== header.planned.length) refuse("planned: a case is planned twice");
  return { header, missing, cases: [], attribution: null, problems: [], footer: null };
};

const takeCase = (run, event, refuse) => {
  if (!run.missing.delete(event.id)) refuse(`the case ${event.id} was not planned, or comes twice`);
  const derived = derivedOutcome(event);
  if (event.outcome !== derived) {
    refuse(`${event.id}: outcome: stated as ${event.outcome}, but it is ${derived}`);
  }
  run.cases.push(event);
};

const closed = (run, footer, refuse) => {
  if (run.missing.size > 0) {
    refuse(`${run.missing.size} planned cases have no verdict, ${[...run.missing][0]} first`);
  }
  const count = (is) => run.cases.filter(is).length;
  const verdicts = new Set([...Object.keys(footer.counts || {}), ...run.cases.map((it) => it.verdict)]);
  const counts = [...verdicts].map((verdict) =>
    [verdict, (footer.counts || {})[verdict] || 0, count((it) => it.verdict === verdict)]);
  for (const outcome of ["failed", "known", "noted"]) {
    counts.push([outcome, footer[outcome], count((it) => it.outcome === outcome)]);
  }
  counts.push(["asked", footer.asked, count((it) => it.excuse !== "not-asked")]);
  counts.push(["problems", footer.problems, run.problems.length]);
  for (const [what, stated, actual] of counts) {
    if (stated !== actual) refuse(`the footer counts ${stated} ${what}, the events are ${actual}`);
  }
  const isGood = footer.failed === 0 && footer.problems === 0 && !run.cases.some((it) => it.incident);
  if (footer.result === "as-expected" && !isGood) {
    refuse("the footer's result is not what the events come to");
  }
  return { ...run, footer };
};
