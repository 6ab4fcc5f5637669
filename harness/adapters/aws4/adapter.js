/**
 * aws4 behind the sigv4-conformance protocol.
 *
 * The path is treated as S3 does if the service is named `s3`, and only then. The time of signing is that of the
 * system's clock, which the kit sets. The life of a presigned request is a parameter that the caller adds. The
 * payload line comes from the header X-Amz-Content-Sha256, if the caller gives it, which only s3 gets by itself. The
 * answer is the request object that `sign()` leaves for Node's HTTP library. The packages lie in the folder given as
 * argument.
 */
const { createHash } = require("node:crypto");
const { bytes, pairs, serve, text, timed, uniqueHeaders, Unrepresentable, Unsupported } =
  require("../kit/node/sigv4-conformance.js");

const aws4 = require(`${process.argv[2]}/aws4`);
const { version } = require(`${process.argv[2]}/aws4/package.json`);

function sign(question) {
  return signed(question, buildRequest(question));
}

/** Calls as one client makes them: a retry is a new request with the headers object of the one before. */
async function signSequence({ calls }) {
  const answers = [];
  let before, headers;
  for (const call of calls) {
    const request = buildRequest(call);
    const asked = JSON.stringify([call.request, call.payload, call.placement]);
    if (asked === before) request.headers = headers;
    ({ headers } = request);
    answers.push(await timed(() => signed(call, request), call));
    before = asked;
  }
  return { calls: answers };
}

function signed(question, request) {
  const { access_key_id, secret_access_key, session_token } = question.credentials;
  const signer = new aws4.RequestSigner(request, {
    accessKeyId: text(access_key_id),
    secretAccessKey: text(secret_access_key),
    sessionToken: session_token === null ? undefined : text(session_token),
  });
  const stages = {};
  for (const [method, stage] of [["canonicalString", "canonical_request"], ["stringToSign", "string_to_sign"]]) {
    signer[method] = () => (stages[stage] = aws4.RequestSigner.prototype[method].call(signer));
  }
  let sent;
  try {
    sent = signer.sign();
  } catch (failure) {
    throw failure instanceof URIError ? new Unrepresentable(`decodeURI: ${failure.message}`) : failure;
  }
  return { request: { method: sent.method, target: sent.path, headers: pairs(sent.headers) }, stages };
}

function sha256(body) {
  return createHash("sha256").update(body).digest("hex");
}

function buildRequest(question) {
  const service = text(question.service);
  const s3 = service === "s3";
  const query = question.placement === "query";
  if (question.normalize === s3 || (s3 && question.double_encode)) {
    throw new Unsupported("the path is treated as S3 does for the service s3, and only for it");
  }
  if (question.credentials.session_token !== null && !question.session_token_signed) {
    throw new Unsupported("the session token is always signed");
  }
  if (question.payload !== "signed" && question.payload !== "unsigned") {
    throw new Unsupported(`payload ${question.payload}`);
  }
  if (query && s3 !== (question.payload === "unsigned")) {
    throw new Unsupported("a presigned request leaves out the body for s3, and only for it");
  }
  const headers = uniqueHeaders(question.request);
  if (Object.hasOwn(headers, "__proto__")) throw new Unrepresentable("its copy of the headers loses __proto__");
  const body = bytes(question.request.body);
  if (!query && question.payload === "unsigned") headers["X-Amz-Content-Sha256"] = "UNSIGNED-PAYLOAD";
  else if (!query && question.content_sha256_header && !s3) headers["X-Amz-Content-Sha256"] = sha256(body);
  let path = text(question.request.target);
  if (query) path += `${path.includes("?") ? "&" : "?"}X-Amz-Expires=${question.expires}`;
  return { method: text(question.request.method), path, headers, service, region: text(question.region),
    body: body.length ? body : undefined, signQuery: query, doNotEncodePath: !question.double_encode };
}

serve({ name: "aws4", version, roles: ["sign-header", "sign-query", "sign-sequence"], profiles: ["generic", "s3"],
  features: ["content-sha256-header", "normalized-single-encoded", "session-token", "unsigned-payload"] },
  { sign, "sign-sequence": signSequence });
