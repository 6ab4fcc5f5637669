/**
 * AwsRequestSigner of google-auth-library behind the sigv4-conformance protocol.
 *
 * It signs for the service that the first label of the URL's host names, which is set to the service here; the Host
 * header is one of the caller's, which come last. It takes the path and the query from Node's URL class as they are.
 * The time is that of the system's clock, which the kit sets. The class is not exported, so it is loaded by its file.
 * The packages lie in the folder given as argument.
 */
const { createHash } = require("node:crypto");
const { bytes, pairs, serve, text, uniqueHeaders, Unrepresentable, Unsupported } =
  require("../kit/node/sigv4-conformance.js");

const FOLDER = `${process.argv[2]}/google-auth-library`;
const { AwsRequestSigner } = require(`${FOLDER}/build/src/auth/awsrequestsigner.js`);
const { version } = require(`${FOLDER}/package.json`);

async function sign(question) {
  if (question.placement === "query") throw new Unsupported("it presigns nothing");
  if (question.payload !== "signed") throw new Unsupported("the body is always signed");
  if (question.normalize && !question.double_encode) throw new Unsupported("no path is normalised");
  const { access_key_id, secret_access_key, session_token } = question.credentials;
  if (session_token !== null && !question.session_token_signed) {
    throw new Unsupported("the session token is always signed");
  }
  const url = buildUrl(question);
  const method = text(question.request.method);
  const headers = uniqueHeaders(question.request);
  if (!Object.keys(headers).some((name) => name.toLowerCase() === "host")) {
    throw new Unrepresentable("without a Host header it takes that of its URL");
  }
  if (question.content_sha256_header) {
    headers["x-amz-content-sha256"] = createHash("sha256").update(bytes(question.request.body)).digest("hex");
  }
  const credentials = {
    accessKeyId: text(access_key_id),
    secretAccessKey: text(secret_access_key),
    token: session_token === null ? undefined : text(session_token),
  };
  const signer = new AwsRequestSigner(async () => credentials, text(question.region));
  try {
    const sent = await signer.getRequestOptions({ url: url.href, method,
      headers: new Headers(Object.entries(headers)), body: text(question.request.body) });
    return { request: { method: sent.method, target: url.pathname + url.search, headers: pairs(sent.headers) } };
  } catch (failure) {
    throw failure instanceof TypeError ? new Unrepresentable(`Headers: ${failure.message}`) : failure;
  }
}

function buildUrl(question) {
  const [service, target] = [text(question.service), text(question.request.target)];
  if (!/^[a-z0-9_-]+$/.test(service)) throw new Unrepresentable("the service is a label of the host");
  if (!/^[/?]/.test(target)) throw new Unrepresentable("a URL continues with a slash after its host");
  return new URL(`https://${service}.amazonaws.com${target}`);
}

serve({ name: "google-auth-library", version, roles: ["sign-header", "sign-sequence"], profiles: ["generic", "s3"],
  features: ["content-sha256-header", "session-token", "unnormalized-double-encoded"] }, { sign });
