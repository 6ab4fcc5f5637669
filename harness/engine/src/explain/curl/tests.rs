//! Whole lines, as people have them. What curl sends for each was recorded with curl 7.88 on
//! loopback; the reported ones are those of curl's issue 13351 and the forms around it.

use super::super::field_request::{FieldRequest, Scheme};
use super::parse;

const URL: &str = "https://search-x.us-east-1.es.amazonaws.com/idx/_search?pretty";
const DATE: &str = "X-Amz-Date: 20150830T123600Z";
const AUTHORIZATION: &str = "Authorization: AWS4-HMAC-SHA256 \
    Credential=AKIDEXAMPLE/20150830/us-east-1/es/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date, \
    Signature=791b5793c98c3c96cd9251e5abbbadaf855938320ad997b595c07d926c209d3b";
const BODY: &str = r#"{"query":{"match_all":{}}}"#;

fn read(line: &str) -> FieldRequest {
    parse(line.as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn header(request: &FieldRequest, wanted: &str) -> Option<String> {
    let headers = &request.request.headers;
    let mut found = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()));
    let value = found.next().map(|(_, value)| String::from_utf8(value.to_vec()).unwrap());
    assert_eq!(found.next(), None, "{wanted} once");
    value
}

#[test]
fn every_form_of_a_line_is_the_same_request() {
    let quoted =
        format!("'{URL}' -H 'Content-Type: application/json' -H '{DATE}' -H '{AUTHORIZATION}'");
    let post = format!("curl -X POST {quoted}");
    let lines = [
        format!(
            "curl -X POST '{URL}' \\\n  -H 'Content-Type: application/json' \\\n  -H '{DATE}' \
             \\\n  -H '{AUTHORIZATION}' \\\n  --data-raw '{BODY}'\n"
        ),
        format!("curl -XPOST {quoted} -d'{BODY}'"),
        format!("curl -vvv -sSL -X POST {quoted} -d '{BODY}'"),
        format!("curl -sXPOST {quoted} -d '{BODY}'"),
        format!("$ {post} -d '{BODY}'"),
        format!("{post} -s -d '{BODY}' | jq ."),
        format!("{post} -s -d '{BODY}' > out.json"),
        format!("curl {quoted} --data-raw $'{BODY}'"),
        format!("curl '{URL}' --json '{BODY}' -H '{DATE}' -H '{AUTHORIZATION}'"),
        format!(
            "curl ^\"{URL}^\" ^\r\n  -H ^\"Content-Type: application/json^\" ^\r\n  -H \
             ^\"{DATE}^\" ^\r\n  -H ^\"{AUTHORIZATION}^\" ^\r\n  --data-raw \
             ^\"^{{^\\^\"query^\\^\":^{{^\\^\"match_all^\\^\":^{{^}}^}}^}}^\"\r\n"
        ),
        format!("PS C:\\> curl.exe {quoted} `\r\n  -d '{}'", BODY.replace('"', "\\\"")),
        format!(
            "curl \"{URL}\" -H \"Content-Type: application/json\" -H \"{DATE}\" \
             -H \"{AUTHORIZATION}\" -d \"{}\"",
            BODY.replace('"', "\\\"")
        ),
    ];
    for line in lines {
        let read = read(&line);
        assert_eq!(read.request.method, "POST".into(), "{line}");
        assert_eq!(read.request.target, "/idx/_search?pretty".into(), "{line}");
        assert_eq!(read.request.body, BODY.into(), "{line}");
        assert_eq!(read.scheme, Some(Scheme::Https), "{line}");
        for (name, value) in [
            ("host", "search-x.us-east-1.es.amazonaws.com"),
            ("content-type", "application/json"),
            ("x-amz-date", "20150830T123600Z"),
            ("authorization", &AUTHORIZATION["Authorization: ".len()..]),
            ("content-length", "26"),
        ] {
            assert_eq!(header(&read, name).as_deref(), Some(value), "{line}");
        }
    }
}

