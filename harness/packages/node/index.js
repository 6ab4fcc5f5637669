/** Gates a signer of this process: see README.md. The kit for adapters is exported along with it. */
"use strict";

const { spawn } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const { mkdtemp, readFile, rm, writeFile } = require("node:fs/promises");
const { createServer } = require("node:net");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { createInterface } = require("node:readline");

const kit = require("./kit.js");

const PROGRAM = join(__dirname, "bin", "sigv4-conformance");

/**
 * Makes a subtest of `t` for each vector. `hello` says what the signer does and can hold, `operations` has its
 * functions, both as for `serve`; `options` are `filters`, a list of globs, and `known`, the file of known failures.
 */
async function gate(t, hello, operations, options = {}) {
  const { cases, problems, about } = await run(hello, operations, options);
  const tests = cases.map(({ id, outcome, notes = [], known, ...rest }) => {
    const skip = outcome === "noted" && (notes.join("; ") || "not a `must`");
    const todo = outcome === "known" && known.reason;
    return t.test(id, { skip, todo }, () => {
      if (outcome === "failed" || outcome === "known") throw failure(about({ id, notes, ...rest }));
    });
  });
  tests.push(t.test("the-run-as-a-whole", () => {
    if (problems.length) throw failure(problems.join("\n"));
  }));
  await Promise.all(tests);
}

/** An error that shows its message, and no stack of this file. */
function failure(message) {
  return Object.assign(new Error(message), { stack: message });
}

/** Asks the signer everything that the filters take, and returns what was found. */
async function run(hello, operations, { filters = [], known } = {}) {
  const bridge = await bridgeTo(kit.answering(hello, operations));
  const folder = await mkdtemp(join(tmpdir(), "sigv4-conformance-"));
  process.on("exit", endedEarly);
  try {
    const [log, address] = ["log", "address"].map((name) => join(folder, name));
    await writeFile(address, bridge.address);
    const words = ["signer", "--findings", "0", "--log", log, ...filters.flatMap((glob) => ["--filter", glob])];
    if (known) words.push("--expect", known);
    words.push("--", process.execPath, join(__dirname, "relay.js"), address);
    const said = await call(words);
    const events = await readFile(log, "utf8");
    if (!events) throw failure(said); // the adapter did not start
    return read(events);
  } finally {
    process.off("exit", endedEarly);
    bridge.close();
    await rm(folder, { recursive: true });
  }
}

/** A signer that ends the process has not answered, whatever its exit code. */
function endedEarly() {
  process.stderr.write("sigv4-conformance: the signer ended the process, and the run proves nothing\n");
  process.exitCode = 1;
}

/** Runs the program to its end, and returns its messages. */
function call(words) {
  return new Promise((resolve, reject) => {
    const child = spawn(PROGRAM, words, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => { said += text; });
    child.on("error", reject).on("close", (code) => {
      said = said.trim() || `sigv4-conformance ended with ${code}`;
      if ([0, 1, 3].includes(code)) resolve(said);
      else reject(failure(said));
    });
  });
}

/** Where `relay.js` finds the signer. The kit sets the clock for each question, so that one is answered at a time. */
async function bridgeTo(answer) {
  const token = randomBytes(16).toString("hex");
  const sockets = new Set();
  let last = Promise.resolve();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let isTrusted = false;
    sockets.add(socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket)));
    createInterface({ input: socket }).on("line", (line) => {
      if (!isTrusted) {
        isTrusted = line === token;
        if (!isTrusted) socket.destroy();
        return;
      }
      last = last.then(() => answer(JSON.parse(line))).then((reply) => socket.write(`${JSON.stringify(reply)}\n`));
    }).on("close", () => last.then(() => socket.end()));
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { address: `${server.address().port} ${token}`, close };
}

/** The events of a log, and what is to be said of a case. */
function read(log) {
  const events = log.trim().split("\n").map((line) => JSON.parse(line));
  const of = (kind) => events.filter(({ event }) => event === kind);
  const groups = of("attribution").flatMap((attribution) => attribution.groups);
  const about = ({ id, title, verdict, finding, notes = [] }) => {
    const lines = [`${verdict} ${id}`, `  ${title}`];
    if (finding) lines.push(`  ${finding.stage}: ${finding.summary}`);
    lines.push(...notes.map((note) => `  ${note}`));
    const group = groups.find(({ cases }) => cases.includes(id));
    if (group) {
      lines.push(`  mistake: ${group.alternatives.map((set) => set.join(" with ")).join(", or ")}`);
      lines.push(...group.titles.map((title) => `    ${title}`));
    }
    return lines.join("\n");
  };
  const problems = of("problem").map(({ file, line, message }) => (file ? `${file}:${line}: ${message}` : message));
  return { cases: of("case"), problems, about };
}

module.exports = { ...kit, gate };
