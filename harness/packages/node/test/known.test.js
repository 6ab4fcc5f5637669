"use strict";

const { writeFileSync } = require("node:fs");
const test = require("node:test");
const { gate } = require("sigv4-conformance");
const { hello, unsorted } = require("./tiny-signer.js");

const LIST = `[[known]]
mistake = "query-unsorted"
verdict = "mismatch"
reason = "sorts in the next release"
`;

test("tiny-signer", (t) => {
  writeFileSync("known.toml", LIST);
  return gate(t, hello, unsorted, { filters: ["official/*"], known: "known.toml" });
});
