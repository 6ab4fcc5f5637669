/**
 * @filen/aws4-express behind the sigv4-conformance protocol: an Express application with `rawBodyFromStream` and
 * `awsVerify`, as its documentation shows, called without a socket. The packages lie in the folder given as argument.
 *
 * Node's own code joins headers of the same name, or keeps the first.
 * `accept` is the answer of the route behind the middleware, `error` a status of 500 or more. Region and service are
 * handed to `secretKey`, which does not look at them, as in the examples; session tokens are not its part.
 */
"use strict";

const { bytes, serve, text, Unrepresentable, Unsupported } = require("../kit/node/sigv4-conformance.js");
const http = require("node:http");
const net = require("node:net");
const { createRequire } = require("node:module");
const path = require("node:path");

const load = createRequire(path.resolve(process.argv[2], "index.js"));
const { awsVerify, rawBodyFromStream } = load("@filen/aws4-express");
const express = createRequire(load.resolve("@filen/aws4-express"))("express");

/** Refuses what the middleware says that it does not support, by what the request says of itself. */
function onlyPlain(request) {
  const header = (name) => {
    const found = request.headers.find(([other]) => bytes(other).toString("latin1").toLowerCase() === name);
    return found ? bytes(found[1]).toString("latin1").trim() : "";
  };
  const target = bytes(request.target).toString("latin1");
  const algorithm = "AWS4-ECDSA-P256-SHA256";
  if (header("authorization").startsWith(algorithm) || header("x-amz-region-set") ||
    target.includes(`X-Amz-Algorithm=${algorithm}`) || target.includes("X-Amz-Region-Set=")) {
    throw new Unsupported("no SigV4A");
  }
  if (header("content-type").startsWith("multipart/form-data")) throw new Unsupported("no forms");
  if (header("x-amz-content-sha256").startsWith("STREAMING-") || header("x-amz-decoded-content-length") ||
    header("content-encoding").includes("aws-chunked")) throw new Unsupported("no bodies in chunks");
  if (target.includes("X-Amz-")) throw new Unsupported("no presigned requests");
}

/** The request as Node's server hands it on. */
function arrived(request) {
  const lines = request.headers.flatMap(([name, value]) => {
    try {
      const pair = [bytes(name).toString("latin1"), bytes(value).toString("latin1").trim()];
      http.validateHeaderName(pair[0]);
      http.validateHeaderValue(...pair);
      return pair;
    } catch (problem) {
      throw new Unrepresentable(problem.message);
    }
  });
  const method = text(request.method);
  if (!http.METHODS.includes(method)) throw new Unrepresentable("Node's parser knows no such method");
  const incoming = new http.IncomingMessage(new net.Socket());
  const body = bytes(request.body);
  Object.assign(incoming, { method, url: text(request.target), httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1 });
  incoming._addHeaderLines(lines, lines.length);
  if (body.length) incoming.push(body);
  incoming.push(null);
  return incoming;
}

function verify({ request, keys }) {
  onlyPlain(request);
  if (keys.some((key) => !("secret_access_key" in key))) throw new Unsupported("it derives the keys itself, from the secret");
  if (keys.some((key) => key.session_token !== null)) throw new Unsupported("no session tokens");
  const active = keys.filter((key) => key.active);
  const secrets = new Map(active.map((key) => [text(key.access_key_id), text(key.secret_access_key)]));
  const app = express();
  app.use(rawBodyFromStream);
  app.use(awsVerify({ secretKey: (message) => secrets.get(message.accessKey) }));
  app.use((_, response) => response.sendStatus(204));
  const incoming = arrived(request);
  return new Promise((resolve) => {
    const response = new http.ServerResponse(incoming);
    response.end = (said) => {
      const detail = `${response.statusCode} ${said ?? ""}`;
      if (response.statusCode === 204) resolve({ result: "accept" });
      else resolve({ result: response.statusCode >= 500 ? "error" : "reject", detail });
    };
    app.handle(incoming, response);
  });
}

serve({
  name: "@filen/aws4-express",
  version: JSON.parse(require("node:fs").readFileSync(path.resolve(process.argv[2], "@filen/aws4-express/package.json"))).version,
  roles: ["verify"],
  features: ["absent-host", "duplicate-headers", "empty-header-value", "odd-header-name", "padded-header-value"],
}, { verify });
