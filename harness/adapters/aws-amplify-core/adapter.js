/**
 * The signer of @aws-amplify/core behind the sigv4-conformance protocol.
 *
 * `signRequest` and `presignUrl` take a URL and the time. The host is that of the URL. Paths are encoded or not, and
 * never normalised but by the URL class. A body that is neither text nor bytes goes unsigned. The header
 * x-amz-content-sha256 is the caller's. `presignUrl` takes no headers. The packages lie in the folder given as
 * argument.
 */
const { createHash } = require("node:crypto");
const { bytes, date, pairs, serve, text, uniqueHeaders, Unrepresentable, Unsupported } =
  require("../kit/node/sigv4-conformance.js");

const load = require("node:module").createRequire(`${process.argv[2]}/`);
const { presignUrl, signRequest } = load("@aws-amplify/core/internals/aws-client-utils");
const { version } = load("@aws-amplify/core/package.json");

function sign(question) {
  const { access_key_id, secret_access_key, session_token } = question.credentials;
  if (session_token !== null && !question.session_token_signed) {
    throw new Unsupported("the session token is always signed");
  }
  if (question.normalize && !question.double_encode) throw new Unsupported("no path is normalised");
  const options = {
    credentials: {
      accessKeyId: text(access_key_id),
      secretAccessKey: text(secret_access_key),
      sessionToken: session_token === null ? undefined : text(session_token),
    },
    signingDate: date(question.time),
    signingRegion: text(question.region),
    signingService: text(question.service),
    uriEscapePath: question.double_encode,
  };
  const request = buildRequest(question);
  if (question.placement === "query") {
    const url = presignUrl(request, { ...options, expiration: question.expires });
    const headers = [["host", url.host], ...Object.entries(request.headers)];
    return { request: { method: request.method, target: url.pathname + url.search, headers } };
  }
  const sent = signRequest(request, options);
  const target = sent.url.pathname + sent.url.search;
  return { request: { method: sent.method, target, headers: pairs(sent.headers) } };
}

function buildRequest(question) {
  const headers = uniqueHeaders(question.request);
  const host = Object.keys(headers).find((name) => name.toLowerCase() === "host");
  if (!host) throw new Unrepresentable("the host is that of a URL");
  const target = text(question.request.target);
  if (!/^[/?]/.test(target)) throw new Unrepresentable("a URL continues with a slash after its host");
  if (question.payload !== "signed" && question.payload !== "unsigned") {
    throw new Unsupported(`payload ${question.payload}`);
  }
  const body = bytes(question.request.body);
  if (question.content_sha256_header && question.placement === "header") {
    headers["x-amz-content-sha256"] =
      question.payload === "unsigned" ? "UNSIGNED-PAYLOAD" : createHash("sha256").update(body).digest("hex");
  }
  let url;
  try {
    url = new URL(`https://${headers[host]}${target}`);
  } catch (failure) {
    throw new Unrepresentable(String(failure));
  }
  delete headers[host];
  return { method: text(question.request.method), url, headers,
    body: question.payload === "unsigned" ? new Blob([body]) : body };
}

serve({ name: "aws-amplify-core", version, roles: ["sign-header", "sign-query", "sign-sequence"],
  profiles: ["generic", "s3"],
  features: ["content-sha256-header", "session-token", "unnormalized-double-encoded", "unsigned-payload"] }, { sign });
