//! my-signer behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question.

use adapter_kit::{Reply, Sign, json, serve, unsupported};

fn main() {
    let hello = json!({
        "name": "my-signer",
        "version": "0.1.0",
        "roles": ["sign-header"], // and "sign-query", if it presigns URLs
        "profiles": ["generic", "s3"],
        "features": [], // what else it can do, such as "session-token"
    });
    serve(hello, sign);
}

fn sign(_asked: &Sign) -> Reply {
    // YOUR SIGNER GOES HERE. For example:
    //
    //     if asked.in_query || asked.session_token.is_some() {
    //         return Err(unsupported("it signs in a header, without a session token"));
    //     }
    //     let mut headers = asked.headers.clone();
    //     headers.extend(my_signer::sign(
    //         text(&asked.method)?, text(&asked.target)?, &asked.headers, &asked.payload_hash()?,
    //         text(&asked.access_key_id)?, text(&asked.secret_access_key)?,
    //         text(&asked.region)?, text(&asked.service)?, asked.seconds()).map_err(failed)?);
    //     Ok(signed(&asked.method, &asked.target, headers))
    //
    // `normalize` and `double_encode` say how the path becomes canonical. Return `unsupported` where your signer has
    // no way to do what is asked, and `unrepresentable` where it cannot hold the request. `Cargo.toml` says how the
    // kit also makes a request of the crates `http` and `url`.
    Err(unsupported("no signer yet"))
}
