"use strict";

const test = require("node:test");
const { gate } = require("sigv4-conformance");
const { hello, right } = require("./tiny-signer.js");

let asked = 0;

/** A signer that ends the process in the middle of the run. */
function ends(question) {
  asked += 1;
  if (asked === 50) process.exit(0);
  return right.sign(question);
}

test("tiny-signer", (t) => gate(t, hello, { ...right, sign: ends }));
