//! How a form is read, and what is wrong with one.

use sigv4_reference::post::{Form, FormError, FormPlace, FormProblem, Limits};

use crate::makers::BOTO3;
use crate::{TYPE, body};

const SMALL: Limits = Limits { before_file: 120, fields: 3, head: 90 };

#[test]
fn fields_and_file_are_read() {
    let body = body(&[("Key", "a\r\n--b"), ("x-ignore-a", ""), ("x-ignore-a", "")], "f", "\r\n");
    let form = Form::parse(TYPE, &body, Limits::default()).unwrap();
    assert_eq!(form.value("kEY"), Some(&b"a\r\n--b"[..]));
    assert_eq!(form.value("other"), None);
    assert_eq!(form.fields.len(), 3);
    let file = form.file.unwrap();
    assert_eq!(file.content, b"\r\n");
    assert_eq!(file.filename, Some(&b"f"[..]));
    assert_eq!(file.content_type, Some(&b"text/plain"[..]));

    // What comes after the file does not count.
    let after = String::from_utf8(body).unwrap().replace("--boundary--", "--boundary");
    let after = after
        + "Content-Disposition: form-data; name=Submit\r\n\r\nUpload\r\n------boundary\r\n\
           Content-Disposition: form-data; name=\"key\"\r\n\r\nother\r\n------boundary--";
    let form = Form::parse(TYPE, after.as_bytes(), Limits::default()).unwrap();
    assert_eq!(form.ignored, [&b"Submit"[..], b"key"]);
    assert_eq!(form.value("key"), Some(&b"a\r\n--b"[..]));
}

#[test]
fn boundaries_are_read_out_of_the_type() {
    let body = b"--a b\r\nContent-Disposition: form-data; name=k\r\n\r\nv\r\n--a b--\r\n";
    for content_type in [
        "multipart/form-data; boundary=\"a b\"",
        " Multipart/Form-Data ;charset=\"x;boundary=y\"; Boundary=a b ",
    ] {
        let form = Form::parse(content_type.as_bytes(), body, Limits::default()).unwrap();
        assert_eq!(form.value("k"), Some(&b"v"[..]), "{content_type}");
    }
    let long = format!("multipart/form-data; boundary={}", "a".repeat(71));
    for (content_type, offset, problem) in [
        ("", 0, FormProblem::NotForm),
        (" multipart/mixed; boundary=a", 1, FormProblem::NotForm),
        ("multipart/form-data", 19, FormProblem::BoundaryMissing),
        ("multipart/form-data; bound=a", 28, FormProblem::BoundaryMissing),
        ("multipart/form-data; boundary=", 30, FormProblem::Boundary),
        ("multipart/form-data; boundary=a\"b", 31, FormProblem::Boundary),
        ("multipart/form-data; boundary=\"a \"", 33, FormProblem::Boundary),
        (&long, 100, FormProblem::Boundary),
    ] {
        let error = Form::parse(content_type.as_bytes(), body, Limits::default()).unwrap_err();
        let place = FormPlace::ContentType;
        assert_eq!(error, FormError { place, offset, problem }, "{content_type}");
    }
}

