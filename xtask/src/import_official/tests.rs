use super::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A copy of the package's suite and licence, which a test may break.
fn package_copy() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let package = package_folder(&root()).unwrap();
    let suite = Path::new("aws-signing-test-suite");
    let needed = [suite.join("v4"), suite.join("v4a")];
    let mut folders = Vec::from(needed);
    while let Some(folder) = folders.pop() {
        fs::create_dir_all(copy.path().join(&folder)).unwrap();
        for entry in fs::read_dir(package.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else {
                fs::write(copy.path().join(path), fs::read(entry.path()).unwrap()).unwrap();
            }
        }
    }
    fs::copy(package.join("LICENSE"), copy.path().join("LICENSE")).unwrap();
    copy
}

/// The error after one replacement in one file of a case. The path is shown relative to the folder
/// of the cases.
fn message(file: &str, old: &str, new: &str) -> String {
    let package = package_copy();
    let cases = package.path().join("aws-signing-test-suite").join("v4");
    let path = cases.join(file);
    let content = fs::read_to_string(&path).unwrap();
    assert!(content.contains(old), "{file} does not hold {old}");
    fs::write(&path, content.replace(old, new)).unwrap();
    let error = import(package.path(), tempfile::tempdir().unwrap().path()).unwrap_err();
    error.to_string().replace(&format!("{}/", cases.display()), "")
}

#[test]
fn importing_gives_the_committed_files_every_time() {
    let package = package_folder(&root()).unwrap();
    let committed = root().join("vectors").join("official");
    for _ in 0..2 {
        let imported = tempfile::tempdir().unwrap();
        import(&package, imported.path()).unwrap();
        for file in [
            "sigv4/header.json",
            "sigv4/query.json",
            "sigv4a/header.json",
            "sigv4a/query.json",
            "LICENSE-APACHE-2.0",
        ] {
            let (now, before) = (imported.path().join(file), committed.join(file));
            assert!(
                fs::read(now).unwrap() == fs::read(before).unwrap(),
                "{file} is not what `cargo xtask import-official` writes"
            );
        }
    }
}

#[test]
fn a_copy_of_the_package_is_enough() {
    import(package_copy().path(), tempfile::tempdir().unwrap().path()).unwrap();
}

#[test]
fn malformed_files_are_named_with_what_was_expected() {
    for (file, old, new, expected) in [
        (
            "get-utf8/context.json",
            "\"region\"",
            "\"area\"",
            "get-utf8/context.json: unknown field `area`, expected one of `credentials`",
        ),
        (
            "get-utf8/context.json",
            "2015-08-30T",
            "2015-08-32T",
            "get-utf8/context.json: failed to parse",
        ),
        (
            "get-utf8/request.txt",
            " HTTP/1.1",
            "",
            "get-utf8/request.txt:1: expected a request line `METHOD TARGET HTTP/1.1`",
        ),
        (
            "get-utf8/query-signed-request.txt",
            "Host:",
            "Host ",
            "get-utf8/query-signed-request.txt:2: expected a header line `Name:value`",
        ),
        (
            "get-utf8/header-signature.txt",
            "a",
            "A",
            "get-utf8/header-signature.txt:1: expected 64 lower-case hexadecimal digits",
        ),
    ] {
        let message = message(file, old, new);
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn cases_that_contradict_themselves_are_refused() {
    for (file, old, new, expected) in [
        (
            "get-utf8/header-canonical-request.txt",
            "GET",
            "PUT",
            "get-utf8: the case contradicts itself for placement header, expected the string",
        ),
        (
            "post-x-www-form-urlencoded/request.txt",
            "Param1",
            "Param2",
            "post-x-www-form-urlencoded: the case contradicts itself for placement header, \
             expected the canonical request to end with",
        ),
        (
            "get-utf8/context.json",
            "12:36:00Z",
            "12:36:01Z",
            "get-utf8: the case contradicts itself for placement header, expected the string",
        ),
        (
            "get-utf8/context.json",
            "wJalr",
            "wjalr",
            "get-utf8: the case contradicts itself for placement header, expected the signature",
        ),
        (
            "get-utf8/query-signed-request.txt",
            "X-Amz-Signature=",
            "X-Amz-Signature=0",
            "get-utf8: the case contradicts itself for placement query, expected the signed",
        ),
    ] {
        let message = message(file, old, new);
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn an_unknown_and_a_missing_case_are_refused() {
    let package = package_copy();
    let cases = package.path().join("aws-signing-test-suite").join("v4");
    let official = tempfile::tempdir().unwrap();

    fs::create_dir(cases.join("get-strange")).unwrap();
    let error = import(package.path(), official.path()).unwrap_err();
    assert!(matches!(error, ImportError::UnknownCase { path } if path.ends_with("get-strange")));

    fs::remove_dir(cases.join("get-strange")).unwrap();
    fs::rename(cases.join("get-vanilla"), package.path().join("get-vanilla")).unwrap();
    let error = import(package.path(), official.path()).unwrap_err();
    assert!(matches!(error, ImportError::MissingCase { path } if path.ends_with("get-vanilla")));
}

#[test]
fn a_missing_file_is_named() {
    let package = package_copy();
    let path = package.path().join("aws-signing-test-suite/v4/get-utf8/query-signature.txt");
    fs::remove_file(&path).unwrap();
    let error = import(package.path(), tempfile::tempdir().unwrap().path()).unwrap_err();
    assert!(matches!(error, ImportError::Read { path: named, .. } if named == path));
}

#[test]
fn a_folder_without_a_workspace_has_no_package() {
    let error = package_folder(tempfile::tempdir().unwrap().path()).unwrap_err();
    assert!(error.to_string().starts_with("cargo metadata: "), "{error}");
}