#[test]
fn what_curl_adds_of_itself_is_added() {
    let form = "application/x-www-form-urlencoded";
    for (options, method, accept, content_type, length) in [
        ("", "GET", Some("*/*"), None, None),
        ("-d 'Action=GetCallerIdentity'", "POST", Some("*/*"), Some(form), Some("24")),
        ("-X GET -d x", "GET", Some("*/*"), Some(form), Some("1")),
        ("-d ''", "POST", Some("*/*"), Some(form), Some("0")),
        ("-d x -H content-type:", "POST", Some("*/*"), None, Some("1")),
        ("-d x -H 'Accept:' -H 'Content-Type: a'", "POST", None, Some("a"), Some("1")),
        ("--json {}", "POST", Some("application/json"), Some("application/json"), Some("2")),
        ("-G --json {}", "GET", Some("application/json"), Some("application/json"), None),
        ("--json {} -H accept:", "POST", None, Some("application/json"), Some("2")),
        ("-d x -H 'Content-Length: 7'", "POST", Some("*/*"), Some(form), Some("7")),
        ("-d x -H 'Transfer-Encoding: chunked'", "POST", Some("*/*"), Some(form), None),
        ("-I", "HEAD", Some("*/*"), None, None),
        ("-I -X POST", "POST", Some("*/*"), None, None),
        ("-I -G -d x", "HEAD", Some("*/*"), None, None),
        ("-d x --no-get", "POST", Some("*/*"), Some(form), Some("1")),
        ("-T f", "PUT", Some("*/*"), None, None),
        ("-F a=b", "POST", Some("*/*"), None, None),
    ] {
        let read = read(&format!("curl https://h/ {options}"));
        assert_eq!(read.request.method, method.into(), "{options}");
        let found = ["accept", "content-type", "content-length"].map(|name| header(&read, name));
        let found = found.each_ref().map(Option::as_deref);
        assert_eq!(found, [accept, content_type, length], "{options}");
        assert_eq!(header(&read, "user-agent"), None);
    }
}

#[test]
fn options_become_the_headers_that_curl_sends() {
    for (options, name, value) in [
        ("-A agent", "user-agent", Some("agent")),
        ("-A ''", "user-agent", None),
        ("-A a -H 'User-Agent: b'", "user-agent", Some("b")),
        ("-e 'http://r;auto'", "referer", Some("http://r")),
        ("-b a=b --cookie c=d", "cookie", Some("a=b;c=d")),
        ("-r 5", "range", Some("bytes=5-")),
        ("-r 0-4", "range", Some("bytes=0-4")),
        ("-C 7 -r 0-4", "range", Some("bytes=7-")),
        ("-C 0", "range", None),
        ("-H 'Name;'", "name", Some("")),
        ("-H 'Name:'", "name", None),
        ("-HName:v", "name", Some("v")),
        ("--header=Name:v", "name", Some("v")),
        ("-H 'Host: other'", "host", Some("other")),
        ("-H 'Host:'", "host", None),
        ("-u a:hunter2", "authorization", Some("Basic (user and password of --user)")),
        ("-u a:hunter2 -H 'Authorization: x'", "authorization", Some("x")),
        (
            "-u a:b --oauth2-bearer t",
            "authorization",
            Some("Bearer (the token of --oauth2-bearer)"),
        ),
    ] {
        assert_eq!(
            header(&read(&format!("curl {options} https://h")), name).as_deref(),
            value,
            "{options}"
        );
    }
}

