//! The arguments of the command line: a file per verb, and the groups that several verbs share.
//! `command` implements them.

mod adapter;
mod capture;
mod derive_key;
mod doctor;
mod examples;
mod explain;
mod limits;
mod matrix;
mod mistakes;
mod new_adapter;
mod post;
mod rendering;
mod report;
mod run;
mod scope;
mod search;
mod selection;
mod serve;
mod services;
mod shell;
mod sign;
mod token;
mod values;
mod vectors;
mod verifier;

use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use adapter::AdapterArguments;
pub(crate) use capture::{CaptureArguments, CaptureFormat};
pub(crate) use derive_key::DeriveKeyArguments;
pub(crate) use doctor::DoctorArguments;
pub(crate) use explain::{ExplainArguments, ExplainFormat};
pub(crate) use limits::LimitArguments;
pub(crate) use matrix::{CompareArguments, MatrixArguments};
pub(crate) use mistakes::{MatrixFormat, MistakesArguments, MistakesCommand};
pub(crate) use new_adapter::{Language, NewAdapterArguments};
pub(crate) use post::PostArguments;
pub(crate) use rendering::{Format, RenderingArguments};
pub(crate) use report::ReportArguments;
pub(crate) use run::RunArguments;
pub(crate) use scope::{
    AlgorithmArgument, CredentialArguments, Example, PlaceArguments, SecretArguments,
};
pub(crate) use search::{SearchArguments, SearchFormat};
pub(crate) use selection::{SelectionArguments, SetArguments};
pub(crate) use serve::ServeArguments;
pub(crate) use services::{ServicesArguments, ServicesCommand};
pub(crate) use shell::{CompletionsArguments, ManArguments, ProtocolArguments};
pub(crate) use sign::{PathEncodingArgument, PresignArguments, RequestArguments, SignArguments};
pub(crate) use token::{
    CacheArguments, DsqlArguments, GitArguments, SmtpArguments, TokenArguments, TokenCommand,
    TokenSigning,
};
pub(crate) use vectors::{VectorsArguments, VectorsCommand};
pub(crate) use verifier::{EndpointArguments, VerifierArguments};

/// Is this AWS Signature Version 4 implementation right, and if not, where does it go wrong?
#[derive(Debug, Parser)]
#[command(name = "sigv4-conformance", version, after_help = HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Whether to use colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

const HELP: &str = "\
Examples:
  sigv4-conformance new-adapter --language python my-adapter   begin with a skeleton
  sigv4-conformance doctor -- python3 my-adapter/adapter.py    is the adapter sound?
  sigv4-conformance signer -- python3 my-adapter/adapter.py    is the signer right?
  sigv4-conformance explain request.txt                        why is this request refused?
  sigv4-conformance serve                                      the same, on a page to paste it into
  sigv4-conformance capture -- aws s3 ls                       is what this client sends right?
`sigv4-conformance protocol` prints what an adapter has to do, `VERB --help` more examples.

Exit codes: 0 as expected; 1 an unexpected verdict or a stale \
expectation; 2 usage or configuration; 3 the run proves nothing: adapter or protocol failure, or \
nothing signed or ruled as expected; 4 nothing was selected.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask signers all signing vectors and judge the answers.
    #[command(after_help = examples::SIGNER)]
    Signer(RunArguments),
    /// Ask verifiers, libraries and servers, all verification vectors and judge what they accept and
    /// reject.
    #[command(after_help = examples::VERIFIER)]
    Verifier(Box<VerifierArguments>),
    /// Ask a signer generated requests; shrink and name what it gets wrong.
    Search(Box<SearchArguments>),
    /// Write an adapter to fill in, in the language of your signer or verifier.
    #[command(after_help = examples::NEW_ADAPTER)]
    NewAdapter(NewAdapterArguments),
    /// Print the protocol of adapters, or its JSON Schema.
    #[command(after_help = examples::PROTOCOL)]
    Protocol(ProtocolArguments),
    /// Check an adapter, independently of its subject.
    #[command(after_help = examples::DOCTOR)]
    Doctor(DoctorArguments),
    /// Run a built-in subject behind the adapter protocol on standard input and output.
    #[command(after_help = examples::ADAPTER)]
    Adapter(AdapterArguments),
    /// Sign a request with the reference; the signature goes into the Authorization header.
    Sign(SignArguments),
    /// Presign a URL with the reference; the signature goes into the query.
    Presign(PresignArguments),
    /// Sign the policy of a form for uploads from a browser, and print the fields of the form.
    Post(PostArguments),
    /// Make a token or password for a service that takes no signed request.
    Token(TokenArguments),
    /// Derive a signing key and print every key of the chain.
    DeriveKey(DeriveKeyArguments),
    /// List, show or export the test vectors.
    #[command(after_help = examples::VECTORS)]
    Vectors(VectorsArguments),
    /// List or show the mistakes that signers make, and which vectors catch them.
    Mistakes(MistakesArguments),
    /// Explain why the signature of one request from the field does not match.
    Explain(ExplainArguments),
    /// Explain requests on a page of this machine: paste one, and read what is wrong with it.
    Serve(ServeArguments),
    /// List what services want of a signed request, with sources.
    #[command(after_help = examples::SERVICES)]
    Services(ServicesArguments),
    /// Be an endpoint on this machine, and judge what a live client sends.
    Capture(CaptureArguments),
    /// Render a run log.
    #[command(after_help = examples::REPORT)]
    Report(ReportArguments),
    /// Say what changed from one run log, or one matrix, to another.
    Compare(CompareArguments),
    /// Run every known signer, or every known verifier, and write the results side by side.
    Matrix(MatrixArguments),
    /// Print completions for a shell.
    Completions(CompletionsArguments),
    /// Write manual pages, one for each verb.
    Man(ManArguments),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Color {
    /// Always.
    Always,
    /// On a terminal that shows it.
    Auto,
    /// Never.
    Never,
}

impl Color {
    /// Sets it for all output of the program.
    pub(crate) fn write_global(self) {
        match self {
            Self::Always => anstream::ColorChoice::Always,
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}
