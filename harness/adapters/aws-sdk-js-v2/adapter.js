/**
 * The signers of aws-sdk, the AWS SDK for JavaScript, version 2, behind the sigv4-conformance protocol.
 *
 * They take the time as an argument. For version 4 a path is encoded unless the service is `s3` or the signature
 * version `s3v4`. A presigner is fed by the events of an SDK request, which `presign` sends it. The packages lie in
 * the folder given as argument.
 */
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";
const { bytes, date, pairs, serve, text, uniqueHeaders, Unrepresentable, Unsupported } =
  require("../kit/node/sigv4-conformance.js");

const AWS = require(`${process.argv[2]}/aws-sdk`);

const ENDPOINT = "https://example.amazonaws.com"; // for URLs only: the Host header is given

function sign(question) {
  const service = text(question.service);
  const request = buildRequest(question, service);
  const signer = new AWS.Signers.V4(request, service, { signatureVersion: question.double_encode ? "v4" : "s3v4" });
  const stages = {};
  for (const [method, stage] of [["canonicalString", "canonical_request"], ["stringToSign", "string_to_sign"]]) {
    signer[method] = (...given) => (stages[stage] = AWS.Signers.V4.prototype[method].apply(signer, given));
  }
  const addAuthorization = () => signer.addAuthorization(credentials(question), date(question.time));
  let target;
  if (question.placement === "query") {
    target = pathOf(presign(request, question.expires, addAuthorization));
    for (const name of ["presigned-expires", "Authorization"]) delete request.headers[name];
  } else {
    addAuthorization();
    target = request.path;
  }
  return { request: { method: request.method, target, headers: pairs(request.headers) }, stages };
}

function buildRequest(question, service) {
  const query = question.placement === "query";
  if (service === "s3" && question.double_encode) throw new Unsupported("a path of s3 is never encoded");
  if (question.normalize && !question.double_encode) throw new Unsupported("no path is normalised");
  if (question.credentials.session_token !== null && !question.session_token_signed) {
    throw new Unsupported("the session token is always signed");
  }
  if (question.payload !== "signed" && question.payload !== "unsigned") {
    throw new Unsupported(`payload ${question.payload}`);
  }
  if (query && (service === "s3") !== (question.payload === "unsigned")) {
    throw new Unsupported("a presigned request leaves out the body for s3, and only for it");
  }
  const headers = uniqueHeaders(question.request);
  const request = new AWS.HttpRequest(ENDPOINT, text(question.region));
  request.method = text(question.request.method);
  request.path = text(question.request.target);
  request.headers = headers;
  request.body = query && question.payload === "unsigned" ? "" : bytes(question.request.body);
  if (!query && (question.content_sha256_header || question.payload === "unsigned")) {
    addPayloadHash(request, question.payload === "unsigned" ? "v4-unsigned-body" : "v4");
  }
  return request;
}

function credentials({ credentials: { access_key_id, secret_access_key, session_token } }) {
  return new AWS.Credentials(text(access_key_id), text(secret_access_key),
    session_token === null ? undefined : text(session_token));
}

function pathOf(url) {
  return url.slice(ENDPOINT.length);
}

/** What listens to the building of every SDK request with this signer. */
function addPayloadHash(httpRequest, authtype) {
  const service = { api: { signatureVersion: "v4" }, getSignerClass: () => AWS.Signers.V4 };
  const request = { httpRequest, service, operation: "o", haltHandlersOnError: () => {} };
  service.api.operations = { o: { authtype } };
  AWS.EventListeners.Core.COMPUTE_SHA256(request, (failure) => {
    if (failure) throw failure;
  });
}

/** The URL from the presigner, which waits for an SDK request to be built and signed. */
function presign(httpRequest, expires, addAuthorization, Signer = AWS.Signers.V4) {
  const listeners = {};
  const request = {
    httpRequest,
    service: { getSignerClass: () => Signer, getSkewCorrectedDate: () => new Date() },
    response: {},
    on: (event, listener) => (listeners[event] = listener),
    removeListener: () => {},
    emit: () => {},
    build() {
      listeners.build(request);
      addAuthorization();
      listeners.sign(request);
    },
  };
  try {
    return new AWS.Signers.Presign().sign(request, expires);
  } catch (failure) {
    throw failure.code === "InvalidExpiryTime" ? new Unrepresentable(failure.message) : failure;
  }
}

/** The signers before version 4: of S3, of forms, and of the date alone. */
function signLegacy(question) {
  const headers = uniqueHeaders(question.request);
  const host = Object.keys(headers).find((name) => name.toLowerCase() === "host");
  const request = new AWS.HttpRequest(`https://${host ? headers[host] : "example.amazonaws.com"}`);
  Object.assign(request, { method: text(question.request.method), path: text(question.request.target), headers,
    body: bytes(question.request.body) });
  if (question.bucket !== null) request.virtualHostedBucket = text(question.bucket);
  const form = question.scheme === "query-v2";
  if (form && request.method !== "POST") throw new Unsupported("the form of a POST is signed, and no query");
  if (form && question.algorithm !== "HmacSHA256") throw new Unsupported(`algorithm ${question.algorithm}`);
  if (form) request.params = AWS.util.queryStringParse(request.body.toString());
  const Signer = { "s3-header": AWS.Signers.S3, "s3-query": AWS.Signers.S3, "query-v2": AWS.Signers.V2,
    "aws3-https": AWS.Signers.V3Https }[question.scheme];
  if (!Signer) throw new Unsupported(`scheme ${question.scheme}`);
  const signer = new Signer(request);
  const addAuthorization = () => signer.addAuthorization(credentials(question), date(question.time));
  let target = request.path;
  if (question.scheme === "s3-query") {
    const lifetime = question.expires_at - date(question.time).getTime() / 1000;
    target = presign(request, lifetime, addAuthorization, Signer).replace(/^https:\/\/[^/?]*/, "");
    for (const name of ["presigned-expires", "Authorization"]) delete request.headers[name];
  } else {
    addAuthorization();
  }
  return { request: { method: request.method, target, headers: pairs(request.headers),
    ...(form && { body: request.body }) } };
}

function token(question) {
  if (question.kind !== "rds") throw new Unsupported(`no token of ${question.kind}`);
  if (question.lifetime !== 900) throw new Unsupported("a token lives for 15 minutes");
  return {
    token: new AWS.RDS.Signer().getAuthToken({ region: text(question.region), hostname: text(question.host),
      port: question.port, username: text(question.user), credentials: credentials(question) }),
  };
}

serve({ name: "aws-sdk-js-v2", version: AWS.VERSION,
  roles: ["sign-header", "sign-query", "sign-sequence", "sign-legacy", "token"], profiles: ["generic", "s3"],
  features: ["session-token", "unnormalized-double-encoded", "unsigned-payload"] },
{ sign, "sign-legacy": signLegacy, token });