#[test]
fn what_is_wrong_in_a_form_is_located() {
    let disposition = "Content-Disposition: form-data; name=k";
    let repeated = FormProblem::FieldRepeated { name: "K".to_owned() };
    for (body, offset, problem) in [
        ("", 0, FormProblem::Truncated),
        ("\r\n--b\r\n", 0, FormProblem::FirstBoundary),
        ("--c", 2, FormProblem::FirstBoundary),
        ("--bc\r\n", 3, FormProblem::BoundaryLine),
        ("--b \r\n", 3, FormProblem::BoundaryLine),
        ("--b--x", 5, FormProblem::AfterEnd),
        ("--b--\r\n\r\n", 5, FormProblem::AfterEnd),
        ("--b\r\n\r\nv\r\n--b--", 5, FormProblem::NameMissing),
        (
            "--b\r\nContent-Disposition: attachment; name=k\r\n\r\nv\r\n--b--",
            5,
            FormProblem::NameMissing,
        ),
        (
            "--b\r\nContent-Disposition: form-data; filename=k\r\n\r\nv\r\n--b--",
            5,
            FormProblem::NameMissing,
        ),
        ("--b\r\nContent\r\n\r\nv\r\n--b--", 5, FormProblem::HeaderLine),
        (&format!("--b\r\n{disposition}; name=l\r\n\r\nv\r\n--b--"), 5, FormProblem::NameMissing),
        (
            &format!("--b\r\n{}\"k\r\n\r\nv\r\n--b--", &disposition[..37]),
            5,
            FormProblem::NameMissing,
        ),
        (
            &format!("--b\r\nA: b\r\n{disposition}\r\n{disposition}\r\n\r\nv\r\n--b--"),
            51,
            FormProblem::NameMissing,
        ),
        ("--b\r\na: b\nc: d\r\n\r\nv\r\n--b--", 5, FormProblem::HeaderLine),
        (&format!("--b\r\n{disposition}\r\n\r\n--b--"), 52, FormProblem::Truncated),
        (&format!("--b\r\n{disposition}\r\n\r\n\r\n--b--\r\n\n"), 54, FormProblem::AfterEnd),
        (
            &format!(
                "--b\r\n{disposition}\r\n\r\nv\r\n--b\r\n{}\r\n\r\n\r\n--b--",
                disposition.replace("=k", "=K")
            ),
            55,
            repeated,
        ),
        (
            &format!("--b\r\nx: {}\r\n\r\nv\r\n--b--", "y".repeat(90)),
            95,
            FormProblem::HeadTooLarge { limit: 90 },
        ),
        (
            &format!("--b\r\n{disposition}\r\n\r\n{}\r\n--b--", "v".repeat(80)),
            120,
            FormProblem::FieldsTooLarge { limit: 120 },
        ),
    ] {
        let error = Form::parse(b"multipart/form-data; boundary=b", body.as_bytes(), SMALL);
        let expected = FormError { place: FormPlace::Body, offset, problem };
        assert_eq!(error.unwrap_err(), expected, "{body}");
    }
}

/// The fields before the file are limited together, and the file is not.
#[test]
fn limits_are_exact() {
    let many: Vec<String> = (0..199).map(|at| format!("f{at}")).collect();
    let fields: Vec<(&str, &str)> = many.iter().map(|name| (&name[..], "")).collect();
    let limits = Limits { before_file: usize::MAX, ..Limits::default() };
    assert!(Form::parse(TYPE, &body(&fields, "f", ""), limits).is_ok());
    let more = [&fields[..], &[("more", "")]].concat();
    let error = Form::parse(TYPE, &body(&more, "f", ""), limits).unwrap_err();
    assert_eq!(error.problem, FormProblem::TooManyFields { limit: 200 });

    let form = body(&[("k", "v")], "f", &"x".repeat(100_000));
    let start = form.windows(2).position(|pair| pair == b"xx").unwrap();
    let parse = |before_file| Form::parse(TYPE, &form, Limits { before_file, ..limits });
    assert!(parse(start).is_ok());
    let limit = start - 1;
    assert_eq!(parse(limit).unwrap_err().problem, FormProblem::FieldsTooLarge { limit });
    assert_eq!(parse(limit).unwrap_err().offset, limit);
}

/// Cut at any byte, a form is refused where it ends: nothing of it is handed on.
#[test]
fn every_truncation_is_refused() {
    let whole = body(BOTO3, "a.txt", "hello\r\n------boundar");
    let end = whole.len() - 2;
    for length in 0..end {
        let error = Form::parse(TYPE, &whole[..length], Limits::default()).unwrap_err();
        assert_eq!(error.problem, FormProblem::Truncated, "cut to {length} bytes");
        assert!(error.offset <= length, "cut to {length} bytes");
    }
    assert!(Form::parse(TYPE, &whole[..end], Limits::default()).is_ok());
    assert!(Form::parse(TYPE, &whole, Limits::default()).is_ok());
}
