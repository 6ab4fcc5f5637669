/**
 * What adapters of sigv4-conformance in Node have in common: the lines of the protocol, its bytes, the clock.
 * Copy this file next to your adapter (as .cjs in a package of type "module"); it needs Node 18 and nothing else:
 *
 *     const { serve, bytes, pairs, text, uniqueHeaders, Unsupported } = require("./sigv4-conformance.js");
 *     const signer = require("my-signer");
 *     serve({ name: "my-signer", version: signer.version, roles: ["sign-header"], profiles: ["generic"] }, {
 *       sign({ request, credentials, region, service, payload }) {
 *         if (payload !== "signed") throw new Unsupported("it always signs the body");
 *         const sent = { method: text(request.method), path: text(request.target),
 *           headers: uniqueHeaders(request), body: bytes(request.body) };
 *         signer.sign(sent, text(credentials.access_key_id), text(credentials.secret_access_key),
 *           text(region), text(service));
 *         return { request: { method: sent.method, target: sent.path, headers: pairs(sent.headers) } };
 *       },
 *     });
 *
 * `serve(hello, operations)` has a function for each `op`, which takes the question and returns the answer or a
 * promise of it. `seq` is added, and `result` where there is only one ("signed" for `sign`); `verify` returns
 * `{ result: "accept" }`, or `{ result: "reject", detail }`. Throw `Unsupported` or `Unrepresentable` with the reason
 * for an answer of that kind; anything else that is thrown becomes an `error`. Without a function of its own,
 * `sign-sequence` calls `sign` for one call after the other; one of its own gives each call its time with `timed`.
 *
 * Questions are answered one by one, and while one is open, `new Date()` and `Date.now()` give the time of the
 * question. A request that was signed at another time becomes an `error`: then the subject has a clock of its own.
 */
"use strict";

class Unsupported extends Error {} // the subject's interface has no way to request this
class Unrepresentable extends Error {} // it cannot hold this input, or refuses it on purpose

/** Bytes of the protocol, a string or an object with base64, as a Buffer. */
function bytes(value) {
  return typeof value === "string" ? Buffer.from(value) : Buffer.from(value.base64, "base64");
}

/** Bytes of the protocol as a string. */
function text(value) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes(value));
  } catch {
    throw new Unrepresentable("the subject takes text, and this is not UTF-8");
  }
}

/** A Buffer as bytes of the protocol, for the answer. */
function encode(buffer) {
  const string = buffer.toString("utf8");
  return Buffer.from(string).equals(buffer) ? string : { base64: buffer.toString("base64") };
}

/** The headers of a request as an object, for a subject that holds one of a name. */
function uniqueHeaders(request) {
  const given = request.headers.map(([name, value]) => [text(name), text(value)]);
  if (new Set(given.map(([name]) => name.toLowerCase())).size < given.length) {
    throw new Unrepresentable("headers are an object, which holds one of a name");
  }
  return Object.fromEntries(given);
}

/** The headers of an object or a Headers, as the pairs of an answer. */
function pairs(headers) {
  const all = typeof headers[Symbol.iterator] === "function" ? [...headers] : Object.entries(headers);
  return all.flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
}

/** A time of the protocol as a Date. */
function date(time) {
  return new Date(time.replace(/^(.{4})(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

let now; // milliseconds, or undefined for the system's clock
let times = []; // of the calls of the question: one may repeat the time of another, which is for the judge to see
globalThis.Date = new Proxy(Date, {
  construct: (target, given, self) =>
    Reflect.construct(target, given.length || now === undefined ? given : [now], self),
  apply: (target) => (now === undefined ? target() : new target(now).toString()),
  get: (target, name) => (name === "now" ? () => now ?? target.now() : target[name]),
});

/** Calls the operation at the time of the question, and checks that what it signed carries that time. */
async function timed(operation, question) {
  now = question.time && date(question.time).getTime();
  try {
    const answer = await operation(question);
    const signed = question.placement && !dates(question.request).length ? dates(answer.request) : [];
    if (signed.length && !signed.some((time) => times.includes(time))) {
      throw new Error(`signed at ${signed[0]}, though the clock was set to ${question.time}`);
    }
    return answer;
  } finally {
    now = undefined;
  }
}

/** The dates of a request that a signer can have set. */
function dates(request) {
  const found = request.headers.filter(([name]) => /^(x-amz-)?date$/i.test(bytes(name).toString()))
    .map(([, value]) => bytes(value).toString());
  return found.concat([...bytes(request.target).toString().matchAll(/[?&]X-Amz-Date=([^&]*)/gi)].map((m) => m[1]));
}

const RESULTS = { __proto__: null, sign: "signed", "sign-sequence": "signed-sequence", "sign-chunks": "signed-chunks",
  "sign-events": "signed-events", "sign-v4a": "signed-v4a", "sign-post-policy": "signed-post-policy",
  "sign-legacy": "signed-legacy", "sign-v4a-chunks": "signed-v4a-chunks", token: "token", "derive-key": "derived",
  "derive-key-pair": "derived-key-pair" };

/** The function from a question of the harness to a promise of the answer. */
function answering(hello, operations) {
  const greeting = { op: "hello", protocol: 1, language: `Node ${process.version.slice(1)}`, ...hello };
  const known = { __proto__: null, ...operations };
  known["sign-sequence"] ??= known.sign && greeting.roles.includes("sign-sequence") && (async ({ calls }) => {
    const answers = [];
    for (const call of calls) answers.push(await timed(known.sign, call));
    return { calls: answers };
  });

  return async (question) => {
    if (question.op === "hello") return greeting;
    const { seq } = question;
    times = (question.calls ?? [question]).map(({ time }) => time);
    try {
      const operation = known[question.op];
      if (!operation) throw new Unsupported(`no operation ${question.op}`);
      return { seq, result: RESULTS[question.op], ...(await timed(operation, question)) };
    } catch (failure) {
      if (failure instanceof Unsupported) return { seq, result: "unsupported", detail: failure.message };
      if (failure instanceof Unrepresentable) return { seq, result: "unrepresentable", detail: failure.message };
      return { seq, result: "error", detail: String(failure) };
    }
  };
}

/** Greets with `hello`, then answers questions with `operations` until the input ends. */
function serve(hello, operations) {
  const answer = answering(hello, operations);
  console.log = console.info = console.debug = console.error; // standard output belongs to the protocol
  let rest = "";
  let last = Promise.resolve();
  process.stdin.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      last = last.then(() => answer(JSON.parse(line)))
        .then((reply) => process.stdout.write(`${JSON.stringify(reply)}\n`));
    }
  });
}

module.exports = { serve, answering, timed, Unsupported, Unrepresentable, bytes, text, encode, pairs, uniqueHeaders, date };