#[test]
fn the_target_is_the_one_that_curl_sends() {
    for (line, target) in [
        ("h/a/../b/./c/..?x#f", "/b/?x"),
        ("h/a//b/../c/.", "/a//c/"),
        ("h/..", "/"),
        ("--path-as-is h/a/../b", "/a/../b"),
        ("h/%2e%2e/b", "/%2e%2e/b"),
        ("h/\u{e9}?q=\u{e9}", "/%c3%a9?q=\u{e9}"),
        ("-g 'h/[a]{b}'", "/[a]{b}"),
        ("'h?q'", "/?q"),
        ("-G -d a=b -d c h", "/?a=b&c"),
        ("-G -d a=b 'h/?x&'", "/?x&a=b"),
        ("-G -d a=b 'h/?x#f'", "/?x&a=b"),
        ("-G --data-urlencode 'q=\u{e9} a+b' 'h/?x=%2F'", "/?x=%2F&q=%c3%a9+a%2bb"),
        ("--url-query 'n=a b' 'h/?x'", "/?x&n=a+b"),
        ("--url-query +n=a+b h", "/?n=a+b"),
        ("--url-query 'n=a b' -G -d c=d 'h/?x'", "/?x&c=d"),
        ("--url-query a --url-query b h", "/?a&b"),
        ("-T 'd/he llo.bin' h/", "/he%20llo.bin"),
        ("-T f h", "/f"),
        ("-T f 'h/d/?x'", "/d/f?x"),
        ("-T f h/k", "/k"),
        ("-T - h/d/", "/d/"),
        ("--request-target '/z z' h/x", "/z z"),
    ] {
        assert_eq!(read(&format!("curl {line}")).request.target, target.into(), "{line}");
    }
}

#[test]
fn scheme_and_host_are_those_of_the_url() {
    for (line, scheme, host) in [
        ("h/", Scheme::Http, "h"),
        ("HTTPS://Host:443/", Scheme::Https, "Host"),
        ("http://ceph.example.com:80/test/", Scheme::Http, "ceph.example.com"),
        ("--proto-default https h:80", Scheme::Https, "h:80"),
        ("http://[::1]:9000/", Scheme::Http, "[::1]:9000"),
        ("wss://h/mqtt", Scheme::Https, "h"),
        ("--url https://h:9000", Scheme::Https, "h:9000"),
        ("-- https://h", Scheme::Https, "h"),
    ] {
        let read = read(&format!("curl {line}"));
        assert_eq!(
            (read.scheme, header(&read, "host").as_deref()),
            (Some(scheme), Some(host)),
            "{line}"
        );
    }
}

#[test]
fn what_the_line_does_not_hold_is_said() {
    let signed =
        |names: &str| format!("-H 'Authorization: AWS4-HMAC-SHA256 SignedHeaders={names}, x'");
    for (options, remark) in [
        ("-T hello.bin https://h/k".to_owned(), "--upload-file: the body is in a file (hello.bin)"),
        ("-d @f https://h".to_owned(), "curl takes all line ends and zero bytes out of it"),
        ("--data-binary @- https://h".to_owned(), "the body is in a file (standard input)"),
        ("-F a=b https://h".to_owned(), "Give what `curl -v` shows"),
        ("-b jar https://h".to_owned(), "the cookies are in a file"),
        ("-z 'Tue, 01 Sep 2015 00:00:00 GMT' h".to_owned(), "If-Modified-Since"),
        ("https://a https://b".to_owned(), "each of the 2 URLs; number 1"),
        ("https://a 'https://b/?X-Amz-Signature=0'".to_owned(), "number 2 is read here"),
        ("h/a/../b".to_owned(), "it sends /b"),
        ("h/%2f".to_owned(), "curl 8.20 and later"),
        ("--digest h".to_owned(), "negotiate"),
        (format!("h {}", signed("host;user-agent")), "user-agent is signed, and curl sends"),
        (format!("h --compressed {}", signed("accept-encoding")), "how curl was built"),
        (format!("-T f h/k {}", signed("content-length")), "the size of the file"),
        ("--aws-sigv4 a:b:c:d h".to_owned(), "without `--user` curl signs nothing"),
        ("--aws-sigv4 a:b:c:d -u x -H 'authorization: y' h".to_owned(), "does not sign"),
    ] {
        let read = read(&format!("curl {options}"));
        assert!(
            read.remarks.iter().any(|found| found.contains(remark)),
            "{options}: {:?}",
            read.remarks
        );
    }
    for options in
        ["https://h", "--compressed -o f -x http://p -k -m 3 --resolve h:1:2 h", "-d x h"]
    {
        assert_eq!(read(&format!("curl {options}")).remarks, [""; 0], "{options}");
    }
}

