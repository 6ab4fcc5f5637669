//! What is written for each language: an adapter to fill in, and the kit of the language.

use sigv4_protocol::Side;

use crate::args::Language;

/// An adapter without a subject.
pub(super) struct Skeleton {
    pub(super) files: Vec<File>,
    /// Commands that make it ready to run, in this order.
    pub(super) preparations: &'static [&'static [&'static str]],
    /// The command that starts it.
    pub(super) start: &'static [&'static str],
}

/// In a word of a command, the folder of the skeleton.
pub(super) const FOLDER: &str = "{folder}";

/// A file of a skeleton.
pub(super) struct File {
    /// Its path below the folder.
    pub(super) name: &'static str,
    pub(super) text: &'static str,
    pub(super) purpose: Purpose,
}

/// What the user does with a file.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Purpose {
    /// Puts the subject into it.
    Subject,
    /// Adds the packages that the subject needs.
    Packages,
    /// Leaves it as it is.
    Kit,
}

/// The text of a file of this package. `kit` is a link to the kits of the project's own adapters. That of
/// Rust is linked file by file, since cargo leaves a folder with a `Cargo.toml` out of the package.
macro_rules! text {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path))
    };
}

/// The texts of a signer and of a verifier.
macro_rules! either {
    ($side:expr, $signer:literal, $verifier:literal) => {
        match $side {
            Side::Signer => text!($signer),
            Side::Verifier => text!($verifier),
        }
    };
}

const fn subject(name: &'static str, text: &'static str) -> File {
    File { name, text, purpose: Purpose::Subject }
}

const fn packages(name: &'static str, text: &'static str) -> File {
    File { name, text, purpose: Purpose::Packages }
}

const fn kit(name: &'static str, text: &'static str) -> File {
    File { name, text, purpose: Purpose::Kit }
}

impl Skeleton {
    /// The skeleton for subjects of this side, or `None` if there is none in the language.
    pub(super) fn of(language: Language, side: Side) -> Option<Self> {
        match (language, side) {
            (Language::Go, _) => Some(go(side)),
            (Language::Java, _) => Some(java(side)),
            (Language::Node, _) => Some(node(side)),
            (Language::Perl, _) => Some(perl(side)),
            (Language::Php, _) => Some(php(side)),
            (Language::Python, _) => Some(python(side)),
            (Language::Ruby, _) => Some(ruby(side)),
            (Language::Rust, Side::Signer) => Some(rust()),
            (Language::Sh, Side::Signer) => Some(sh()),
            (Language::Rust | Language::Sh, Side::Verifier) => None,
        }
    }
}

fn go(side: Side) -> Skeleton {
    Skeleton {
        files: vec![
            subject("main.go", either!(side, "skeletons/go/signer.go", "skeletons/go/verifier.go")),
            packages("go.mod", text!("skeletons/go/go.mod")),
            kit("kit/go.mod", text!("kit/go/go.mod")),
            kit("kit/kit.go", text!("kit/go/kit.go")),
            kit("kit/request.go", text!("kit/go/request.go")),
            kit("kit/events.go", text!("kit/go/events.go")),
        ],
        preparations: &[&["go", "build", "-C", "{folder}", "-o", "adapter", "."]],
        start: &["{folder}/adapter"],
    }
}

fn java(side: Side) -> Skeleton {
    Skeleton {
        files: vec![
            subject(
                "Adapter.java",
                either!(side, "skeletons/java/Signer.java", "skeletons/java/Verifier.java"),
            ),
            packages("pom.xml", text!("skeletons/java/pom.xml")),
            kit("Conformance.java", text!("kit/java/Conformance.java")),
        ],
        preparations: &[
            &["mvn", "--quiet", "--file", "{folder}/pom.xml", "dependency:copy-dependencies"],
            &[
                "javac",
                "-encoding",
                "UTF-8",
                "-d",
                "{folder}/classes",
                "--class-path",
                "{folder}/lib/*",
                "{folder}/Adapter.java",
                "{folder}/Conformance.java",
            ],
        ],
        start: &["java", "--class-path", "{folder}/classes:{folder}/lib/*", "Adapter"],
    }
}

fn node(side: Side) -> Skeleton {
    let text = either!(side, "skeletons/node/signer.js", "skeletons/node/verifier.js");
    let files = vec![
        subject("adapter.js", text),
        packages("package.json", text!("skeletons/node/package.json")),
        kit("sigv4-conformance.js", text!("kit/node/sigv4-conformance.js")),
    ];
    script(files, &["node", "{folder}/adapter.js"])
}

fn perl(side: Side) -> Skeleton {
    let text = either!(side, "skeletons/perl/signer.pl", "skeletons/perl/verifier.pl");
    let kit = kit("Sigv4Conformance.pm", text!("kit/perl/Sigv4Conformance.pm"));
    script(vec![subject("adapter.pl", text), kit], &["perl", "{folder}/adapter.pl"])
}

fn php(side: Side) -> Skeleton {
    let text = either!(side, "skeletons/php/signer.php", "skeletons/php/verifier.php");
    let kit = kit("sigv4_conformance.php", text!("kit/php/sigv4_conformance.php"));
    script(vec![subject("adapter.php", text), kit], &["php", "{folder}/adapter.php"])
}

fn python(side: Side) -> Skeleton {
    let text = either!(side, "skeletons/python/signer.py", "skeletons/python/verifier.py");
    let own = kit("sigv4_conformance.py", text!("kit/python/sigv4_conformance.py"));
    let mut files = vec![subject("adapter.py", text), own];
    if side == Side::Verifier {
        files.push(kit("arrival.py", text!("kit/python/arrival.py")));
    }
    script(files, &["python3", "{folder}/adapter.py"])
}

fn ruby(side: Side) -> Skeleton {
    let text = either!(side, "skeletons/ruby/signer.rb", "skeletons/ruby/verifier.rb");
    let kit = kit("sigv4_conformance.rb", text!("kit/ruby/sigv4_conformance.rb"));
    script(vec![subject("adapter.rb", text), kit], &["ruby", "{folder}/adapter.rb"])
}

/// An adapter that runs as it is.
fn script(files: Vec<File>, start: &'static [&'static str]) -> Skeleton {
    Skeleton { files, preparations: &[], start }
}

fn rust() -> Skeleton {
    Skeleton {
        files: vec![
            subject("main.rs", text!("skeletons/rust/signer.rs")),
            packages("Cargo.toml", text!("skeletons/rust/manifest.toml")),
            kit("kit/Cargo.toml", text!("skeletons/rust/kit/manifest.toml")),
            kit("kit/kit.rs", text!("skeletons/rust/kit/kit.rs")),
            kit("kit/request.rs", text!("skeletons/rust/kit/request.rs")),
            kit("kit/target.rs", text!("skeletons/rust/kit/target.rs")),
        ],
        preparations: &[&[
            "cargo",
            "build",
            "--manifest-path",
            "{folder}/Cargo.toml",
            "--target-dir",
            "{folder}/target",
        ]],
        start: &["{folder}/target/debug/adapter"],
    }
}

/// The program of the protocol's document, which is all that an adapter in sh needs.
fn sh() -> Skeleton {
    let document = text!("PROTOCOL.md");
    let program = document.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
    script(vec![subject("adapter.sh", program.unwrap_or_default())], &["sh", "{folder}/adapter.sh"])
}
