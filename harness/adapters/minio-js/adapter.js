/**
 * The signer of minio, the MinIO client for Node, behind the sigv4-conformance protocol.
 *
 * It signs for S3 and returns a text: the headers around it are set here as `Client.makeRequestAsync` sets them, with
 * names in lower case. `presignSignatureV4` returns a URL. The package exports neither, so they are loaded by their
 * file. The packages lie in the folder given as argument.
 */
const { bytes, date, pairs, serve, text, uniqueHeaders, Unrepresentable, Unsupported } =
  require("../kit/node/sigv4-conformance.js");

const FOLDER = `${process.argv[2]}/minio`;
const { postPresignSignatureV4, presignSignatureV4, signV4ByServiceName } = require(`${FOLDER}/dist/main/signing.js`);
const { getScope, toSha256 } = require(`${FOLDER}/dist/main/internal/helper.js`);
const { version } = require(`${FOLDER}/package.json`);

function sign(question) {
  const { request, keys, token } = build(question);
  const [region, service, now] = [text(question.region), text(question.service), date(question.time)];
  const presigned = question.placement === "query";
  if (presigned && service !== "s3") throw new Unsupported("the scope of a presigned request is that of s3");
  if (presigned && question.payload !== "unsigned") throw new Unsupported("a presigned request leaves out the body");
  let target = request.path;
  try {
    if (presigned) {
      const url = presignSignatureV4(request, ...keys, token, region, now, question.expires);
      target = url.slice(`https://${request.headers.host}`.length);
    } else {
      const hash = question.payload === "signed" ? toSha256(bytes(question.request.body)) : "UNSIGNED-PAYLOAD";
      request.headers["x-amz-date"] = question.time;
      request.headers["x-amz-content-sha256"] = hash;
      if (token) request.headers["x-amz-security-token"] = token;
      request.headers.authorization = signV4ByServiceName(request, ...keys, region, now, hash, service);
    }
  } catch (failure) {
    const refused = /RequiredError|ExpiresParamError/.test(failure.constructor.name);
    throw refused ? new Unrepresentable(failure.message) : failure;
  }
  return { request: { method: request.method, target, headers: pairs(request.headers) } };
}

/** The fields around the signature are those of `Client.presignedPostPolicy`. */
function signPostPolicy(question) {
  const { access_key_id, secret_access_key, session_token } = question.credentials;
  if (session_token !== null) throw new Unsupported("the session token is left to the policy");
  const [region, now] = [text(question.region), date(question.time)];
  const policy = bytes(question.policy).toString("base64");
  const signature = postPresignSignatureV4(region, now, text(secret_access_key), policy);
  return { fields: [["x-amz-date", question.time], ["x-amz-algorithm", "AWS4-HMAC-SHA256"],
    ["x-amz-credential", `${text(access_key_id)}/${getScope(region, now)}`], ["policy", policy],
    ["x-amz-signature", signature]] };
}

function build(question) {
  if (question.normalize || question.double_encode) throw new Unsupported("the path is that of S3");
  if (question.payload !== "signed" && question.payload !== "unsigned") {
    throw new Unsupported(`payload ${question.payload}`);
  }
  const { access_key_id, secret_access_key, session_token } = question.credentials;
  if (session_token !== null && !question.session_token_signed) {
    throw new Unsupported("the session token is always signed");
  }
  const headers = Object.fromEntries(Object.entries(uniqueHeaders(question.request))
    .map(([name, value]) => [name.toLowerCase(), value]));
  if (!headers.host) throw new Unrepresentable("a client has a host");
  return {
    request: { protocol: "https:", method: text(question.request.method), path: text(question.request.target),
      headers },
    keys: [text(access_key_id), text(secret_access_key)],
    token: session_token === null ? undefined : text(session_token),
  };
}

serve({ name: "minio-js", version, roles: ["sign-header", "sign-query", "sign-sequence", "sign-post-policy"],
  profiles: ["s3"],
  features: ["content-sha256-header", "session-token", "unsigned-payload"] },
{ sign, "sign-post-policy": signPostPolicy });
