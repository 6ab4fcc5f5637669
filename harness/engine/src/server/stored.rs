//! What a request reads or writes, and whether what is stored is what was sent.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use crate::explain::s3_form::recoded;
use crate::forge::Setting;

/// The variable of a form's key that stands for the name of the file.
const FILE_NAME: &[u8] = b"${filename}";

/// The paths of the objects that a request writes, escaped as plain requests have them.
pub(super) fn written(setting: &Setting, request: &Request) -> Vec<String> {
    if request.method == Bytes::from("POST") {
        return posted(setting, &request.body);
    }
    let is_put = request.method == Bytes::from("PUT");
    own_path(setting, request).filter(|_| is_put).into_iter().collect()
}

/// The path of the object that a request reads.
pub(super) fn read(setting: &Setting, request: &Request) -> Option<String> {
    let reads = [Bytes::from("GET"), Bytes::from("HEAD")].contains(&request.method);
    own_path(setting, request).filter(|_| reads)
}

/// The path of a request, if it is in the folder of this run.
pub(super) fn own_path(setting: &Setting, request: &Request) -> Option<String> {
    let path = request.target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let path = String::from_utf8(recoded(path)).ok()?;
    let is_own = path.starts_with(&format!("{}/", setting.folder)) && !path.contains("..");
    is_own.then_some(path)
}

/// The objects that a form may write: it may give several keys.
fn posted(setting: &Setting, body: &[u8]) -> Vec<String> {
    let file = after(body, b"filename=\"").map(|text| until(text, b"\""));
    let mut paths = Vec::new();
    let mut rest = body;
    while let Some(text) = after(rest, b"name=\"key\"\r\n\r\n") {
        let key = until(text, b"\r\n");
        let key = match memchr::memmem::find(key, FILE_NAME) {
            Some(at) => {
                [&key[..at], file.unwrap_or_default(), &key[at + FILE_NAME.len()..]].concat()
            }
            None => key.to_vec(),
        };
        let key = String::from_utf8_lossy(&recoded(&key)).into_owned();
        // Without a name, what is removed before and after would be the bucket.
        let names_an_object = key.bytes().any(|byte| byte != b'/');
        if names_an_object && !key.contains("..") {
            paths.push(format!("/{}/{key}", setting.bucket));
        }
        rest = text;
    }
    paths
}

/// Whether what is stored is the body, without its frames.
pub(super) fn is_what_was_sent(request: &Request, stored: &[u8]) -> bool {
    let header = |wanted: &str| {
        let mut headers = request.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()));
        found.map(|(_, value)| value.trim_ascii().to_vec())
    };
    let is_copy = header("x-amz-copy-source").is_some();
    let is_form = request.method == Bytes::from("POST");
    let is_framed = header("x-amz-content-sha256").is_some_and(|it| it.starts_with(b"STREAMING-"));
    if is_copy || is_form {
        return true;
    }
    if is_framed {
        // The frames are never data.
        return (stored.is_empty() || stored != &request.body[..])
            && memchr::memmem::find(stored, b"\r\n0").is_none()
            && memchr::memmem::find(stored, b"chunk-signature").is_none();
    }
    stored == &request.body[..]
}

fn after<'t>(text: &'t [u8], wanted: &[u8]) -> Option<&'t [u8]> {
    memchr::memmem::find(text, wanted).map(|at| &text[at + wanted.len()..])
}

fn until<'t>(text: &'t [u8], end: &[u8]) -> &'t [u8] {
    memchr::memmem::find(text, end).map_or(text, |at| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting() -> Setting {
        Setting::of_server("127.0.0.1:9000", ("us-east-1", "b"), ("AKIDEXAMPLE", "secret"), 900)
    }

    fn request(method: &str, target: &str, body: &str) -> Request {
        let (method, target, body) = (method.into(), target.into(), body.into());
        Request { method, target, headers: Vec::new(), body }
    }

    #[test]
    fn what_a_request_writes_is_known() {
        let setting = setting();
        let paths = |method: &str, target: &str, body: &str| {
            written(&setting, &request(method, target, body))
        };
        assert_eq!(paths("PUT", "/b/documents/a(1)?x=y", ""), ["/b/documents/a%281%29"]);
        assert_eq!(paths("PUT", "/b/documents/../other", ""), [""; 0]);
        assert_eq!(paths("PUT", "/b/other", ""), [""; 0]);
        assert_eq!(paths("GET", "/b/documents/a", ""), [""; 0]);
        let field = |value: &str| format!("name=\"key\"\r\n\r\n{value}\r\n--x\r\n");
        let form = [field("user/${filename}"), field("other"), "filename=\"a.txt\"".to_owned()];
        assert_eq!(paths("POST", "/b", &form.concat()), ["/b/user/a.txt", "/b/other"]);
        let nameless = field("") + &field("/");
        assert_eq!(paths("POST", "/b", &nameless), [""; 0]);
        let get = request("HEAD", "/b/documents/a", "");
        assert_eq!(read(&setting, &get).as_deref(), Some("/b/documents/a"));
    }
}
