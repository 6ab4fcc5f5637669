//! Which headers are signed.

use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};

use super::super::base::{Base, Bases};
use super::super::draft::Draft;
use super::super::table::{Say, Table, accept, reject};

/// What an S3 server would do with an `x-amz-` header that nobody signed.
const HONOURED: [(&str, &str, &str); 12] = [
    ("acl", "X-Amz-Acl", "public-read-write"),
    ("copy-source", "X-Amz-Copy-Source", "/other/secret"),
    ("copy-source-range", "X-Amz-Copy-Source-Range", "bytes=0-9"),
    ("meta", "X-Amz-Meta-Role", "admin"),
    ("tagging", "X-Amz-Tagging", "project=other"),
    ("storage-class", "X-Amz-Storage-Class", "GLACIER"),
    ("grant", "X-Amz-Grant-Full-Control", "uri=http://acs.amazonaws.com/groups/global/AllUsers"),
    ("encryption", "X-Amz-Server-Side-Encryption", "AES256"),
    ("redirect", "X-Amz-Website-Redirect-Location", "https://example.com/"),
    ("retention", "X-Amz-Bypass-Governance-Retention", "true"),
    ("owner", "X-Amz-Expected-Bucket-Owner", "111122223333"),
    ("unknown", "X-Amz-Unknown", "1"),
];

/// Which headers are signed.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "create-canonical-request",
        "SignedHeaders lists the signed headers: lower case, sorted, separated by semicolons. host, and \
         every x-amz- header that is sent, must be among them.",
    );
    let mut table = Table::new("sigv4", "headers", "Which headers are signed", rule);
    for base in bases.of_each_kind() {
        host(&mut table, base);
        list(&mut table, base);
        unsigned(&mut table, base, &HONOURED[..1]);
    }
    unsigned(&mut table, &bases.s3_put, &HONOURED[1..]);
    unsigned(&mut table, &bases.s3_presigned_put, &HONOURED);
    for base in bases.with_header() {
        own(&mut table, base);
    }
    optional(&mut table, &bases.post);
    table
}

/// The list that the draft would be signed with.
fn names(draft: &Draft) -> String {
    let mut headers: Vec<String> =
        draft.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    if draft.expires.is_none() {
        headers.push("x-amz-date".to_owned());
    }
    headers.sort();
    headers.join(";")
}

fn listing(table: &mut Table, base: &Base<'_>, label: (&str, &str), say: Say, list: String) {
    table.resigned(base, label, say, |draft| draft.signed_headers = Some(list));
}

fn host(table: &mut Table, base: &Base<'_>) {
    let all = names(&base.draft);
    let without: Vec<&str> = all.split(';').filter(|name| *name != "host").collect();
    let unsigned = || {
        reject(Critical, "unsigned-header")
            .seen("seaweedfs/seaweedfs#9910, gaul/s3proxy c817269d, afreidah/s3-orchestrator#65, mulgadc/predastore#19")
    };
    if !without.is_empty() {
        listing(table, base, ("host-unsigned", "the host unsigned"), unsigned(), without.join(";"));
    }
    let empty = reject(Critical, "malformed-authentication").seen("seaweedfs/seaweedfs#9910");
    listing(table, base, ("none", "an empty list"), empty, String::new());
    listing(
        table,
        base,
        ("only-unsent", "nothing but a header that is not sent in the list"),
        reject(Critical, "signed-header-missing"),
        "x-amz-unsent".to_owned(),
    );
}