#[test]
fn a_line_that_curl_signs_is_told_from_a_signed_one() {
    let line = "curl -vvv -X POST 'https://api.example.com/my-resource?my_query=param' --user \
        'AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' --aws-sigv4 \
        'aws:amz:us-east-1:execute-api' -H 'accept: application/json' -H 'Content-Type: \
        multipart/form-data' -F 'content=hello'";
    let read = read(line);
    let signing = read.unsigned.as_ref().unwrap();
    assert_eq!((&signing.region[..], &signing.service[..]), ("us-east-1", "execute-api"));
    assert_eq!(signing.access_key_id.as_deref(), Some("AKIDEXAMPLE"));
    assert!(read.remarks[0].contains("the boundary in Content-Type"), "{:?}", read.remarks);
    assert!(!format!("{read:?}").contains("wJalr"));
    let line =
        "curl --aws-sigv4 aws:amz:r:s3 -u \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" https://h";
    assert_eq!(self::read(line).unsigned.unwrap().access_key_id, None);
}

#[test]
fn what_is_not_understood_is_named() {
    for (line, place, problem) in [
        ("curl --frobnicate https://h", "curl --frobnicate", "not understood"),
        ("curl -é https://h", "curl -\\xc3", "not understood"),
        ("curl --dat x https://h", "curl --dat", "--data, --data-ascii"),
        ("curl -H", "curl -H", "expected a value"),
        ("curl --output", "curl --output", "expected a value"),
        ("curl --head=x h", "curl --head", "expected no value"),
        ("curl -H @f https://h", "curl -H", "in a file"),
        ("curl -H 'No colon' https://h", "curl --header", "behind \"No\""),
        ("curl -H $'A: b\\nC: d' https://h", "curl --header", "line end"),
        ("curl -K f https://h", "curl -K", "from a file"),
        ("curl https://h --next https://g", "curl --next", "another request"),
        ("curl -V", "curl -V", "no request is sent"),
        ("curl --expand-url https://h", "curl --expand-url", "without `expand-`"),
        ("curl -d x -T f https://h", "curl --upload-file", "beside --data"),
        ("curl -d x -I https://h", "curl --data", "beside --head"),
        ("curl -d a=b -d @f https://h", "curl --data", "a part of the body"),
        ("curl -G -d @f https://h", "curl --get", "the query is in a file"),
        ("curl -H \"A: $TOKEN\" https://h", "curl -H", "($TOKEN)"),
        ("curl \"https://$HOST/\"", "URL", "($HOST)"),
        ("curl 'https://h/a b'", "curl URL", "%20"),
        ("curl -G -d 'a b' h", "curl URL", "%20"),
        ("curl 'https://h/{a,b}'", "curl URL", "--globoff"),
        ("curl https://user:hunter2@h/", "URL", "before the host"),
        ("curl ftp://h/", "URL", "got \"ftp\""),
        ("curl -s", "curl", "expected a URL"),
        ("curl -", "curl -", "behind the dash"),
        ("curl --aws-sigv4 '' -u a:b https://h", "curl --aws-sigv4", "a provider"),
        ("curl 'https://h", "curl, line 1", "not closed"),
    ] {
        let error = parse(line.as_bytes()).unwrap_err();
        assert_eq!(error.place, place, "{line}: {error}");
        assert!(
            error.problem.contains(problem) && !error.problem.contains("hunter2"),
            "{line}: {error}"
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    let read = parse(b"curl -H 'A: \xe9' -H $'B: \\xe9' --data-binary '\xff' http://h/").unwrap();
    let values: Vec<_> = read.request.headers.iter().map(|(_, value)| value.to_vec()).collect();
    assert_eq!(values.iter().filter(|value| value[..] == b"\xe9"[..]).count(), 2);
    assert_eq!(read.request.body, b"\xff"[..].into());
}
