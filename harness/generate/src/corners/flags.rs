//! What goes wrong in the corners, with each kind described once.

/// Flags: the name, what goes wrong, how bad it is.
pub const FLAGS: &[(&str, &str, &str)] = &[
    (
        "byte-table",
        "A signer's table of bytes that need no encoding has one too many or one too few, or is the \
         table of a URL library for another purpose.",
        "Every request with that byte in that place is refused; names that users choose hit it.",
    ),
    (
        "calendar",
        "The date is formatted by the rules of another calendar, clock or field width: local time, \
         the week's year, missing zeros, seconds that overflow.",
        "All requests of an hour, a day or from a day on are refused.",
    ),
    (
        "call-kept",
        "Something of a call is kept in the signer or in the request: the time, a header, the path, \
         the hash of the body.",
        "Retries and every call but the first are refused, or sign what is not sent.",
    ),
    (
        "chunk-frame",
        "The head of an upload, the scope of a chunk or its frame is that of another upload.",
        "Uploads in other regions, of compressed objects or of some sizes are refused, or stored wrong.",
    ),
    (
        "chunk-signature-padding",
        "An ECDSA signature has no fixed length, and the length of a body in chunks is known before.",
        "Uploads are refused: three of four, or all.",
    ),
    (
        "empty-text",
        "An empty text is treated as an absent one, or the other way round.",
        "Requests with such an input are refused, or signed for another scope than was meant.",
    ),
    (
        "escape-case",
        "An escape with lower-case digits is copied where it should be rewritten, or rewritten where it \
         should be copied.",
        "Requests whose URL was made by a library with the other habit are refused.",
    ),
    (
        "expiry",
        "The lifetime is checked, rounded or formatted on the way.",
        "The URL is refused, or lives longer than was meant.",
    ),
    (
        "header-join",
        "Repeated headers are sorted, deduplicated, lost, or joined with another separator.",
        "Requests with repeated headers are refused.",
    ),
    (
        "header-name",
        "A header name is folded, sorted or looked up by other rules than those of bytes.",
        "Requests with such headers are refused; with names taken from users anyone can cause it.",
    ),
    (
        "host-text",
        "The host is taken from a parsed URL instead of the header: without its port, in lower case.",
        "Everything that runs on another port, as test servers do, is refused.",
    ),
    (
        "hmac-key",
        "The secret is trimmed, cut, re-encoded or read as text of another encoding.",
        "No request of that key is accepted.",
    ),
    (
        "key-kept",
        "A signing key is kept for calls that need another one: the cache is keyed by too little.",
        "Every call after a rotation, a midnight, or for another region or service is refused.",
    ),
    (
        "key-pair",
        "The secret, the access key id or the counter of candidates enters the key pair in another form.",
        "Every request with such credentials is refused.",
    ),
    (
        "message-time",
        "The time of the head is used for a message, or only the time of the string to sign is new.",
        "Streams that last over midnight end there.",
    ),
    (
        "method-text",
        "The method is folded to upper case or mapped onto a list of known ones.",
        "Requests with extension methods are refused.",
    ),
    (
        "non-strict-query",
        "The query was not strictly encoded by the caller: signers that sign it as sent differ \
         here from signers that encode it again.",
        "The signature matches only what the other kind of signer would sign.",
    ),
    (
        "path-as-sent",
        "The path of an S3 request is normalised, decoded or encoded again.",
        "Objects with such keys cannot be reached, or another object is.",
    ),
    (
        "path-normalization",
        "Dot segments and slashes are resolved by the rules of a URL or file library, before or \
         after the wrong step.",
        "The request is refused, or signed for another resource than the one that is asked for.",
    ),
    (
        "payload-hash",
        "The hash is taken of something other than the bytes sent: text, a trimmed text, nothing for \
         some methods.",
        "Requests with such bodies are refused.",
    ),
    (
        "presigned-query",
        "Parameters of authentication are appended unsorted, lost, doubled or confused with the \
         caller's.",
        "The URL is refused, or signs less than it shows.",
    ),
    (
        "query-parts",
        "A query is taken apart by the rules of a form decoder: parts without value, empty parts, \
         `;` and `+` mean something else there.",
        "The request is refused, or parameters are lost.",
    ),
    (
        "region-set",
        "The region set is rewritten before it is signed, or sent in another form.",
        "Requests for several regions are refused.",
    ),
    (
        "scope-text",
        "Region or service are folded, trimmed or checked against a list.",
        "No request to such an endpoint is accepted.",
    ),
    (
        "signed-set",
        "A header is left unsigned that has to be signed, or signed although it is changed on the \
         way.",
        "The request is refused, or a proxy can change what it says.",
    ),
    ("size", "A buffer or a recursion has a limit.", "Long inputs are cut or crash the signer."),
    (
        "sort-order",
        "Names are compared decoded, without regard to case, as UTF-16, as numbers or together with \
         what follows them.",
        "Requests with names that are alike are refused, depending on their values.",
    ),
    (
        "token",
        "The token is trimmed, escaped twice, left unsigned or signed where it should be added.",
        "No request with temporary credentials of that form is accepted.",
    ),
    (
        "trailer-text",
        "A trailer is hashed as it was given, or not as it is sent.",
        "The upload is refused after its last byte.",
    ),
    (
        "url-library",
        "A URL type rewrites or refuses the target before the signer sees it.",
        "What is signed is not what is sent.",
    ),
    (
        "white-space",
        "White space is trimmed, kept or collapsed by the rules of the language instead of those of \
         signing.",
        "Requests with such header values are refused.",
    ),
];