fn list(table: &mut Table, base: &Base<'_>) {
    let all = names(&base.draft);
    let malformed = || reject(Low, "malformed-authentication").should();
    let mut with = |name: &str, what: &str, say, list: String| {
        listing(table, base, (name, what), say, list);
    };
    let unsent = || reject(High, "signed-header-missing");
    with("unsent", "a header that is not sent in the list", unsent(), format!("{all};x-unsent"));
    with(
        "unsent-first",
        "a header that is not sent at the start of the list",
        unsent(),
        format!("a-unsent;{all}"),
    );
    with("twice", "the host twice in the list", malformed(), all.replacen("host", "host;host", 1));
    with("upper-case", "the list in upper case", malformed(), all.to_ascii_uppercase());
    with("semicolon-at-end", "a semicolon after the list", malformed(), format!("{all};"));
    with("semicolon-first", "a semicolon before the list", malformed(), format!(";{all}"));
    with(
        "wildcard",
        "a wildcard in the list",
        reject(Critical, "signed-header-missing"),
        format!("*;{all}"),
    );
    if all.contains(';') {
        let mut reversed: Vec<&str> = all.split(';').collect();
        reversed.reverse();
        with("unsorted", "the list in the opposite order", malformed(), reversed.join(";"));
        with("commas", "commas in the list", malformed().may(), all.replace(';', ","));
        with(
            "spaces",
            "a space after each semicolon of the list",
            malformed().may(),
            all.replace(';', "; "),
        );
        with("semicolons-twice", "two semicolons in the list", malformed(), all.replace(';', ";;"));
    }
    table.tampered(
        base,
        ("one-less", "a name taken from the list after signing"),
        reject(
            Critical,
            if all.contains(';') { "unsigned-header" } else { "malformed-authentication" },
        ),
        |sent| {
            let separator = sent.written(";");
            let text = sent.signed_headers();
            let at = text.rfind(&separator).or_else(|| text.find('=').map(|at| at + 1));
            text.truncate(at.unwrap_or_default());
        },
    );
    table.resigned_as(
        base,
        ("unsent-empty", "an empty header in the list, removed after signing"),
        unsent(),
        |draft| draft.header("X-Unsent", ""),
        |sent| sent.without("x-unsent"),
    );
    table.tampered(
        base,
        ("thousand", "a thousand names that are not sent in the list"),
        unsent(),
        |sent| {
            let separator = sent.written(";");
            let names: Vec<String> = (0..1000).map(|number| format!("z-{number:04}")).collect();
            let more = separator.clone() + &names.join(&separator);
            sent.signed_headers().push_str(&more);
        },
    );
}

/// Headers that a server acts on, added after signing or left out of the list.
fn unsigned(table: &mut Table, base: &Base<'_>, headers: &[(&str, &str, &str)]) {
    let wrong = || {
        reject(Critical, "unsigned-header")
            .seen("seaweedfs/seaweedfs#9121, versity/versitygw#2158, minio/minio#17737")
    };
    for (name, header, value) in headers {
        table.tampered(
            base,
            (&format!("{name}-unsigned"), &format!("{header}, added after signing")),
            wrong(),
            |sent| {
                sent.add(header, value);
            },
        );
    }
    let (name, header, value) = headers[0];
    table.tampered(
        base,
        (&format!("{name}-unsigned-case"), &format!("{header} in lower case, added after signing")),
        wrong(),
        |sent| {
            sent.add(&header.to_ascii_lowercase(), value);
        },
    );
    if base.setting.is_running() && name.starts_with("copy-source") {
        // It would be about an object that is not there.
        return;
    }
    table.resigned(
        base,
        (&format!("{name}-signed"), &format!("{header}, signed")),
        accept(Medium),
        |draft| {
            draft.header(header, value);
        },
    );
}

/// The headers that signing itself adds.
fn own(table: &mut Table, base: &Base<'_>) {
    let all = names(&base.draft);
    let without = |own: &str| {
        let rest: Vec<&str> = all.split(';').filter(|name| *name != own).collect();
        rest.join(";")
    };
    listing(
        table,
        base,
        ("date-unsigned", "the signing time unsigned"),
        reject(High, "unsigned-header"),
        without("x-amz-date"),
    );
    if all.contains("x-amz-content-sha256") {
        listing(
            table,
            base,
            ("payload-unsigned", "the payload hash unsigned"),
            reject(High, "unsigned-header"),
            without("x-amz-content-sha256"),
        );
    }
    listing(
        table,
        base,
        ("authorization", "the Authorization header in the list"),
        reject(High, "signature-mismatch"),
        format!("authorization;{all}"),
    );
}

fn optional(table: &mut Table, base: &Base<'_>) {
    let all = names(&base.draft);
    let without: Vec<&str> = all.split(';').filter(|name| *name != "content-type").collect();
    listing(
        table,
        base,
        ("content-type-unsigned", "the content type unsigned"),
        accept(Medium).may(),
        without.join(";"),
    );
    table.tampered(
        base,
        ("user-agent", "a user agent, added after signing"),
        accept(Medium),
        |sent| {
            sent.add("User-Agent", "client/1.0");
        },
    );
    table.tampered(
        base,
        ("content-length", "a content length, added after signing"),
        accept(Medium),
        |sent| {
            let length = sent.body.len().to_string();
            sent.add("Content-Length", &length);
        },
    );
    table.resigned(
        base,
        ("content-length-signed", "the content length, signed"),
        accept(Medium),
        |draft| {
            let length = draft.body.len().to_string();
            draft.header("Content-Length", &length);
        },
    );
}
