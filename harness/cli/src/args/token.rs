//! The words of `token`.

use clap::{Args, Subcommand};

use super::scope::{CredentialArguments, PlaceArguments, SecretArguments};
use super::values::whole;

/// How a token is used.
const TOKEN: &str = "\
Example: sigv4-conformance token rds --host db.example.com --user app --example suite

The token alone is printed, so that a shell can take it: \
PGPASSWORD=\"$(sigv4-conformance token rds --host ... --user ...)\". Anyone who has it is let in. \
`sigv4-conformance explain` says what is wrong with a token that is refused.";

#[derive(Args, Debug)]
#[command(after_help = TOKEN)]
pub(crate) struct TokenArguments {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// List the tokens: service, longest lifetime, source.
    List {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// The password of a database user of RDS or Aurora.
    Rds(RdsArguments),
    /// The password of a role of Aurora DSQL.
    Dsql(DsqlArguments),
    /// The password of the role admin of Aurora DSQL.
    DsqlAdmin(DsqlArguments),
    #[command(about = "The password of a user of ElastiCache")]
    Elasticache(CacheArguments),
    #[command(about = "The password of a user of MemoryDB")]
    Memorydb(CacheArguments),
    /// The bearer token of an EKS cluster.
    Eks(EksArguments),
    /// The token of a client of MSK, for OAUTHBEARER.
    Msk(MskArguments),
    /// The URL of MQTT over WebSocket of AWS IoT.
    Iot(IotArguments),
    /// The SMTP password of Amazon SES. The user name is the access key id.
    SesSmtp(SmtpArguments),
    #[command(
        about = "The password of a Git repository in CodeCommit. The user name is the access key id, \
                 followed by % and the session token if there is one"
    )]
    Codecommit(GitArguments),
}

/// Who signs, when and where.
#[derive(Args, Debug)]
pub(crate) struct TokenSigning {
    #[command(flatten)]
    pub(crate) place: PlaceArguments,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,

    /// Print the token with the intermediate results as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The lifetime of a token that is valid for a quarter of an hour at most.
#[derive(Args, Debug)]
pub(crate) struct QuarterHour {
    /// For how many seconds one can connect with it, at most 900.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    #[arg(value_parser = whole::<u64>(1..=900), allow_negative_numbers = true)]
    pub(crate) expires: u64,
}

#[derive(Args, Debug)]
pub(crate) struct RdsArguments {
    /// The host of the database, without scheme and port.
    #[arg(long)]
    pub(crate) host: String,

    /// The port of the database.
    #[arg(long, default_value_t = 3306)]
    pub(crate) port: u16,

    /// The database user.
    #[arg(long)]
    pub(crate) user: String,

    #[command(flatten)]
    pub(crate) life: QuarterHour,

    #[command(flatten)]
    pub(crate) signing: TokenSigning,
}

#[derive(Args, Debug)]
pub(crate) struct DsqlArguments {
    /// The host of the cluster, without scheme and port.
    #[arg(long)]
    pub(crate) host: String,

    /// For how many seconds one can connect with it, at most 604800.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    #[arg(value_parser = whole::<u64>(1..=604_800), allow_negative_numbers = true)]
    pub(crate) expires: u64,

    #[command(flatten)]
    pub(crate) signing: TokenSigning,
}

#[derive(Args, Debug)]
pub(crate) struct CacheArguments {
    /// The name of the cache or cluster, in lower case; not its address.
    #[arg(long)]
    pub(crate) name: String,

    /// The user.
    #[arg(long)]
    pub(crate) user: String,

    /// The cache is serverless.
    #[arg(long)]
    pub(crate) serverless: bool,

    #[command(flatten)]
    pub(crate) life: QuarterHour,

    #[command(flatten)]
    pub(crate) signing: TokenSigning,
}

#[derive(Args, Debug)]
pub(crate) struct EksArguments {
    /// The name of the cluster.
    #[arg(long)]
    pub(crate) cluster: String,

    /// For how many seconds the URL in it is good, at most 900. The AWS CLI takes 60; the cluster
    /// accepts the token for a quarter of an hour all the same.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    #[arg(value_parser = whole::<u64>(1..=900), allow_negative_numbers = true)]
    pub(crate) expires: u64,

    #[command(flatten)]
    pub(crate) signing: TokenSigning,
}

#[derive(Args, Debug)]
pub(crate) struct MskArguments {
    /// The name of the client, which is added unsigned.
    #[arg(long, value_name = "NAME", default_value = concat!("sigv4-conformance/", env!("CARGO_PKG_VERSION")))]
    pub(crate) user_agent: String,

    #[command(flatten)]
    pub(crate) life: QuarterHour,

    #[command(flatten)]
    pub(crate) signing: TokenSigning,
}

#[derive(Args, Debug)]
pub(crate) struct IotArguments {
    /// The host of the endpoint, without scheme and port.
    #[arg(long)]
    pub(crate) host: String,

    /// A port that is sent, and not signed.
    #[arg(long)]
    pub(crate) port: Option<u16>,

    /// For how many seconds one can connect with it, at most 604800.
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    #[arg(value_parser = whole::<u64>(1..=604_800), allow_negative_numbers = true)]
    pub(crate) expires: u64,

    #[command(flatten)]
    pub(crate) signing: TokenSigning,
}

#[derive(Args, Debug)]
pub(crate) struct SmtpArguments {
    /// The region.
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,

    #[command(flatten)]
    pub(crate) secret: SecretArguments,
}

#[derive(Args, Debug)]
pub(crate) struct GitArguments {
    /// The host, such as git-codecommit.us-east-1.amazonaws.com.
    #[arg(long)]
    pub(crate) host: String,

    /// The path of the repository, such as /v1/repos/name.
    #[arg(long)]
    pub(crate) path: String,

    #[command(flatten)]
    pub(crate) signing: TokenSigning,
}
