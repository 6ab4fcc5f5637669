"use strict";

const test = require("node:test");
const { gate } = require("sigv4-conformance");
const { hello, unsorted } = require("./tiny-signer.js");

test("tiny-signer", (t) => gate(t, hello, unsorted));
