/**
 * aws4fetch behind the sigv4-conformance protocol.
 *
 * AwsV4Signer takes a URL, so the target goes through Node's URL class, and the host is that of the URL. The path is
 * treated as S3 does if the service is named `s3`, and only then. The life of a presigned request is a parameter that
 * the caller adds, and the payload line is that of the header X-Amz-Content-Sha256, without which the body of a
 * request to s3 is not signed. Signers share a cache of keys, as those of one AwsClient do. The packages lie in the
 * folder given as argument.
 */
const { createHash } = require("node:crypto");
const { bytes, serve, text, uniqueHeaders, Unrepresentable, Unsupported } =
  require("../kit/node/sigv4-conformance.js");

const { AwsV4Signer } = require(`${process.argv[2]}/aws4fetch`);
const { version } = require(`${process.argv[2]}/aws4fetch/package.json`);

const cache = new Map();

async function sign(question) {
  try {
    return await signed(question, build(question));
  } catch (failure) {
    // of the URL class and of Headers, which takes neither control characters nor letters outside Latin-1
    throw failure instanceof TypeError ? new Unrepresentable(String(failure)) : failure;
  }
}

async function signed(question, signer) {
  const stages = {};
  for (const [method, stage] of [["canonicalString", "canonical_request"], ["stringToSign", "string_to_sign"]]) {
    signer[method] = async () => (stages[stage] = await AwsV4Signer.prototype[method].call(signer));
  }
  const sent = await signer.sign();
  // A presigned URL goes to another client, with the headers that it was made for.
  const given = new Set(Object.keys(uniqueHeaders(question.request)).map((name) => name.toLowerCase()));
  const headers = [...sent.headers].filter(([name]) => question.placement === "header" || given.has(name));
  return {
    request: {
      method: sent.method,
      target: sent.url.pathname + sent.url.search,
      // fetch() sends the host of the URL, and of a header one byte for each letter
      headers: [["Host", sent.url.host], ...headers.map(([name, value]) => [name, latin1(value)])],
    },
    stages,
  };
}

function build(question) {
  const service = text(question.service);
  const s3 = service === "s3";
  const query = question.placement === "query";
  if (question.normalize === s3 || (s3 && question.double_encode)) {
    throw new Unsupported("the path is treated as S3 does for the service s3, and only for it");
  }
  const token = question.credentials.session_token;
  if (token !== null && !question.session_token_signed && !query) {
    throw new Unsupported("in a header the session token is always signed");
  }
  if (question.payload !== "signed" && question.payload !== "unsigned") {
    throw new Unsupported(`payload ${question.payload}`);
  }
  if (query && s3 !== (question.payload === "unsigned")) {
    throw new Unsupported("a presigned request leaves out the body for s3, and only for it");
  }
  const headers = uniqueHeaders(question.request);
  const host = Object.keys(headers).find((name) => name.toLowerCase() === "host");
  if (!host) throw new Unrepresentable("the host is that of a URL");
  const body = bytes(question.request.body);
  if (!query && question.payload === "unsigned") headers["X-Amz-Content-Sha256"] = "UNSIGNED-PAYLOAD";
  else if (!query && (s3 || question.content_sha256_header)) headers["X-Amz-Content-Sha256"] = sha256(body);
  let target = text(question.request.target);
  if (!/^[/?]/.test(target)) throw new Unrepresentable("a URL continues with a slash after its host");
  if (query) target += `${target.includes("?") ? "&" : "?"}X-Amz-Expires=${question.expires}`;
  return new AwsV4Signer({
    method: text(question.request.method),
    url: `https://${headers[host]}${target}`,
    headers: Object.entries(headers),
    body: body.length ? body : undefined,
    accessKeyId: text(question.credentials.access_key_id),
    secretAccessKey: text(question.credentials.secret_access_key),
    sessionToken: token === null ? undefined : text(token),
    service,
    region: text(question.region),
    cache,
    datetime: question.time,
    signQuery: query,
    appendSessionToken: !question.session_token_signed,
    singleEncode: !s3 && !question.double_encode,
  });
}

function sha256(body) {
  return createHash("sha256").update(body).digest("hex");
}

function latin1(value) {
  return /^[\0-\x7f]*$/.test(value) ? value : { base64: Buffer.from(value, "latin1").toString("base64") };
}

serve({ name: "aws4fetch", version, roles: ["sign-header", "sign-query", "sign-sequence"],
  profiles: ["generic", "s3"], features: ["content-sha256-header", "normalized-single-encoded", "session-token",
    "unsigned-payload"] }, { sign });
