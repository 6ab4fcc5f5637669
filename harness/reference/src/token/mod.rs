//! Passwords and tokens that are made with the key chain, for services that take no signed request.
//!
//! | service | what it is | signed for | good for at most |
//! |---|---|---|---|
//! | RDS | presigned URL without `https://` | `rds-db` | 15 minutes |
//! | Aurora DSQL | the same | `dsql` | 7 days |
//! | `ElastiCache`, `MemoryDB` | presigned URL without `http://` | `elasticache`, `memorydb` | 15 minutes |
//! | EKS | `k8s-aws-v1.` and a presigned URL of STS in base64url | `sts` | 15 minutes |
//! | MSK | a presigned URL in base64url | `kafka-cluster` | 15 minutes |
//! | AWS `IoT` | presigned `wss://` URL, the session token unsigned | `iotdevicegateway` | 7 days |
//! | SES | password for SMTP | `ses` | as long as the secret |
//! | `CodeCommit` | password for Git | `codecommit` | 15 minutes |
//!
//! All presigned ones are `GET`s of no body, whose payload line is the hash of nothing. Redshift
//! Serverless and `OpenSearch` Ingestion have no token of their own: they take ordinary signed
//! requests of the services `redshift-serverless` and `osis`.
//!
//! Sources: the guides of the services; where they are silent, what botocore, the SDKs for
//! JavaScript, Go and Java and the signers for MSK send.

pub mod codecommit;
mod connect;
mod encoded;
mod iot;
mod presigned;
pub mod ses_smtp;

pub use connect::{Cache, CacheKind, Role};
pub use presigned::{AuthToken, TokenSigner};
