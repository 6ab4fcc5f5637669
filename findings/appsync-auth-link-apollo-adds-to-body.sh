#!/usr/bin/env bash
# aws-appsync-auth-link with Apollo Client 4: the body changes after it was signed, in every request.
#
# Packages (npm): aws-appsync-auth-link 4.0.2, @apollo/client 4.0.9 (the link asks for 4.x), graphql 16.11.0, rxjs 7.8.2.
#
# Seen: the link signs a body that it writes itself, with operationName, variables and query. HttpLink, behind it, writes
# the body that is sent, and by default puts `extensions` with its own name and version into it. The signature is that of
# the body without them: with `AWS_IAM` no request is signed right. `enhancedClientAwareness: { transport: false }` of
# HttpLink mends it. Then a variable that the query does not declare still does the same: it is signed, and HttpLink
# leaves it out unless it is told `includeUnusedVariables: true`.
#
# Why it surprises: nothing is set, and the request that fails is the plainest query.
# Says otherwise: aws-appsync-auth-link itself, which names @apollo/client 4.x as its peer dependency.
#
# For a user: keep whatever writes the body in front of the link that signs, or sign in the `fetch` that HttpLink is given.
set -euo pipefail
command -v npm >/dev/null || { echo "needs npm"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund \
    aws-appsync-auth-link@4.0.2 @apollo/client@4.0.9 graphql@16.11.0 rxjs@7.8.2
cat > run.cjs <<'JS'
const { createHash, createHmac } = require("node:crypto");
const { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } = require("@apollo/client");
const { createAuthLink } = require("aws-appsync-auth-link");

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const host = "example.appsync-api.us-east-1.amazonaws.com";
const url = `https://${host}/graphql`;
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: secret };
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

function isRight(headers, body) {
    const value = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const [, scope, names, signature] = value.authorization.match(/Credential=[^/]+\/(\S+), SignedHeaders=(\S+), Signature=(\w+)/);
    const lines = names.split(";").map((name) => `${name}:${value[name].trim()}\n`).join("");
    const canonical = `POST\n/graphql\n\n${lines}\n${names}\n${sha256(body)}`;
    const text = `AWS4-HMAC-SHA256\n${value["x-amz-date"]}\n${scope}\n${sha256(canonical)}`;
    const key = scope.split("/").reduce(hmac, "AWS4" + secret);
    return hmac(key, text).toString("hex") === signature;
}

async function send(options, variables) {
    let sent;
    const fetch = async (_, request) => {
        sent = request;
        return Response.json({ data: { a: 1 } });
    };
    const sign = createAuthLink({ url, region: "us-east-1", auth: { type: "AWS_IAM", credentials } });
    const link = ApolloLink.from([sign, new HttpLink({ uri: url, fetch, ...options })]);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    await client.query({ query: gql`query Q { a }`, variables, fetchPolicy: "no-cache" });
    return sent;
}

(async () => {
    const quiet = { enhancedClientAwareness: { transport: false } };
    for (const [name, options, variables] of [
        ["defaults", {}, {}],
        ["without awareness", quiet, {}],
        ["without awareness, a variable too many", quiet, { unused: 1 }],
        ["the same, all variables sent", { ...quiet, includeUnusedVariables: true }, { unused: 1 }],
    ]) {
        const { headers, body } = await send(options, variables);
        const fields = JSON.parse(body);
        const right = isRight(headers, body) ? "right" : "wrong";
        console.log(`${name}: ${Object.keys(fields)} with ${JSON.stringify(fields.variables)}: ${right}`);
        delete fields.extensions;
        if (right === "wrong" && isRight(headers, JSON.stringify({ ...fields, variables }))) {
            console.log("    right for the body as the link wrote it");
        }
    }
})();
JS
node run.cjs > seen.txt
cat > expected.txt <<'TXT'
defaults: operationName,variables,extensions,query with {}: wrong
    right for the body as the link wrote it
without awareness: operationName,variables,query with {}: right
without awareness, a variable too many: operationName,variables,query with {}: wrong
    right for the body as the link wrote it
the same, all variables sent: operationName,variables,query with {"unused":1}: right
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the body that is sent and the one that is signed differ otherwise."; exit 1; }
echo "As recorded: with its defaults, Apollo Client 4 adds to the body after aws-appsync-auth-link has signed it."
