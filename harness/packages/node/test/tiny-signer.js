/** A signer as it may be found in any project, and the same with a mistake. */
"use strict";

const { createHash, createHmac } = require("node:crypto");
const { bytes, text, uniqueHeaders, Unrepresentable, Unsupported } = require("sigv4-conformance");

const hello = { name: "tiny-signer", version: "1.0", roles: ["sign-header"], profiles: ["generic"] };

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const encode = (data) => [...data].map((byte) => (/[\w.~-]/.test(String.fromCharCode(byte))
  ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)).join("");
const decode = (word) => Buffer.from(
  word.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16))), "latin1");
const byName = ([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0);

function ascii(value) {
  const string = text(value);
  // eslint-disable-next-line no-control-regex
  if (/[^\x00-\x7f]/.test(string)) throw new Unrepresentable("it takes text in ASCII");
  return string;
}

const signer = (isSorted) => ({
  sign({ request, credentials, region, service, time, normalize, double_encode: doubleEncode, payload,
    content_sha256_header: hashHeader }) {
    if (!normalize || !doubleEncode) throw new Unsupported("it normalises and encodes every path");
    if (payload !== "signed" || hashHeader) throw new Unsupported("it always signs the body, and sends no hash");
    if (credentials.session_token !== null) throw new Unsupported("it has no session token");
    const isOwn = (name) => ["x-amz-date", "authorization"].includes(name.toLowerCase());
    const kept = Object.entries(uniqueHeaders(request)).filter(([name]) => !isOwn(name));
    const signed = kept.map(([name, value]) => [ascii(name).toLowerCase(), ascii(value).trim().replace(/\s+/g, " ")]);
    if (!signed.some(([name]) => name === "host")) throw new Unrepresentable("it needs a host");
    signed.push(["x-amz-date", time]);
    signed.sort(byName);
    const names = signed.map(([name]) => name).join(";");
    const [path, ...rest] = ascii(request.target).split("?");
    const parameters = rest.join("?").split("&").filter(Boolean).map((part) => {
      const [name, ...value] = part.split("=");
      return [encode(decode(name)), encode(decode(value.join("=")))];
    });
    if (isSorted) parameters.sort(byName);
    const segments = [];
    for (const segment of path.split("/")) {
      if (segment === "..") segments.pop();
      else if (segment !== "" && segment !== ".") segments.push(encode(bytes(segment)));
    }
    const canonical = [ascii(request.method), `/${segments.join("/")}${segments.length && path.endsWith("/") ? "/" : ""}`,
      parameters.map((pair) => pair.join("=")).join("&"), ...signed.map((pair) => pair.join(":")), "", names,
      sha256(bytes(request.body))].join("\n");
    const scope = [time.slice(0, 8), ascii(region), ascii(service), "aws4_request"];
    const toSign = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonical)].join("\n");
    const secret = Buffer.concat([Buffer.from("AWS4"), bytes(credentials.secret_access_key)]);
    const signature = [...scope, toSign].reduce((key, part) => createHmac("sha256", key).update(part).digest(), secret);
    const authorization = `AWS4-HMAC-SHA256 Credential=${ascii(credentials.access_key_id)}/${scope.join("/")}, `
      + `SignedHeaders=${names}, Signature=${signature.toString("hex")}`;
    return {
      stages: { canonical_request: canonical, string_to_sign: toSign },
      request: { method: ascii(request.method), target: ascii(request.target),
        headers: [...kept, ["X-Amz-Date", time], ["Authorization", authorization]] },
    };
  },
});

module.exports = { hello, right: signer(true), unsorted: signer(false) };
